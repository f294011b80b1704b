"""Names and ids of the files that a run writes."""

import pytest

from pharmasales.workspace.outputs import _file_name, _uid


def test_the_uid_of_a_visit_is_stable_and_names_nobody():
    """A calendar moves the entry it has seen before; the id is a digest of the visit's own."""
    assert _uid("2026-01-05/r1/c1") == "90b6e66d21a2f13671b4c6af@pharmasales"
    assert _uid("2026-01-05/r1/c1") != _uid("2026-01-05/r1/c2")


@pytest.mark.parametrize(
    ("reps", "names"),
    [
        (["Alfa/Kim", "Alfa_Kim", "ALFA/KIM"], ["Alfa_Kim.ics", "Alfa_Kim-2.ics", "ALFA_KIM-3.ics"]),
        (["CON", "lpt1", "../.."], ["CON_.ics", "lpt1_.ics", "_.ics"]),
        (["代表一"], ["代表一.ics"]),
        (["𠮷" * 100], ["𠮷" * 30 + ".ics"]),
    ],
)
def test_calendars_have_names_that_every_system_takes(reps, names):
    """No separator, no reserved device, no two that differ in case only."""
    taken: set[str] = set()
    assert [_file_name(rep, taken) for rep in reps] == names
