"""Words (文字说明): what somebody says of an agent must say something; it is kept, and shown in no message.

>>> said("FORM-7", "evidence")
'FORM-7'
"""

from __future__ import annotations

from pharmasales.names import stated

__all__ = ["said", "said_evidence", "said_reason"]


def said(text: str, where: str) -> str:
    """Let a text pass that says something.

    >>> said(" ", "reason")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: nothing said @ reason; say it in a few words, or name the paper [agents.text]

    Raises:
        BadValue: an empty text, or a refused character.
    """
    return stated(text, where, "agents.text", "say it in a few words, or name the paper")


def said_evidence(text: str) -> str:
    """Let the words of an evidence pass."""
    return said(text, "evidence")


def said_reason(text: str) -> str:
    """Let the words of a reason pass."""
    return said(text, "reason")
