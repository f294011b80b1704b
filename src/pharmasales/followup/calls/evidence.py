"""Expected, reported, verified (应访、所报、核实): three counts of the same visits, side by side, and never a mark.

A second source speaks for a visit: the manager who asked or came along, the customer who confirms. Verified counts only
what somebody checked; a visit that nobody checked is neither true nor false.

>>> calls = [CallReport(f"V{n}", "r1", "c1", date(2026, 3, n), submitted=True) for n in (2, 9, 16)]
>>> seen = [CallEvidence(call, "customer", date(2026, 3, 20), "m1") for call in ("V2", "V9")]
>>> counts = three_way({"c1": 4}, calls, seen)
>>> print(counts.table().text())
Customer  Expected  Reported  Checked  Confirmed  Not confirmed  Reported of expected  Confirmed of checked
--------  --------  --------  -------  ---------  -------------  --------------------  --------------------
c1               4         3        2          2              0                 75.0%                100.0%

Source: S004-52, S004-53, S004-54.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.followup.calls.reports import CallReport, twin_faults
from pharmasales.followup.calls.words import known_word
from pharmasales.names import normal_id
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["EVIDENCE_KINDS", "CallEvidence", "ThreeWay", "TruthCount", "three_way"]

EVIDENCE_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "customer": Says("confirmed by the customer", "客户确认"),
        "manager": Says("checked by the manager", "主管核实"),
        "joint": Says("seen on a joint visit", "协访所见"),
        "meeting": Says("seen at a meeting", "会议所见"),
    }
)
"""Where a second source may come from (S004-54); whereabouts of a telephone are none of them."""


def _kind(word: str) -> str:
    return known_word(EVIDENCE_KINDS, "evidence")(word)


@frozen
class CallEvidence:
    """What a second source says of one visit (佐证).

    Args:
        call: the id of the visit.
        kind: one of `EVIDENCE_KINDS`.
        on: the day on which it was asked or seen.
        by: the id of who asked or saw.
        confirms: whether it confirms the visit.

    Raises:
        BadValue: an id that is none, an unknown word, no day, or anything but yes or no.
    """

    call: str = field(converter=normal_id)
    kind: str = field(converter=_kind)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    confirms: bool = field(default=True)

    @confirms.validator
    def _yes_or_no(self, _attribute: object, value: object) -> None:
        if not isinstance(value, bool):
            where = f"call {self.call!r}"
            raise BadValue("not yes or no", where=where, hint="True or False", code="followup.calls.evidence")


@frozen
class TruthCount:
    """The three counts of one customer.

    Args:
        customer: the customer's id.
        expected: visits expected; none where no plan names the customer.
        reported: visits submitted as done.
        checked: those of them of which a second source speaks.
        confirmed: those of which every source says that they were made.
    """

    customer: str
    expected: int | None
    reported: int
    checked: int
    confirmed: int

    @property
    def reached(self) -> Fraction | None:
        """Reported over expected; missing where nothing is expected."""
        return None if self.expected is None else ratio(self.reported, self.expected)

    @property
    def held(self) -> Fraction | None:
        """Confirmed over checked (核实率); missing where nobody checked."""
        return ratio(self.confirmed, self.checked)


@frozen
class ThreeWay:
    """Expected, reported and verified visits.

    Args:
        counts: by customer id.
        unmatched: ids of visits of which a source speaks and that nobody submitted as done.
    """

    counts: tuple[TruthCount, ...] = field(repr=False)
    unmatched: tuple[str, ...] = ()

    def table(self) -> Table:
        """Return a row a customer."""
        columns = (
            Column("customer", "Customer", "客户"),
            Column("expected", "Expected", "应访", "number"),
            Column("reported", "Reported", "所报", "number"),
            Column("checked", "Checked", "抽查", "number"),
            Column("confirmed", "Confirmed", "核实", "number"),
            Column("not_confirmed", "Not confirmed", "未获证实", "number"),
            Column("reached", "Reported of expected", "所报占应访", "ratio"),
            Column("held", "Confirmed of checked", "核实占抽查", "ratio"),
        )
        rows: list[tuple[Cell, ...]] = [
            (
                one.customer,
                one.expected,
                one.reported,
                one.checked,
                one.confirmed,
                one.checked - one.confirmed,
                one.reached,
                one.held,
            )
            for one in self.counts
        ]
        return Table("three_way", Says("Expected, reported, verified", "应访、所报、核实"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def three_way(
    expected: Mapping[str, int], reports: Iterable[CallReport], evidence: Iterable[CallEvidence] = ()
) -> ThreeWay:
    """Count what was expected, what is reported and what a second source confirms, customer by customer.

    Two sources that disagree leave a visit unconfirmed. Several that agree count once.

    Args:
        expected: visits expected in the period, by customer id.
        reports: the visits of the period, each in its latest version; those submitted as done count.
        evidence: what second sources say.

    Source: S004-53.

    Raises:
        BadRows: counts that are no whole numbers from 0, and two reports of one id; all of them at once.
    """
    made = [one for one in reports if one.submitted and one.state == "done"]
    _check(expected, made)
    said: dict[str, bool] = {}
    for one in evidence:
        said[one.call] = said.get(one.call, True) and one.confirms
    tally: dict[str, list[int]] = {}
    for call in made:
        counted = tally.setdefault(call.customer, [0, 0, 0])
        counted[0] += 1
        counted[1] += call.id in said
        counted[2] += said.get(call.id, False)
    customers = sorted({*expected, *tally})
    counts = [TruthCount(one, expected.get(one), *tally.get(one, (0, 0, 0))) for one in customers]
    return ThreeWay(tuple(counts), tuple(sorted(said.keys() - {call.id for call in made})))


def _check(expected: Mapping[str, int], made: Iterable[CallReport]) -> None:
    code = "followup.visits"
    bad: list[PharmaSalesError] = [
        BadValue("visits are a whole number from 0", where=f"expected of customer {customer!r}", code=code)
        for customer, count in expected.items()
        if type(count) is not int or count < 0
    ]
    bad += twin_faults(made)
    if bad:
        raise BadRows(f"{len(bad)} rows refused", bad)
