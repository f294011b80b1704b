"""Closed periods as plain JSON: what comes back is what went in, and what was changed is refused with its place."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.classification.grade import Scheme
from pharmasales.display import Says
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.evaluation.closing import (
    AppealTerms,
    HeldGrade,
    PeriodInputs,
    ResultsDiffer,
    close_period,
    closing_data,
    closing_from,
    recompute,
)
from pharmasales.evaluation.closing.inputs_records import inputs_data, inputs_from
from pharmasales.evaluation.measures import Item
from pharmasales.evaluation.scoring import ForcedDistribution, cut_grades
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter, Span, Week, Year
from pharmasales.rules.book import fingerprint_of
from pharmasales.units import BOX, CNY, Amount

spec = spec_from_file_location("closing_worlds", Path(__file__).with_name("worlds.py"))
assert spec is not None
assert spec.loader is not None
w = module_from_spec(spec)
spec.loader.exec_module(w)

SCHEME = Scheme("abc", ("A", "B", "C"), "医院", "a paper", "2", Says("no pay", "不计奖"))
exact = st.one_of(st.integers(0, 99), st.fractions(0, 9), st.decimals(0, 9, places=2))
values = st.one_of(
    st.none(), st.booleans(), exact, st.text("aé名 ", max_size=3), st.integers(-9, 9).map(lambda n: Amount.of(n, BOX))
)


def through(data):
    """Return data as a store gives it back."""
    return json.loads(json.dumps(data, ensure_ascii=False))


@st.composite
def worlds(draw):
    """Return any inputs of a quarter, with one top or two, and a sheet that can score them."""
    top = draw(st.booleans())
    nodes = [Node("N", "North", "district", role="manager")] * top
    since = draw(st.one_of(st.none(), st.just(date(2026, 1, 5))))
    nodes += [Node(rep, f"Rep {rep}", "rep", "N" if top else None, since) for rep in w.REPS]
    whens = st.sampled_from(
        [w.Q1, Month(2026, 2), date(2026, 3, 31), Quarter(2025, 1), Span(2026, 1, 2), Week(2026, 9), Year(2025)]
    )
    held = st.sampled_from([None, None, Says("quarantined", "隔离")])
    made = []
    for number in range(draw(st.integers(0, 6))):
        rep, figure = draw(st.sampled_from([*w.REPS, ""])), draw(st.sampled_from(["goal", "actual", "visit_points"]))
        value = draw(
            st.one_of(st.none(), exact if figure == "visit_points" else exact.map(lambda n: Amount.of(int(n), CNY)))
        )
        made.append(Item(figure, rep, value, draw(whens), f"item {number}", draw(held)))
    facts = {
        rep: {"breaches": draw(st.one_of(st.none(), st.integers(0, 1))), "attitude": draw(st.one_of(st.none(), exact)),
              "flood": draw(exact), "note": draw(values)}
        for rep in w.REPS
    }  # fmt: skip
    grades = [HeldGrade("c1", SCHEME.grade(draw(st.sampled_from("ABC"))), date(2025, 1, 1))] * draw(st.integers(0, 1))
    more = {"facts": facts, "grades": grades, "rep_grades": [HeldGrade("r1", SCHEME.grade("A"), w.DAY)]}
    more |= {"people": {"r1": "p1"}, "rules": {"CN-2026": "ab"}, "unfilled": draw(st.sampled_from(["missing", "zero"]))}
    grading = [None, cut_grades(((60, "B"),), top="A"), ForcedDistribution((("20%", 1), ("80%", 2))), w.SHEET.grades]
    sheet = evolve(w.SHEET, grades=draw(st.sampled_from(grading)), cap=draw(st.sampled_from([None, 90])))
    actual = w.money("actual", "r1", draw(st.integers(1, 99)), w.Q1, "always")
    return PeriodInputs(w.Q1, Org.of(nodes), [*made, actual], **more), sheet


@settings(max_examples=20, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_any_world_comes_back_and_recomputes(world, random):
    """Closed, kept, read back: equal to the last bit; scored again: the same; order decides nothing."""
    inputs, sheet = world
    one = close_period(inputs, sheet, by="p2", on=w.DAY)
    data = closing_data(one)
    again = closing_from(through(data))
    assert again == one
    assert fingerprint_of(closing_data(again)) == fingerprint_of(data)
    assert recompute(again.latest).results.seal == one.results.seal
    items = list(inputs.items)
    random.shuffle(items)
    facts = {rep: dict(reversed(known.items())) for rep, known in reversed(inputs.facts.items())}
    other = evolve(inputs, items=items, facts=facts)
    assert other.seal == inputs.seal
    assert close_period(other, sheet, by="p2", on=w.DAY).latest.seal == one.latest.seal


@settings(max_examples=15, deadline=None)
@given(worlds())
def test_no_kept_point_without_its_why(world):
    """Read back from what was kept, each point, rank and grade says its reason, or what is missing."""
    inputs, sheet = world
    kept = closing_from(through(closing_data(close_period(inputs, sheet, by="p2", on=w.DAY)))).latest
    found = recompute(kept)
    assert all(place.why.text(lang) for place in found.standings for lang in ("en", "zh"))
    for result, card in zip(kept.results.reps, found.cards.scores, strict=True):
        *rows, last = card.rows()
        assert [row[5] for row in rows] == [line.points for line in result.lines]
        assert last[5] == result.total
        for lang in ("en", "zh"):
            for line, row in zip(result.lines, rows, strict=True):
                said = row[6].text(lang)
                assert said
                if line.kind == "item":
                    assert (line.name.en if lang == "en" else line.name.zh) in said
                    assert line.points is None or str(line.points) in said
            assert result.total is None or str(result.total) in card.why().head(lang)


@given(worlds())
@settings(max_examples=20, deadline=None)
def test_inputs_come_back_type_and_all(world):
    """A decimal stays a decimal, a fraction a fraction; labels of units and schemes too."""
    inputs, _ = world
    again = inputs_from(through(inputs_data(inputs)))
    assert again == inputs
    assert [(item, type(item.value)) for item in again.items] == [(item, type(item.value)) for item in inputs.items]
    assert {rep: {name: (type(v), v) for name, v in known.items()} for rep, known in again.facts.items()} == {
        rep: {name: (type(v), v) for name, v in known.items()} for rep, known in inputs.facts.items()
    }
    assert [(one.grade.scheme.source, one.grade.scheme.limits) for one in again.grades] == [
        (one.grade.scheme.source, one.grade.scheme.limits) for one in inputs.grades
    ]
    assert again.unit.zh == "元"


def small():
    """Return the data of one rep: two versions, an appeal that was won, opened a third time."""
    org = Org.of([Node("r1", "Rep One", "rep", since=date(2025, 1, 1))])
    facts = {"r1": {"breaches": 0, "attitude": Fraction(181, 2), "flood": Decimal("1.5")}}
    held = [HeldGrade("c1", SCHEME.grade("A"), date(2025, 1, 1))]
    first = PeriodInputs(w.Q1, org, w.items()[:2], facts=facts, grades=held, people={"r1": "p1"}, rules={"book": "b1"})
    one = close_period(first, w.SHEET, by="p2", on=w.DAY, terms=AppealTerms(9, 8, 7))
    one = one.appeal("A1", "r1", item="best", reason="x", evidence=["y"], by="p1", on=w.DAY)
    one = one.decide("A1", True, "z", by="p9", on=w.DAY)
    opened = one.reopen("A1", by="p2", approver="p8", on=w.DAY, appeals=["A1"])
    one = opened.close(evolve(first, items=[*first.items, w.late_item()]), by="p2", on=w.DAY)
    one = one.appeal("A2", "r1", reason="x", evidence=["y"], by="p1", on=w.DAY).withdraw("A2", by="p1", on=w.DAY)
    return closing_data(one.reopen("again", by="p2", approver="p8", on=w.DAY + timedelta(1)))


@pytest.fixture(scope="session")
def kept():
    """Return the data of one rep as a store gives it back."""
    return through(small())


def leaves(data, path=()):
    """Yield the path of every value."""
    if isinstance(data, dict | list) and data:
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    else:
        yield path


def put(data, path, value):
    """Return the data with another value at a path."""
    made = copy.deepcopy(data)
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return made


def held(data, path):
    """Return the value at a path."""
    for key in path:
        data = data[key]
    return data


def other(value):
    """Return another value of the same kind."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    return "2026-04-08" if value == "2026-04-07" else f"{value}1" if isinstance(value, str) else [1]


def test_whatever_is_changed_is_refused(kept):
    """Every single value of the data, changed to another of its kind: a typed error with a place."""
    paths = list(leaves(kept))
    assert len(paths) > 400
    for path in paths:
        bad = put(kept, path, other(held(kept, path)))
        with pytest.raises(PharmaSalesError) as caught:
            closing_from(bad)
        assert caught.value.where.startswith("closing"), path
        assert caught.value.code


JUNK = (None, [], {}, "x", -1, 1.5, True, [[]], {"a": 1}, "\ud800")


def test_whatever_form_it_has(kept):
    """Junk in any place, a key too many, a key too few: a typed error, never another."""
    places = sorted({path[:depth] for path in leaves(kept) for depth in range(1, len(path) + 1)}, key=str)
    for number, path in enumerate(places):
        junk = JUNK[number % len(JUNK)]
        if held(kept, path) == junk and type(held(kept, path)) is type(junk):
            continue
        with pytest.raises(PharmaSalesError):
            closing_from(put(kept, path, junk))
    for path in [path[:-1] for path in places if isinstance(path[-1], str)][::7]:
        table = held(kept, path) if path else kept
        for changed in ({**table, "more": 1}, dict(list(table.items())[1:])):
            with pytest.raises(PharmaSalesError):
                closing_from(put(kept, path, changed) if path else changed)
    for junk in (None, [], "x", {"form": 2}, {"form": True}, {**kept, "versions": []}):
        with pytest.raises(PharmaSalesError):
            closing_from(junk)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("versions", 1, "inputs", "items", 0, 2, 0), 1, "closing, versions[1], inputs"),
        (("versions", 0, "sheet", "name"), "other", "closing, versions[0], sheet"),
        (("versions", 0, "results", "reps", 0, "rank"), 2, "closing, versions[0], results"),
        (("versions", 1, "on"), "2026-04-08", "closing, versions[1], seal"),
        (("versions", 1, "correction", "reason"), "other", "closing, versions[1], seal"),
        (("appeals", 0, "decision", "reason"), "other", "closing, seal"),
        (("terms", 0), 8, "closing, seal"),
        (("opened", "reason"), "other", "closing, seal"),
        (("seal",), "0" * 64, "closing, seal"),
    ],
)
def test_the_place_is_named(kept, path, value, where):
    """Which version, and whether its inputs, its sheet, its results or the rest was changed."""
    with pytest.raises(BadValue) as caught:
        closing_from(put(kept, path, value))
    assert (caught.value.code, caught.value.where) == ("closing.seal", where)


def test_a_key_that_nobody_reads_is_named(kept):
    """Nothing rides along."""
    with pytest.raises(BadValue) as caught:
        closing_from(put(kept, ("versions", 0, "inputs", "more"), 1))
    assert caught.value.where == "closing, versions[0].inputs.more"


def resealed(data):
    """Seal changed data anew, as somebody could who writes the whole store."""
    before = ""
    for version in data["versions"]:
        for part, key in (("inputs", "seal"), ("sheet", "fingerprint"), ("results", "seal")):
            table = version[part]
            table[key] = fingerprint_of({name: value for name, value in table.items() if name != key})
        version["before"] = before
        heads = {name: version[name] for name in ("number", "by", "on", "correction", "before")}
        seals = {"inputs": version["inputs"]["seal"], "sheet": version["sheet"]["fingerprint"]}
        before = version["seal"] = fingerprint_of(heads | seals | {"results": version["results"]["seal"]})
    data["seal"] = fingerprint_of({name: value for name, value in data.items() if name != "seal"})
    return data


def test_results_that_were_changed_and_sealed_anew_do_not_recompute(kept):
    """Seals can be made by whoever writes everything; the results then still do not come of the inputs."""
    assert resealed(copy.deepcopy(kept)) == kept
    bad = put(kept, ("versions", 0, "results", "reps", 0, "lines", 0, 5, "decimal"), "60.00")
    found = closing_from(resealed(bad)).closed
    with pytest.raises(ResultsDiffer) as caught:
        recompute(found.versions[0])
    assert (caught.value.rep, caught.value.item) == ("r1", "attainment")
    assert (caught.value.stored[5], caught.value.computed[5]) == ({"decimal": "60.00"}, {"decimal": "48.00"})
    assert recompute(found.versions[1])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("results", "reps", 0, "rank"), "1"),
        (("results", "reps", 0, "grade"), 1.5),
        (("results", "reps", 0, "total"), 5),
        (("results", "reps", 0, "lines", 0, 0), "gift"),
        (("results", "reps", 0, "lines", 0, 3), "x"),
        (("results", "reps", 0, "lines", 0, 4), 60),
        (("inputs", "units", 0), None),
        (("inputs", "items", 0, 2), "text"),
        (("inputs", "items", 0, 2), True),
        (("inputs", "facts", "r1", "attitude"), 1.5),
        (("inputs", "facts", "r1", "attitude"), {"ratio": "1/0"}),
        (("inputs", "unfilled"), "nothing"),
    ],
)
def test_hostile_values_under_good_seals(kept, path, value):
    """What no close could have kept is refused, or does not recompute, however well it is sealed."""
    bad = resealed(put(kept, ("versions", 0, *path), value))
    with pytest.raises(PharmaSalesError):
        recompute(closing_from(bad).closed.versions[0])
