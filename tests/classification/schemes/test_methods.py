"""The ready-made methods: each complete, each letter within reach, none outside, more never worse, equals together."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import KINDS
from pharmasales.classification import (
    METHODS,
    SCHEMES,
    CutPoint,
    Method,
    Reads,
    Scheme,
    letters_of,
    method,
    methods_table,
)
from pharmasales.classification.schemes.catalogue import USAGE, WORDS
from pharmasales.classification.schemes.reads import marks_of
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.rules import Bands, Field, Rule
from pharmasales.units import CNY, Amount

spec = spec_from_file_location("worlds", Path(__file__).with_name("worlds.py"))
assert spec is not None
assert spec.loader is not None
worlds = module_from_spec(spec)
spec.loader.exec_module(worlds)

NAMES = (
    "abc decile decile_volume vip doctor_matrix nine_grid zone three_p doctor_value hospital market_product agent "
    "dealer_stage retention relation_stage best worst"
).split()


def test_the_catalogue_has_every_scheme_of_the_trade() -> None:
    """Each scheme that the requirements ask for is there by name, and the schemes are those of the methods."""
    assert list(METHODS) == NAMES
    assert dict(SCHEMES) == {name: METHODS[name].scheme for name in NAMES}
    assert [row[0] for row in methods_table().rows] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_method_says_all_of_it(name: str) -> None:
    """Chinese name, version, source, limits in both languages, a meaning for each letter, fields and cut points."""
    one = METHODS[name]
    assert one.scheme.zh
    assert one.scheme.version == "1"
    assert one.scheme.source
    said = [one.scheme.limits, *one.meanings.values(), *(r.holds for r in one.fields), *(c.means for c in one.cuts)]
    assert all(words.en.strip() and words.zh.strip() for words in said)
    assert tuple(one.meanings) == one.scheme.letters
    assert one.fields
    assert all(read.zh for read in one.fields)
    assert all(cut.source for cut in one.cuts if cut.name in one.defaults), "a default says where it comes from"
    assert all(kind in KINDS for kind in one.kinds)
    assert set(one.time) in (set(), set(one.scheme.letters))
    assert set(one.visits) in (set(), set(one.scheme.letters))
    assert [row[0] for row in one.table().rows] == list(one.scheme.letters)


def test_time_and_visits_are_the_sources() -> None:
    """S004-15: time A ±, B +, C +, D −; P2-A: red about 8 visits a month, yellow 2 to 4, blue when asked."""
    assert METHODS["doctor_matrix"].time == {"A": "±", "B": "+", "C": "+", "D": "-"}
    assert METHODS["zone"].visits == {"red": (8, 8), "yellow": (2, 4), "blue": (0, 0)}
    assert [row[3] for row in METHODS["zone"].table().rows] == ["8", "2-4", "0"]
    assert "2-4" in METHODS["zone"]._repr_html_()
    assert [name for name in NAMES if METHODS[name].time] == ["doctor_matrix"]


def test_who_reads_what_single_doctors_use() -> None:
    """The legally sensitive methods and fields, by name; potential is not among them."""
    assert [name for name in NAMES if METHODS[name].usage] == ["doctor_matrix", "nine_grid", "zone", "three_p"]
    assert {"use", "behaviour", "prescription"} == USAGE
    assert all("sensitive" in METHODS[name].scheme.limits.en for name in NAMES if METHODS[name].usage)
    assert {"title", "relation_stage", "dealer_stage", "move", "market_class", "product_class"} == WORDS


@pytest.mark.parametrize("name", NAMES)
def test_a_scheme_knows_the_letters_of_its_rule(name: str) -> None:
    """The rule gives the letters of the scheme, all of them."""
    assert set(letters_of(worlds.made(name))) == set(SCHEMES[name].letters)


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_within_reach_and_none_is_outside(name: str) -> None:
    """Over a grid of values each letter comes up, nothing else does, and a record of missing values has no grade."""
    one = METHODS[name]
    records = list(worlds.grid(one))
    if name in worlds.FITTED and name != "best":
        records = [{"sales": value} for value in range(101)]
    found = one.classify(worlds.people(records), **worlds.CUTS.get(name, {}))
    assert {graded.grade.letter for graded in found.grades if graded.grade} == set(one.scheme.letters)
    nothing = {read.name: None for read in one.fields}
    assert found.grade(nothing) is None


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted({*worlds.RISING} - {*worlds.FITTED})))
def test_more_is_never_worse(data: st.DataObject, name: str) -> None:
    """Where a scheme promises it, a higher value never gives a lower grade, and a lower one never a better."""
    one, rule = METHODS[name], worlds.made(name)
    record = {read.name: data.draw(st.sampled_from(worlds.candidates(one, read)[1:])) for read in one.fields}
    rising, falling = worlds.RISING[name], worlds.FALLING.get(name, ())
    moved = data.draw(st.sampled_from([*rising, *falling]))
    read = next(read for read in one.fields if read.name == moved)
    other = data.draw(st.sampled_from(worlds.candidates(one, read)[1:]))
    low, high = sorted([record[moved], other])
    worse, better = (rule({**record, moved: value}) for value in (low, high))
    if moved in falling:
        worse, better = better, worse
    assert one.scheme.grade(better) >= one.scheme.grade(worse)


@settings(deadline=None)
@given(
    values=st.lists(st.tuples(st.none() | st.integers(-5, 30), st.booleans() | st.none()), min_size=1, max_size=40),
    name=st.sampled_from(worlds.FITTED),
    data=st.data(),
)
def test_fitted_methods_keep_equals_together_whatever_the_order(
    values: list[tuple[int | None, bool | None]], name: str, data: st.DataObject
) -> None:
    """Equals get equal letters, more is never worse, missing has none, and the order of people counts nothing."""
    one, cuts = METHODS[name], worlds.CUTS.get(name, {})
    given_people = worlds.people([{"sales": sales, "on_time": paid} for sales, paid in values])
    mixed = data.draw(st.permutations(given_people))
    if name != "best" and not any(sales and sales > 0 for sales, _ in values):
        with pytest.raises(BadRule, match=r"rule\.fit"):
            one.classify(given_people, **cuts)
        return
    found = one.classify(given_people, **cuts)
    by_id = found.by_customer()
    assert one.classify(mixed, **cuts).by_customer() == by_id
    known = [(sales, paid, by_id.get(f"c{n}")) for n, (sales, paid) in enumerate(values)]
    for sales, paid, grade in known:
        for more, paid_too, better in known:
            if sales is not None and more is not None and paid == paid_too and more >= sales and grade and better:
                assert better >= grade
                assert more > sales or better == grade
    if name != "best":
        assert all((grade is None) == (sales is None) for sales, _, grade in known)


@pytest.mark.parametrize("name", [name for name in NAMES if METHODS[name].cuts])
def test_a_missing_and_an_unknown_cut_point_are_named(name: str) -> None:
    """What is left out is named with its meaning; what is misspelt with the nearest name."""
    one, cuts = METHODS[name], dict(worlds.CUTS.get(name, {}))
    for cut in one.cuts:
        if cut.name not in one.defaults:
            less = {key: value for key, value in cuts.items() if key != cut.name}
            with pytest.raises(BadRule) as caught:
                one.rule(**less)
            assert str(caught.value) == f"a cut point is due: {cut.means.en} @ {name}.{cut.name} [grade.cut]"
    with pytest.raises(BadRule, match=rf"no such cut point @ {name}\.zzz; known: .* \[grade\.cut\]"):
        one.rule(**cuts, zzz=1)


def test_a_method_without_cut_points_says_so() -> None:
    """Deciles have nothing to set."""
    with pytest.raises(BadRule, match=r"no such cut point @ decile\.parts; it has none"):
        METHODS["decile"].rule(parts=5)


@pytest.mark.parametrize("bad", ["many", "", float("nan"), True, "１０", "1_0"])
def test_a_cut_point_that_is_no_number_is_refused_by_name(bad: Any) -> None:
    """Text, NaN, yes and no, full-width digits: the error names the cut point."""
    with pytest.raises(BadRule, match=r"@ doctor_matrix\.use"):
        METHODS["doctor_matrix"].rule(use=bad, potential=100)


def test_cut_points_may_be_written_in_any_exact_way() -> None:
    """A whole number, a decimal, a fraction, a text and a float literal make the same rule."""
    rules = [METHODS["vip"].rule(share=share) for share in ("80%", "0.8", Decimal("0.8"), Fraction(4, 5), 0.8)]
    assert all(rule == rules[0] for rule in rules)


@pytest.mark.parametrize(
    ("name", "cuts", "where"),
    [
        ("abc", {"a": "95%", "b": "80%"}, r"abc\.cuts\[1\]"),
        ("vip", {"share": "120%"}, r"vip\.cuts\[0\]"),
        ("agent", {"a": 50, "b": 60}, r"agent\.cuts\[1\]"),
        ("agent", {"contract": 40}, r"agent\.parts"),
        ("three_p", {**worlds.CUTS["three_p"], "potential": 60}, r"three_p\.parts"),
        ("doctor_value", {"a": 2, "b": 1, "potential": -1}, r"doctor_value\.parts\[0\] potential"),
        ("nine_grid", {"a": 13}, r"nine_grid\.a, b"),
        ("nine_grid", {"b": 2}, r"nine_grid\.a, b"),
        ("nine_grid", {"middle_revenue": 300_000_000}, r"nine_grid\.top_revenue, middle_revenue"),
        ("hospital", {"high": 200, "middle": 200}, r"hospital\.middle"),
        ("market_product", {"first": ["AD"], "second": []}, r"market_product\.first"),
        ("market_product", {"first": ["AA"], "second": ["AA"]}, r"market_product\.second"),
        ("best", {"least": 30, "most": 20}, r"best"),
        ("best", {"least": 0}, r"best"),
        ("best", {"most": "50.5"}, r"best\.least, most"),
    ],
)
def test_cut_points_that_cannot_hold_are_refused(name: str, cuts: dict[str, Any], where: str) -> None:
    """Cuts out of order, weights that miss the whole, points that nobody can have: a typed error with the method."""
    with pytest.raises(BadRule, match=rf"@ {where}"):
        METHODS[name].rule(**cuts)


def test_only_a_method_by_volume_reads_another_measure() -> None:
    """ABC of potential is ABC; a doctor matrix of sales is nothing."""
    assert [name for name in NAMES if METHODS[name].by_measure] == ["abc", "decile", "decile_volume", "vip"]
    found = METHODS["vip"].classify([("H1", "E", {"beds": 9}), ("H2", "E", {"beds": 1})], Field("beds"))
    assert [str(graded.grade) for graded in found.grades] == ["VIP (vip)", "other (vip)"]
    with pytest.raises(BadRule, match=r"it reads fields of its own @ agent; it reads contract, receipts, keenness"):
        METHODS["agent"].rule(Field("sales"))


@pytest.mark.parametrize(
    ("name", "record", "where"),
    [
        ("nine_grid", {"tier": 4, "revenue": 1, "title": "主治", "behaviour": 1}, "tier"),
        ("nine_grid", {"tier": 3, "revenue": -1, "title": "主治", "behaviour": 1}, "revenue"),
        ("nine_grid", {"tier": 3, "revenue": 1, "title": "护士", "behaviour": 1}, "title"),
        ("nine_grid", {"tier": 3, "revenue": 1, "title": "主治", "behaviour": 0}, "behaviour"),
        ("nine_grid", {"tier": 3, "revenue": 1, "title": "主治", "behaviour": 4}, "behaviour"),
        ("nine_grid", {"tier": 3, "revenue": 1, "title": "主治", "behaviour": "2"}, "behaviour"),
        ("nine_grid", {"tier": 3, "revenue": 1, "title": "主治", "behaviour": True}, "behaviour"),
        ("agent", {"contract": 101, "receipts": 1, "keenness": 1, "loyalty": 1}, "contract"),
        ("agent", {"contract": "many", "receipts": 1, "keenness": 1, "loyalty": 1}, "contract"),
        ("agent", {"contract": 1, "receipts": -1, "keenness": 1, "loyalty": 1}, "receipts"),
        ("retention", {"move": "left", "loyal": None}, "move"),
        ("best", {"sales": 1, "on_time": 2}, "on_time"),
        ("worst", {"sales": 1, "owed": -1, "days_late": 1}, "owed"),
        ("relation_stage", {"relation_stage": "普通"}, "relation_stage"),
    ],
)
def test_a_value_that_the_method_does_not_know_is_refused(name: str, record: dict[str, object], where: str) -> None:
    """E6 (0 or over 12 points) and its like: no grade, and a typed error that shows the field and not the value."""
    with pytest.raises(BadRows) as caught:
        METHODS[name].classify([("c7", "Secret Name", record)], **worlds.CUTS.get(name, {}))
    (error,) = caught.value.exceptions
    assert isinstance(error, PharmaSalesError)
    assert error.where == f"customer 'c7', {where}"
    assert "Secret" not in str(error)
    assert repr(record[where]) not in str(error)


def test_every_bad_value_is_told_at_once() -> None:
    """Two bad fields of one customer and one of another are three errors."""
    rows = [
        {"contract": 101, "receipts": -1, "keenness": 1, "loyalty": 1},
        {"contract": 1, "receipts": 1, "keenness": 1, "loyalty": 200},
    ]
    with pytest.raises(BadRows, match="3 values that agent does not know") as caught:
        METHODS["agent"].classify(worlds.people(rows))
    assert [error.where for error in caught.value.exceptions] == [  # type: ignore[attr-defined]  # they are ours
        "customer 'c0', contract",
        "customer 'c0', receipts",
        "customer 'c1', loyalty",
    ]


def test_a_field_that_is_not_there_is_told_once() -> None:
    """A record without the field is a misspelt field, not ten thousand bad values."""
    with pytest.raises(BadValue, match=r"the record has no field 'loyalty' @ customer 'c0'"):
        METHODS["agent"].classify(worlds.people([{"contract": 1, "receipts": 1, "keenness": 1}] * 2))


def test_missing_and_unlimited_values_pass_the_check() -> None:
    """None is missing, yes and no may be 1 and 0, an amount of money is a number, and sales may be anything."""
    METHODS["best"].check(
        [("c", "E", {"sales": "whatever", "on_time": 1}), ("d", "E", {"sales": None, "on_time": None})]
    )
    METHODS["worst"].check([("c", "E", {"sales": 1, "owed": Amount.of(5, CNY), "days_late": -3})])
    METHODS["nine_grid"].check([("c", "E", dict.fromkeys(("tier", "revenue", "title", "behaviour")))])


def test_allowed_values_are_said_in_words() -> None:
    """Words, a range, one end, anything."""
    said = {read.name: read.allowed for one in METHODS.values() for read in one.fields}
    assert said["behaviour"] == "1, 2, 3"
    assert said["on_time"] == "true, false"
    assert said["keenness"] == "0 to 100"
    assert said["owed"] == "0 or more"
    assert said["sales"] == ""


def test_a_method_by_its_name() -> None:
    """The nearest known name is told."""
    assert method("vip") is METHODS["vip"]
    with pytest.raises(NotFound, match=r'no such method @ nine_gird; did you mean "nine_grid"\? \[grade\.method\]'):
        method("nine_gird")


def size(large: int = 500) -> Rule:
    """Hospitals by beds."""
    return Bands(Field("beds"), ((large, "small"),), top="large")


MEANS = {"large": Says("large", "大"), "small": Says("small", "小")}
BEDS = Reads("beds", "床位", Says("beds", "床位"))
LARGE = CutPoint("large", Says("beds", "床位"), "ours")


def test_a_method_of_ones_own() -> None:
    """A company's method grades like a ready-made one."""
    own = Method(Scheme("size", ("large", "small")), size, (BEDS,), MEANS, (LARGE,))
    found = own.classify([("H1", "E", {"beds": 500}), ("H2", "E", {"beds": 499})])
    assert [graded.grade.letter for graded in found.grades if graded.grade] == ["large", "small"]
    assert own.defaults == {"large": 500}


@pytest.mark.parametrize(
    ("means", "cuts"),
    [
        ({"large": MEANS["large"]}, (LARGE,)),
        (dict(reversed(MEANS.items())), (LARGE,)),
        (MEANS, ()),
        (MEANS, (LARGE, LARGE)),
    ],
)
def test_a_method_that_does_not_say_all_of_it_is_refused(means: dict[str, Says], cuts: tuple[CutPoint, ...]) -> None:
    """A letter without a meaning, or cut points that the function does not take."""
    with pytest.raises(BadRule, match=r"grade\.method"):
        Method(Scheme("size", ("large", "small")), size, (BEDS,), means, cuts)


def test_a_mark_is_out_of_a_hundred() -> None:
    """The ends are included."""
    mark = marks_of("keen", "积极", "keenness", "积极性")
    for value in (0, 100, "99.5", None):
        mark.check({"keen": value})
    for value in (-1, 101, "100.1"):
        with pytest.raises(BadValue, match=r"grade\.value"):
            mark.check({"keen": value})
