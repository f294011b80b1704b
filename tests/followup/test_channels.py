"""Channels of contact."""

import pytest

from pharmasales.compliance.consent import known_channel
from pharmasales.errors import BadValue
from pharmasales.followup.channels import CONTACT_CHANNELS, consent_channel, known_contact_channel


@pytest.mark.parametrize("channel", CONTACT_CHANNELS)
def test_every_channel_has_one_that_consents_know(channel):
    """A consent can be given for each of them; only a meeting goes under another word."""
    assert known_channel(consent_channel(channel)) == ("face" if channel == "meeting" else channel)


@pytest.mark.parametrize("bad", ["fax", "", None, 3])
def test_an_unknown_channel_is_refused(bad):
    """With a typed error."""
    with pytest.raises(BadValue, match="unknown channel") as caught:
        known_contact_channel(bad)
    assert caught.value.code == "followup.channel"
