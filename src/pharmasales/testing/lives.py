"""One doctor's life in the archive (一位医生的档案), made up and always the same, shared by tests and docs.

The doctor is opened from a referral, amended, moves to another hospital, is merged with a twin that somebody else had
opened, and asks to be erased.

>>> for step in doctor_life():
...     print(step.day, step.what, step.register.on(step.day))
2026-01-05 opened Archive(3 customers)
2026-02-10 amended Archive(3 customers)
2026-04-01 moved Archive(3 customers)
2026-05-06 twin opened Archive(4 customers)
2026-05-20 merged Archive(3 customers)
2026-09-01 erased Archive(2 customers)
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from attrs import frozen

from pharmasales.archive import Customer, Dossier, Register, erase, merge

__all__ = ["Step", "doctor_file", "doctor_life"]


@frozen
class Step:
    """One step of a life: the day, what happened, and the register after it."""

    day: date
    what: str
    register: Register


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _hospitals() -> list[Dossier]:
    day = date(2026, 1, 5)
    found = []
    for id_, name in (("H1", "First Example Hospital 第一示例医院"), ("H2", "Second Example Hospital 第二示例医院")):
        hospital = Customer(id_, name, "hospital", owner="r1", level="三级甲等", source="tender")
        found.append(Dossier.open(hospital, since=day, at=_at(day), by="u1", why="tender catalogue")[0])
    return found


def doctor_file() -> Dossier:
    """Return a doctor's file on the day it was opened, from a referral.

    >>> doctor_file()
    Dossier('D1', 1 changes)
    """
    day = date(2026, 1, 5)
    doctor = Customer(
        "D1",
        "Example Doctor 示例医生",
        "doctor",
        owner="r1",
        parent="H1",
        roles={"backbone"},
        source="referral",
        fields={"title": "主治医师", "mobile": "13800000001"},
    )
    return Dossier.open(doctor, since=day, at=_at(day), by="r1", why="introduced by a customer")[0]


def doctor_life() -> list[Step]:
    """Return a doctor's life step by step, each with the register as it was kept then.

    >>> doctor_life()[-1].register["D1"].standing()
    'erased'
    """
    file = doctor_file()
    steps = [Step(date(2026, 1, 5), "opened", Register.of([*_hospitals(), file]))]

    def keep(day: date, what: str, *files: Dossier) -> None:
        steps.append(Step(day, what, steps[-1].register.with_(*files)))

    day = date(2026, 2, 10)
    values = {"title": "副主任医师", "roles": ("kol",)}
    file, _ = file.amend(values, since=date(2026, 2, 1), at=_at(day), by="r1", why="promoted")
    keep(day, "amended", file)
    day = date(2026, 4, 1)
    moved = {"parent": "H2", "affiliation:H1": "visiting consultant"}
    file, _ = file.amend(moved, since=date(2026, 3, 16), at=_at(day), by="r1", why="changed hospital")
    keep(day, "moved", file)
    day = date(2026, 5, 6)
    twin = Customer(
        "D9", "Example Doctor", "doctor", owner="r2", parent="H2", source="referral", fields={"email": "d@example.org"}
    )
    other, _ = Dossier.open(twin, since=day, at=_at(day), by="r2", why="met at a department meeting")
    keep(day, "twin opened", other)
    day = date(2026, 5, 20)
    file, other, _ = merge(file, other, at=_at(day), by="m1", why="same person, confirmed by both reps")
    keep(day, "merged", file, other)
    day = date(2026, 9, 1)
    gone = [erase(one, at=_at(day), by="m1", why="asked for by the person")[0] for one in (file, other)]
    keep(day, "erased", *gone)
    return steps
