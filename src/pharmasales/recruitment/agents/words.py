"""Words (文字说明): what somebody says of an agent must say something; it is kept, and shown in no message.

>>> said("FORM-7", "evidence")
'FORM-7'
"""

from __future__ import annotations

from pharmasales.errors import BadValue
from pharmasales.names import clean, fold

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
    if not fold(clean(text, where)):
        hint = "say it in a few words, or name the paper"
        raise BadValue("nothing said", where=where, hint=hint, code="agents.text")
    return text


def said_evidence(text: str) -> str:
    """Let the words of an evidence pass."""
    return said(text, "evidence")


def said_reason(text: str) -> str:
    """Let the words of a reason pass."""
    return said(text, "reason")
