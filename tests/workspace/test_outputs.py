"""Names and ids of the files that a run writes."""

import pytest

from pharmasales.workspace.file_names import file_name


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
    assert [file_name(rep, taken, ".ics") for rep in reps] == names
