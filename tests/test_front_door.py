"""The front door leads to every name that it lists, and to nothing else."""

import subprocess
import sys

import pytest

import pharmasales


@pytest.mark.parametrize("name", pharmasales.__all__)
def test_each_name_is_its_rooms_own(name: str) -> None:
    """A name is the very object that its room exports."""
    room = __import__(f"pharmasales.{pharmasales._HOME[name]}", fromlist=[name])
    assert getattr(pharmasales, name) is getattr(room, name)
    assert name in room.__all__


def test_lists_agree() -> None:
    """The list of names, the rooms and what `dir` shows are one and the same set."""
    assert list(pharmasales.__all__) == sorted(
        pharmasales.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n)
    )
    assert set(pharmasales.__all__) == set(pharmasales._HOME)
    assert set(pharmasales.__all__) | set(pharmasales._ROOMS) <= set(dir(pharmasales))


def test_unknown_name() -> None:
    """A name that no room has is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="no attribute 'amuont'"):
        _ = pharmasales.amuont


def test_a_room_opens_when_it_is_asked_for() -> None:
    """`import pharmasales` enters no room; asking for a room or a name enters it."""
    code = (
        "import sys, pharmasales as ps\n"
        "print(sorted(m for m in sys.modules if m.startswith('pharmasales.')))\n"
        "print(ps.rules.Bands is ps.Bands, 'pharmasales.workspace' in sys.modules)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert found.stdout == "[]\nTrue False\n"
