"""Channels of contact (联系方式): how a customer is reached, and which channel a consent or a cap counts it under.

>>> CONTACT_CHANNELS["wechat"].text("zh"), consent_channel("meeting")
('微信', 'face')

Source: S002-11 (face, phone, WeChat), S000-17 (text message, mail, telephone).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from pharmasales.compliance.consent import Channel
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import nearest

__all__ = ["CONTACT_CHANNELS", "ContactChannel", "consent_channel", "known_contact_channel"]

ContactChannel: TypeAlias = Literal["face", "meeting", "phone", "wechat", "email", "sms", "post"]

CONTACT_CHANNELS: Mapping[str, Says] = MappingProxyType(
    {
        "face": Says("face to face", "面访"),
        "meeting": Says("meeting", "会议"),
        "phone": Says("phone", "电话"),
        "wechat": Says("WeChat", "微信"),
        "email": Says("e-mail", "电子邮件"),
        "sms": Says("text message", "短信"),
        "post": Says("post", "邮寄"),
    }
)
"""The channels by their word, in the order in which tables show them."""


def known_contact_channel(word: str) -> ContactChannel:
    """Return a channel, or refuse an unknown word.

    >>> known_contact_channel("wechta")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: unknown channel @ channel; did you mean "wechat"? [followup.channel]

    Raises:
        BadValue: no such channel.
    """
    if not isinstance(word, str) or word not in CONTACT_CHANNELS:
        hint = nearest(str(word), CONTACT_CHANNELS)
        raise BadValue("unknown channel", where="channel", hint=hint, code="followup.channel")
    return cast("ContactChannel", word)


def consent_channel(channel: ContactChannel) -> Channel:
    """Return the channel under which consents and contact caps count it: a meeting is attended in person."""
    return "face" if channel == "meeting" else cast("Channel", channel)
