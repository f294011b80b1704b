"""Period close: results that stay, late entries flagged, corrections as versions, recomputed bit for bit."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from attrs import evolve, exceptions
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.classification.grade import Scheme
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.evaluation import closing as room
from pharmasales.evaluation.closing import (
    AppealTerms,
    HeldGrade,
    PeriodInputs,
    ResultsDiffer,
    close_period,
    grades_at_start,
    recompute,
    score_period,
    version_diff,
)
from pharmasales.evaluation.closing.item_changes import item_changes
from pharmasales.evaluation.measures import Item
from pharmasales.evaluation.scoring import ScoreSheet, linear
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter
from pharmasales.rules import Field, FirstMatch, Part, Times, Weighted
from pharmasales.units import BOX, USD, Amount

spec = spec_from_file_location("closing_worlds", Path(__file__).with_name("worlds.py"))
assert spec is not None
assert spec.loader is not None
w = module_from_spec(spec)
spec.loader.exec_module(w)

ABC = Scheme("abc", ("A", "B", "C"))
FIRST = {"r1": ("83.78", 2, "B"), "r2": ("90.00", 1, "A"), "r3": ("55.11", 3, "C")}
NUMBERS = ["number", "number.nan", "number"]
ALONE = "r1: 83.78 to 92.00 (rank 2 to 1; grade B to A); r2: 90.00 as before (rank 1 to 2; grade A to B)"
AGAIN = {"r1": ("92.00", 1, "A"), "r2": ("90.00", 2, "B"), "r3": ("55.11", 3, "C")}


def codes(caught):
    """Return the codes of an error, or of all the rows in it."""
    error = caught.value
    return [one.code for one in error.exceptions] if isinstance(error, BadRows) else [error.code]


@pytest.fixture(scope="session")
def twice():
    """Return the quarter closed, and closed again with a late invoice."""
    return w.corrected()


def test_the_door():
    """Every name of the room is there, sorted, and none is the name of a module."""
    assert room.__all__ == sorted(room.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(getattr(room, name) is not None for name in room.__all__)
    assert set(room.__all__) == set(dir(room))
    modules = {path.stem for path in Path(room.__file__).parent.glob("*.py")}
    assert not modules & set(room.__all__)


def test_a_quarter_closed():
    """r1: 80 % x 60 + 80/90 x 20 + 90 % x 20 = 48 + 17.78 + 18 = 83.78; every rep ranked and graded."""
    one = w.closed()
    assert w.totals(one.latest) == FIRST
    assert [str(line.points) for line in one.results["r1"].lines] == ["48.00", "17.78", "18.00", "0.00"]
    assert one.results.figures["N"]["actual"] == Amount.of(220, w.money("actual", "r1", 1).value.unit)
    assert [row[4] for row in one.results.table().rows][:5] == [
        Decimal("60.00"),
        Decimal("20.00"),
        Decimal("20.00"),
        None,
        None,
    ]
    assert (one.period, one.latest.number, one.latest.authors) == (w.Q1, 1, ("p2",))
    why = one.latest.scored().card("r1").why()
    assert why.head() == "total 83.78 of 100"
    assert why.parts[1].head("zh") == "相对最优：得分 0.8889 x 权重 20 = 17.78"


def test_points_of_a_result_add_up(twice):
    """The lines of every rep of every version add up to the total."""
    for version in twice.versions:
        for one in version.results.reps:
            assert sum(line.points for line in one.lines if line.points is not None) == one.total


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2025, 12, 31)])
def test_not_before_the_end(day):
    """The last day itself is in time, the day before is not."""
    with pytest.raises(BadValue) as caught:
        close_period(w.inputs(), w.SHEET, by="p2", on=day)
    assert caught.value.code == "closing.day"
    assert close_period(w.inputs(), w.SHEET, by="p2", on=date(2026, 3, 31)).latest.on == date(2026, 3, 31)


def test_inputs_without_their_seal_are_refused():
    """What is no sealed input, or was changed behind its seal, cannot be closed."""
    changed = w.but(w.inputs(), items=w.inputs().items[1:])
    for bad in (changed, {"period": w.Q1}):
        with pytest.raises(BadValue) as caught:
            close_period(bad, w.SHEET, by="p2", on=w.DAY)
        assert caught.value.code == "closing.seal"


def test_what_would_count_twice_is_refused():
    """Two items of one figure, node, day and id, however the id is written; all of them at once."""
    twins = [w.money("cost", rep, 5, key=key) for rep in ("r1", "r2") for key in ("Bill 1", "ｂill  1")]
    with pytest.raises(BadRows) as caught:
        close_period(w.inputs([*w.items(), *twins]), w.SHEET, by="p2", on=w.DAY)
    assert codes(caught) == ["closing.twins", "closing.twins"]
    outside = [w.money("cost", "r1", 5, Month(2026, 5), "bill 9")] * 2
    apart = [w.money("cost", "r1", 5, Month(2026, n), "rent") for n in (1, 2)]
    assert close_period(w.inputs([*w.items(), *outside, *apart]), w.SHEET, by="p2", on=w.DAY)


def test_inputs_are_locked():
    """Nothing in them can be changed, at no depth; another input has another seal."""
    one, facts = w.inputs(), {"r1": {"breaches": 0}}
    with pytest.raises(exceptions.FrozenInstanceError):
        one.items = ()
    with pytest.raises(TypeError):
        one.facts["r1"]["breaches"] = 1
    with pytest.raises(TypeError):
        one.facts["r9"] = {}
    held = w.inputs(facts=facts)
    facts["r1"]["breaches"] = 1
    assert held.facts["r1"]["breaches"] == 0
    with pytest.raises(TypeError):
        w.closed().results.figures["r1"]["goal"] = None
    others = [
        w.inputs(w.items(81, 90, 50)),
        w.inputs(facts={}),
        w.inputs(reps=("r1",), facts={}),
        w.inputs(people={"r1": "p1"}),
        w.inputs(rules={"book": "abc"}),
        w.inputs(unit=USD),
        w.inputs(money=USD),
        w.inputs(goods=USD),
        w.inputs(market=USD),
        w.inputs(unfilled="zero"),
        w.inputs(grades=[HeldGrade("c1", ABC.grade("A"), w.DAY)]),
        w.inputs(rep_grades=[HeldGrade("r1", ABC.grade("A"), w.DAY)]),
        evolve_org(w.inputs(), name="Rep One"),
        evolve_org(w.inputs(), since=date(2026, 1, 1)),
    ]
    assert len({one.seal, *(other.seal for other in others)}) == len(others) + 1
    assert one == w.inputs()
    assert hash(one) == hash(w.inputs())
    assert one != others[0]
    assert one != "inputs"
    assert "90" not in repr(one)


def evolve_org(one, **changes):
    """Return the inputs with one rep changed."""
    nodes = [evolve(node, **changes) if node.id == "r1" else node for node in one.org]
    return PeriodInputs(one.period, Org.of(nodes), one.items, facts=one.facts)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"facts": {"r9": {}}}, ["closing.rep"]),
        ({"people": {"r9": "p1"}, "reps": ("r8",), "facts": {}}, ["closing.rep", "closing.rep"]),
        ({"rep_grades": [HeldGrade("c1", ABC.grade("A"), w.DAY)]}, ["closing.rep"]),
        ({"facts": {"r1": {"actual": 3}, "r2": {"seen_customers.A": 1}}}, ["closing.fact", "closing.fact"]),
        ({"facts": {"r1": {"grade": "A"}}}, ["closing.fact"]),
        ({"facts": {rep: {"x": x} for rep, x in zip(w.REPS, (0.5, Decimal("nan"), []), strict=True)}}, NUMBERS),
        ({"facts": {"r1": {}, "Ｒ1": {}}}, ["closing.twins"]),
        ({"facts": {"r1": {"x": "\x00"}}}, ["text.control"]),
        ({"given": [Item("visit_points", "r1", Decimal("inf"), w.Q1, "v")]}, ["number.nan"]),
        ({"facts": {}, "reps": ("r1", "\ud800")}, ["text.control"]),
    ],
)  # fmt: skip
def test_inputs_that_cannot_be(more, found):
    """What belongs to no scored rep, stands for a figure, or is not exact is refused; all at once."""
    with pytest.raises((BadRows, BadValue)) as caught:
        w.inputs(more.pop("given", None), **more)
    assert codes(caught) == found


def test_moments_and_periods_that_no_text_gives_back():
    """A day is a plain day; half a surrogate pair is refused, wherever it stands."""
    with pytest.raises(BadValue, match="datetime as a time"):
        evolve(w.late_item(), when=datetime(2026, 3, 31, tzinfo=UTC))

    class Odd(Quarter):
        """A quarter that says it is another."""

        def __str__(self):
            return "2026-Q2"

    with pytest.raises(BadValue, match="no text gives back"):
        PeriodInputs(Odd(2026, 1), w.ORG, [])
    with pytest.raises(BadValue, match=r"U\+D800"):
        w.inputs([evolve(w.late_item(), node="\ud800")])


def test_the_grade_of_the_first_day_counts():
    """A grade that begins on the first day counts; one that begins later is noted."""
    days = {
        "c1": [date(2025, 6, 1), date(2026, 1, 1), date(2026, 2, 1)],
        "c2": [date(2026, 3, 31)],
        "c3": [date(2026, 4, 1)],
    }
    held = [
        HeldGrade(key, ABC.grade(letter), day)
        for key, on in days.items()
        for letter, day in zip("CBA", on, strict=False)
    ]
    found = grades_at_start(held[::-1], w.Q1)
    assert {key: grade.letter for key, grade in found.grades.items()} == {"c1": "B"}
    assert [(row[0], row[1], row[2]) for row in found.table().rows] == [("c1", "B", "A"), ("c2", None, "C")]
    assert [row[4].text() for row in found.table().rows] == [
        "B counts: the grade of 2026-01-01",
        "no grade on 2026-01-01, so none counts",
    ]
    assert found.table().rows[0][4].text("zh") == "按 2026-01-01 的级别 B 计"
    assert "<table>" in found._repr_html_()


def test_grades_that_cannot_be():
    """Two grades of one day, and two spellings of one customer."""
    day = date(2026, 1, 1)
    held = [HeldGrade(key, ABC.grade(letter), day) for key, letter in (("c1", "A"), ("c1", "B"), ("C1", "A"))]
    with pytest.raises(BadRows) as caught:
        grades_at_start(held, w.Q1)
    assert codes(caught) == ["closing.twins", "closing.twins"]


def test_items_by_class_are_of_the_class_of_the_first_day():
    """A customer of class B on the first day is not counted among the A, even when it is A now; nor one without."""
    held = [
        HeldGrade("c1", ABC.grade("B"), date(2025, 1, 1)),
        HeldGrade("c1", ABC.grade("A"), date(2026, 2, 1)),
        HeldGrade("c2", ABC.grade("A"), date(2026, 2, 1)),
    ]
    seen = [
        Item(f"seen_customers.{letter}", "r1", 1, w.Q1, key) for key, letter in (("C1", "A"), ("c2", "A"), ("c9", "A"))
    ]
    with pytest.raises(BadRows) as caught:
        w.inputs(seen, grades=held)
    assert codes(caught) == ["closing.grade", "closing.grade"]
    assert [one.reason for one in caught.value.exceptions] == [
        "another class on the first day",
        "no grade on the first day",
    ]
    right = [Item("seen_customers.B", "r1", 1, w.Q1, "c1"), Item("seen_customers.A", "r1", 1, Quarter(2026, 2), "c1")]
    assert [one.id for one in w.inputs(right, grades=held).start_grades.changed] == ["c1", "c2"]


def test_the_reps_own_grade_is_read_as_it_was_on_the_first_day():
    """A sheet reads `grade`: the letter of the first day, missing for who had none."""
    held = [HeldGrade("r1", ABC.grade("B"), date(2025, 1, 1)), HeldGrade("r1", ABC.grade("A"), date(2026, 1, 2))]
    held += [HeldGrade("r2", ABC.grade("A"), date(2026, 3, 1))]
    marks = linear(Field("marks"), 0, 1)
    letters = FirstMatch(((Field("grade").one_of(["A"]), 2), (Field("grade").one_of(["B"]), 1)))
    sheet = ScoreSheet("own", Weighted([Part("m", 100, Times([marks, letters]))], missing="missing"))
    given = w.inputs([], rep_grades=held, facts={rep: {"marks": Fraction(1, 2)} for rep in w.REPS})
    found = score_period(given, sheet).results
    assert [(one.rep, one.total) for one in found.reps] == [("r1", Decimal("50.00")), ("r2", None), ("r3", None)]
    assert [one.id for one in given.start_rep_grades.changed] == ["r1", "r2"]


def test_a_fact_that_nobody_has_is_refused_and_one_that_some_have_is_missing():
    """A gate whose fact is not known of one rep leaves that rep without a total, and no other."""
    facts = {rep: dict(known) for rep, known in w.FACTS.items()}
    del facts["r1"]["breaches"]
    assert w.totals(w.closed(facts=facts).latest)["r1"] == ("None", None, None)
    with pytest.raises(BadValue, match="breaches"):
        w.closed(facts={rep: {"attitude": 1, "flood": 0} for rep in w.REPS})


def test_a_figure_that_nobody_has_is_missing():
    """A sheet may read a figure by class of which there is no item."""
    sheet = ScoreSheet("s", Weighted([Part("a", 100, linear(Field("seen_customers.A"), 0, 1))], missing="missing"))
    assert [one.total for one in close_period(w.inputs(), sheet, by="p2", on=w.DAY).results.reps] == [None] * 3


def test_late_entries_are_flagged_and_never_counted():
    """What came since the close says whose result it would change; the closed results stay to the last bit."""
    one = w.closed()
    before = one.results.seal
    now = [*w.items(85, 90, 50)[1:], w.late_item(), w.late_item(3, "r9"), w.money("cost", "r3", 1, Month(2026, 5))]
    found = one.late(now)
    assert [
        (e.change.kind, e.change.item.figure, e.change.item.node, e.change.id, e.counts) for e in found.entries
    ] == [
        ("changed", "actual", "r1", "actual r1", True),
        ("entered", "actual", "r1", "invoice 7", True),
        ("entered", "actual", "r9", "invoice 7", False),
        ("entered", "cost", "r3", "cost r3", False),
        ("gone", "goal", "r1", "goal r1", True),
    ]
    assert [entry.why.text() for entry in found.entries] == [
        "results changed: 1 (r1: 83.78 to 87.89)",
        "results changed: 2 (" + ALONE + ")",
        "not counted: no such node in the organisation",
        "not counted: outside the period",
        "results changed: 1 (r1: 83.78 to 89.44)",
    ]
    assert (
        found.entries[1].why.text("zh").startswith("影响结果：2（r1：83.78 变为 92.00（名次 2 变为 1；等级 B 变为 A）")
    )
    assert found.table().rows[0][0].text("zh") == "已变更"
    assert found.table().rows[1][4] == "2026-03-31"
    assert one.results.seal == before == recompute(one.latest).results.seal
    assert found.scores_table().rows == [
        ("r1", Decimal("83.78"), Decimal("95.00"), 2, 1, "B", "A"),
        ("r2", Decimal("90.00"), Decimal("88.95"), 1, 2, "A", "B"),
        ("r3", Decimal("55.11"), Decimal("54.53"), 3, 3, "C", "C"),
    ]
    assert "<table>" in found._repr_html_()
    assert "87.89" not in repr(found)


def test_late_entries_of_no_effect():
    """Nothing late, nothing that counts, or something that no sheet reads."""
    one = w.closed()
    assert one.late(w.items()[::-1]).entries == ()
    assert one.late([*w.items(), w.late_item(3, "r9")]).together == ()
    cost = one.late([*w.items(), w.money("cost", "r1", 7)])
    assert cost.entries[0].why.text() == "changes no result"
    assert cost.together == ()


def test_an_item_that_left_the_period_changes_what_it_had_counted():
    """A sale moved to the next quarter no longer counts; an id in other letters is the same item, changed."""
    one = w.closed()
    goal, sale, *rest = w.items()
    moved = one.late([goal, evolve(sale, when=Quarter(2026, 2)), *rest])
    assert [(entry.change.kind, entry.counts) for entry in moved.entries] == [("changed", True)]
    assert [(change.rep, str(change.after)) for change in moved.together] == [("r1", "90.00")]
    assert [entry.change.kind for entry in one.late([goal, evolve(sale, id="ACTUAL r1"), *rest]).entries] == ["changed"]


def test_a_scored_district_is_changed_by_what_lies_below_it():
    """The cause of a manager's change is the item of the rep."""
    facts = {"N": w.FACTS["r1"]}
    one = w.closed(reps=("N",), facts=facts).reopen("late", by="p2", approver="p9", on=w.DAY)
    given = w.inputs([*w.items(), w.late_item(), w.money("goal", "N", 400)], reps=("N",), facts=facts)
    found = one.close(given, by="p2", on=w.DAY).diff(1, 2)
    assert [why.text() for why in found.causes] == [
        "changed by (actual, net of returns invoice 7 entered; goal goal N entered)"
    ]


def test_a_late_entry_that_cannot_count_alone_says_why():
    """A part without its whole cannot be scored; together with it, it can."""
    seen = [Item(name, "r1", 1, w.Q1, "c1") for name in ("target_customers", "seen_customers")]
    base = [Item(name, "r1", 1, w.Q1, "c2") for name in ("target_customers", "seen_customers")]
    one = w.closed(given=[*w.items(), *base])
    found = one.late([*w.items(), *base, *seen])
    assert [entry.change.item.figure for entry in found.entries] == ["seen_customers", "target_customers"]
    assert found.entries[0].why.text().startswith("cannot be counted alone: seen_customers over target_customers")
    assert found.entries[1].why.text() == "changes no result"
    assert found.refused == ""
    worse = one.late([*w.items(), *base, seen[1]])
    assert worse.refused.startswith("seen_customers over target_customers @ org id 'N'")
    assert worse.together == ()
    text = one.late([*w.items(), *base, w.late_item(), w.late_item()])
    assert "would count twice" in text.refused


def test_a_late_entry_that_leaves_nothing_to_compare_with_says_why():
    """The best of all cannot be found where nobody has an actual any more."""
    one = w.closed(given=w.items()[:2])
    found = one.late(w.items()[:1])
    assert [entry.why.text()[:43] for entry in found.entries] == ["cannot be counted alone: the best of all is"]
    assert found.refused.endswith("[rule.fit]")


def test_a_goal_by_month_that_changed_late_counts():
    """A month of a goal is a part of the goal, though alone it does not make up the period."""
    goals = [w.money("goal", "r1", n, Month(2026, n), f"goal {n}") for n in (1, 2, 3)]
    one = w.closed(given=[*w.items()[1:], *goals])
    found = one.late([*w.items()[1:], *goals[:2], evolve(goals[2], value=goals[1].value)])
    assert [(entry.change.kind, entry.counts) for entry in found.entries] == [("changed", True)]


amounts = st.integers(0, 200)


@st.composite
def item_lists(draw):
    """Return items of few keys, so that lists meet."""
    keys = st.tuples(st.sampled_from(["actual", "cost"]), st.sampled_from(["r1", "r2"]), amounts, st.sampled_from("ab"))
    return [w.money(figure, rep, number, w.Q1, key) for figure, rep, number, key in draw(st.lists(keys, max_size=5))]


@settings(deadline=None)
@given(item_lists(), item_lists(), st.randoms(use_true_random=False))
def test_changes_lead_from_the_old_items_to_the_new(old, new, random):
    """Applied one after the other they give the new list; equal lists have none; order decides nothing."""
    found = item_changes(old, new)
    made = old
    for change in found:
        made = change.applied(made)
    assert Counter(made) == Counter(new)
    assert item_changes(old, old[::-1]) == ()
    random.shuffle(new)
    assert item_changes(old[::-1], new) == found


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(w.REPS), amounts, st.integers(1, 9)), max_size=3, unique_by=lambda one: one[::2])
)
def test_late_entries_against_a_second_close(late):
    """All together change what closing with them would give, each alone what closing with it alone would."""
    one = w.closed()
    seals = [version.seal for version in one.versions], one.results.seal
    added = [w.money("actual", rep, number, date(2026, 3, 31), f"invoice {key}") for rep, number, key in late]
    found = one.late([*w.items(), *added])

    def plain(more):
        other = w.totals(w.closed(given=[*w.items(), *more]).latest)
        return {rep: found for rep, found in other.items() if found != FIRST[rep]}

    def told(changes):
        return {one.rep: (str(one.after), one.ranks[1], one.grades[1]) for one in changes}

    assert told(found.together) == plain(added)
    for entry in found.entries:
        assert told(entry.effect) == plain([entry.change.new])
        assert all((str(c.before), c.ranks[0], c.grades[0]) == FIRST[c.rep] for c in entry.effect)
    assert ([version.seal for version in one.versions], one.results.seal) == seals


def test_a_correction_is_a_new_version(twice):
    """Version 1 stays as it was, bit for bit; version 2 says why, by whom, and who approved it."""
    first = w.closed()
    assert twice.versions[0] == first.latest
    assert twice.versions[0].seal == first.latest.seal == twice.latest.before
    assert [w.totals(version) for version in twice.versions] == [FIRST, AGAIN]
    said = twice.latest.correction
    assert (said.reason, said.by, said.approver, said.on) == ("invoice 7 was booked late", "p2", "p9", date(2026, 4, 9))
    assert [row[:5] for row in twice.versions_table().rows] == [
        (1, date(2026, 4, 7), "p2", None, None),
        (2, date(2026, 4, 10), "p2", "p9", "invoice 7 was booked late"),
    ]
    assert twice.version(1) is twice.versions[0]
    assert twice.latest.authors == ("p2", "p2")
    assert "<table>" in twice._repr_html_()
    assert "booked" not in repr(twice)
    for number in (0, 3, True):
        with pytest.raises(NotFound) as caught:
            twice.version(number)
        assert caught.value.code == "closing.version"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": " "}, "closing.text"),
        ({"reason": "\x00"}, "text.control"),
        ({"by": " "}, "id.empty"),
        ({"approver": ""}, "id.empty"),
        ({"approver": "p2"}, "closing.approver"),
        ({"approver": "P2"}, "closing.approver"),
        ({"approver": " Ｐ２\u200b "}, "closing.approver"),
        ({"on": date(2026, 4, 6)}, "closing.day"),
        ({"appeals": ["A1"]}, "closing.appeal"),
        ({"appeals": "A1"}, "closing.text"),
    ],
)
def test_no_correction_without_reason_author_and_approver(more, code):
    """Each is needed, and no spelling makes an author somebody else."""
    said = {"reason": "a wrong goal", "by": "p2", "approver": "p9", "on": w.DAY} | more
    with pytest.raises((BadRule, BadValue, NotFound)) as caught:
        w.closed().reopen(said.pop("reason"), **said)
    assert caught.value.code == code


def test_what_a_correction_must_be():
    """Closed by its approver, before it was opened, in another period, or with nothing that differs: refused."""
    opened = w.closed().reopen("a late invoice", by="p2", approver="p9", on=date(2026, 4, 9))
    late = w.inputs([*w.items(), w.late_item()])
    other = PeriodInputs(Quarter(2025, 4), w.ORG, w.items(), facts=w.FACTS)
    for given_, by, day, code in [
        (late, "Ｐ9", date(2026, 4, 9), "closing.approver"),
        (late, "p2", date(2026, 4, 8), "closing.day"),
        (other, "p2", date(2026, 4, 9), "closing.period"),
        (w.inputs(), "p2", date(2026, 4, 9), "closing.same"),
    ]:
        with pytest.raises((BadRule, BadValue)) as caught:
            opened.close(given_, by=by, on=day)
        assert caught.value.code == code
    sheet = evolve(w.SHEET, cap=90)
    assert opened.close(w.inputs(), sheet, by="p3", on=date(2026, 4, 9)).latest.authors == ("p3", "p2")


def test_versions_that_are_no_chain(twice):
    """A number, a seal or a correction that does not follow is refused, however it was put together."""
    one, two = twice.versions
    for versions, code in [
        ((), "closing.version"),
        ((two,), "closing.version"),
        ((one, w.but(two, number=3)), "closing.version"),
        ((one, w.but(two, before="0" * 64)), "closing.seal"),
        ((one, w.but(two, correction=w.but(two.correction, on=date(2026, 4, 6)))), "closing.day"),
    ]:
        with pytest.raises((BadRule, BadValue)) as caught:
            evolve(twice, versions=versions)
        assert caught.value.code == code
    for changes, code in [
        ({"correction": None}, "closing.version"),
        ({"before": ""}, "closing.version"),
        ({"number": "2"}, "closing.version"),
        ({"on": date(2026, 3, 1)}, "closing.day"),
    ]:
        with pytest.raises((BadRule, BadValue)) as caught:
            evolve(two, **changes)
        assert caught.value.code == code


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 150), min_size=1, max_size=4))
def test_a_chain_of_versions(sold):
    """However often it is corrected, each version stays, is numbered, names the seal before it and recomputes."""
    one, day, held = w.closed(), w.DAY, []
    for place, number in enumerate(sold):
        held.append((one.latest.seal, one.results.seal))
        day += timedelta(days=1)
        opened = one.reopen("another correction", by="p2", approver="p9", on=day)
        lines = [w.late_item(number + place * 200)]
        one = opened.close(w.inputs([*w.items(), *lines]), by="p2", on=day)
    assert [(version.seal, version.results.seal) for version in one.versions[:-1]] == held
    assert [version.number for version in one.versions] == list(range(1, len(sold) + 2))
    assert [version.before for version in one.versions] == ["", *(seal for seal, _ in held)]
    for version in one.versions:
        assert recompute(version).results == version.results


def test_what_a_correction_changed_and_why(twice):
    """Each rep that changed, with total, rank and grade before and after, and the input that caused it."""
    found = twice.diff(1, 2)
    assert [row[:7] for row in found.table().rows] == [
        ("r1", Decimal("83.78"), Decimal("92.00"), 2, 1, "B", "A"),
        ("r2", Decimal("90.00"), Decimal("90.00"), 1, 2, "A", "B"),
    ]
    assert [why.text() for why in found.causes] == [
        "changed by (actual, net of returns invoice 7 entered)",
        "changed by (the results of others changed)",
    ]
    assert found.causes[0].text("zh") == "变更原因（实际 invoice 7 新录入）"
    assert [change.id for change in found.items] == ["invoice 7"]
    assert (len(found.rules), len(found.others)) == (0, 0)
    assert "<table>" in found._repr_html_()
    assert twice.diff(1, 1).scores == ()


def test_every_cause_is_named():
    """Facts, grades, the sheet, the organisation, units, rules, and who is scored."""
    base = w.closed(rep_grades=[HeldGrade("r3", ABC.grade("A"), date(2025, 1, 1))])
    opened = base.reopen("many things", by="p2", approver="p9", on=w.DAY)
    facts = {**w.FACTS, "r1": {**w.FACTS["r1"], "attitude": 60, "flood": 2}}
    more = {"facts": facts, "rules": {"book": "x"}, "unfilled": "zero"}
    again = opened.close(
        w.inputs(**more, rep_grades=[HeldGrade("r3", ABC.grade("B"), date(2025, 1, 1))]),
        evolve(w.SHEET, cap=89),
        by="p2",
        on=w.DAY,
    )
    found = again.diff(1, 2)
    shared = "the score sheet changed in 1 places; the rule book or policy changed; units or what is unfilled changed"
    assert [(one.rep, why.text()) for one, why in zip(found.scores, found.causes, strict=True)] == [
        ("r1", f"changed by (attitude corrected; flood corrected; {shared})"),
        ("r2", f"changed by ({shared})"),
    ]
    assert found.rules.rows == [("cap", "100", "89")]
    assert "rules.book" in [row[0] for row in found.others.rows]
    org = Org.of([*w.ORG, Node("r4", "Rep r4", "rep", "N")])
    wider = PeriodInputs(w.Q1, org, [*w.items(), w.money("actual", "r4", 100)], facts=facts | {"r4": w.FACTS["r1"]})
    last = again.reopen("r4", by="p2", approver="p9", on=w.DAY).close(wider, w.SHEET, by="p2", on=w.DAY)
    causes = {one.rep: why.text() for one, why in zip(last.diff(2, 3).scores, last.diff(2, 3).causes, strict=True)}
    assert causes["r4"] == "changed by (not scored before)"
    assert "the organisation changed; who is scored changed" in causes["r3"]
    gone = version_diff(last.latest, base.latest)
    assert (gone.scores[-1].rep, gone.scores[-1].after) == ("r4", None)
    assert gone.causes[-1].text("zh") == "变更原因（不再考核）"


def test_the_reps_grade_of_the_first_day_as_a_cause():
    """A corrected grade of the first day is named where it changed the result."""
    letters = FirstMatch(((Field("grade").one_of(["A"]), 2),), otherwise=1)
    sheet = ScoreSheet("own", Weighted([Part("m", 100, Times([linear(Field("attitude"), 0, 200), letters]))]))
    first, second = (w.inputs(rep_grades=[HeldGrade("r1", ABC.grade(letter), date(2025, 1, 1))]) for letter in "BA")
    one = close_period(first, sheet, by="p2", on=w.DAY).reopen("r1 was an A", by="p2", approver="p9", on=w.DAY)
    found = one.close(second, by="p2", on=w.DAY).diff(1, 2)
    assert found.causes[0].text() == "changed by (the grade of the first day corrected)"


@pytest.mark.parametrize(
    ("change", "rep", "item"),
    [
        (lambda one: w.but(one, total=Decimal("99.00")), "r1", "total"),
        (lambda one: w.but(one, rank=9), "r1", "rank"),
        (lambda one: w.but(one, grade="C"), "r1", "grade"),
        (lambda one: w.but(one, lines=(w.but(one.lines[0], weight=None), *one.lines[1:])), "r1", "attainment"),
        (lambda one: w.but(one, lines=one.lines[:-1]), "r1", "compliance"),
        (lambda one: w.but(one, rep="r9"), "r9", "rep"),
    ],
)  # fmt: skip
def test_recomputation_names_the_first_difference(change, rep, item):
    """The rep and the item stand in the message; the values, which are the person's, only in the error."""
    one = w.closed().latest
    first, *rest = one.results.reps
    bad = w.but(one, results=w.but(one.results, reps=(change(first), *rest)))
    with pytest.raises(ResultsDiffer) as caught:
        recompute(bad)
    error = caught.value
    assert (error.rep, error.item, error.code) == (rep, item, "closing.recompute")
    assert error.stored != error.computed
    assert rep in str(error)
    assert item in str(error)
    assert "99" not in str(error)


def test_recomputation_of_figures_sheets_and_inputs():
    """A figure, a rep too few, the fitted sheet, or inputs that were changed behind their seal."""
    one = w.closed().latest
    results = one.results
    figures = {node: dict(known) for node, known in results.figures.items()}
    figures["N"]["actual"] = None
    cases = [
        (w.but(results, figures=figures), "", "actual"),
        (w.but(results, reps=results.reps[:2]), "r3", "rep"),
        (w.but(results, sheet=evolve(results.sheet, cap=None)), "", "sheet"),
    ]
    for changed, rep, item in cases:
        with pytest.raises(ResultsDiffer) as caught:
            recompute(w.but(one, results=changed))
        assert (caught.value.rep, caught.value.item) == (rep, item)
    sheet = evolve(one.sheet, name="others")
    for bad in (
        w.but(one, inputs=w.but(one.inputs, items=one.inputs.items[1:])),
        w.but(one, by="p3"),
        w.but(one, sheet=sheet),
    ):
        with pytest.raises(BadValue) as caught:
            recompute(bad)
        assert caught.value.code == ("closing.recompute" if bad.sheet is sheet else "closing.seal")


def test_nobody_of_that_id():
    """The nearest id is named."""
    one = w.closed()
    with pytest.raises(NotFound, match="r1"):
        one.results["r11"]
    with pytest.raises(NotFound):
        one.latest.scored().card("x")


def test_what_is_shown():
    """Every value shows itself, and none shows a point in its repr."""
    one = w.closed()
    scored = one.latest.scored()
    assert "<table>" in scored._repr_html_()
    assert "<table>" in one.results._repr_html_()
    shown = repr((scored, one, one.latest, one.results, one.results.reps[0], one.results.reps[0].lines[0]))
    assert "83.78" not in shown
    assert "48.00" not in shown


def test_terms_that_cannot_be():
    """Days are whole and not below zero."""
    for bad in (-1, 1.5, True, 10**6):
        with pytest.raises(BadRule) as caught:
            AppealTerms(within=bad)
        assert caught.value.code == "closing.terms"


def test_units_of_the_inputs_count():
    """Goals in boxes are counted where the unit is boxes, and left out where it is yuan."""
    boxes = [Item(figure, "r1", Amount.of(n, BOX), w.Q1, figure) for figure, n in (("goal", 10), ("actual", 5))]
    sheet = ScoreSheet("s", Weighted([w.SHEET.rule.parts[0], Part("x", 40, linear(Field("attitude"), 0, 100))]))
    for unit, total in ((BOX, Decimal("66.00")), (w.money("goal", "r1", 1).value.unit, None)):
        found = close_period(w.inputs(boxes, unit=unit), sheet, by="p2", on=w.DAY)
        assert found.results["r1"].total == total
    assert w.inputs().units["market"] == w.inputs().unit
    assert w.inputs(market=USD).units["market"] == USD
