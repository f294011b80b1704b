"""Hypothesis strategies (随机样本) for every value of the foundation, to test rules and applications with.

>>> from hypothesis import given
>>> @given(amounts(CNY), amounts(CNY))
... def adding_commutes(left, right):
...     assert left + right == right + left
>>> adding_commutes()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pharmasales.archive import Change, Customer, Dossier
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.org import TOTAL, Node, Org
from pharmasales.periods import Month, Period, Quarter, Span, Week, Year
from pharmasales.rules import (
    All,
    AnyOf,
    Bands,
    Condition,
    Curve,
    Cut,
    Field,
    FirstMatch,
    Grid,
    Label,
    Not,
    Pareto,
    Part,
    Quantiles,
    Ratio,
    Rule,
    RuleBook,
    Sum,
    Term,
    Times,
    Unless,
    Weighted,
)
from pharmasales.rules.shapes import WhenMissing
from pharmasales.units import CNY, UNITS, Amount, Unit

__all__ = [
    "FIELDS",
    "amounts",
    "bands",
    "changes",
    "conditions",
    "curves",
    "days",
    "dossiers",
    "exact_numbers",
    "file_values",
    "first_matches",
    "grids",
    "ids",
    "labels",
    "numbers",
    "orgs",
    "paretos",
    "periods",
    "quantiles",
    "records",
    "rule_books",
    "rules",
    "terms",
    "units",
    "weighted",
]

FIELDS = ("sales", "potential", "visits")
"""The fields that random rules read and random records have."""

_WORDS = (
    "North",
    "rep",
    "H001",
    "华东区",
    "示例医院",
    "𠮷野",
    "Ｈ００１",
    "é",
    "e\u0301",
    "St. Mary",
    "0012",
    "ß",
    "İ",
    "①",
)
_GAPS = ("", " ", "  ", "\u3000", "\t", "-", "（", "\u200b")


def ids() -> SearchStrategy[str]:
    """Return ids in their normal form: leading zeros, Chinese, full-width, astral and combined characters.

    >>> from pharmasales.names import normal_id
    >>> normal_id("H001") == "H001"     # as every id drawn
    True
    """
    word = st.one_of(
        st.sampled_from(("H001", "0012", "华东", "𠮷", "Ｈ１", "é", "ß", "r-1")), st.integers(0, 99).map(str)
    )
    return st.lists(word, min_size=1, max_size=3).map("-".join)


def labels() -> SearchStrategy[str]:
    """Return labels as people write them: Chinese, full-width, astral, padded, doubled spaces."""
    piece = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_GAPS))
    return st.lists(piece, min_size=1, max_size=5).map("".join)


def units() -> SearchStrategy[Unit]:
    """Return built-in units and units of an application's own."""
    own = st.builds(Unit, st.sampled_from(("KG", "PACK", "瓶")), st.integers(0, 9))
    return st.one_of(st.sampled_from(list(UNITS.values())), own)


def amounts(unit: Unit | None = None) -> SearchStrategy[Amount]:
    """Return amounts, negative and far beyond the digits of a decimal context too; of one unit where it is given."""
    minor = st.one_of(st.integers(-(10**6), 10**6), st.integers(-(10**40), 10**40))
    return st.builds(Amount, minor, st.just(unit) if unit else units())


def exact_numbers() -> SearchStrategy[int | Fraction]:
    """Return exact numbers: small and large, whole and broken, negative and zero."""
    small = st.integers(-20, 200)
    broken = st.fractions(-1000, 1000, max_denominator=1000)
    return st.one_of(small, st.integers(-(10**30), 10**30), broken)


def numbers() -> SearchStrategy[object]:
    """Return every form in which a record may hold a number: int, Decimal, Fraction, text, float, `Amount`."""
    decimals = st.decimals(-1000, 1000, places=3)
    texts = st.one_of(decimals.map(str), st.integers(-(10**9), 10**9).map("{:,}".format))
    floats = st.floats(-1000, 1000, allow_subnormal=False, width=32)
    return st.one_of(exact_numbers(), decimals, texts, floats, amounts(CNY))


def days(first: int = 2007, last: int = 2026) -> SearchStrategy[date]:
    """Return days of some years, both included."""
    return st.dates(date(first, 1, 1), date(last, 12, 31))


def periods() -> SearchStrategy[Period]:
    """Return periods of each kind: years, quarters, months, weeks (53 too) and runs of quarters."""
    year = st.integers(1001, 9998)
    run = st.sampled_from([(first, last) for first in range(1, 4) for last in range(first + 1, 5)])
    week = days().map(lambda day: Week(day.isocalendar().year, day.isocalendar().week))
    return st.one_of(
        year.map(Year),
        st.builds(Quarter, year, st.integers(1, 4)),
        st.builds(Month, year, st.integers(1, 12)),
        week,
        st.builds(lambda y, qs: Span(y, *qs), year, run),
    )


@st.composite
def orgs(draw: DrawFn, most: int = 12) -> Org:
    """Return checked organisations: any shape of tree, several tops, names that repeat, rows in any order."""
    unique = st.lists(ids(), min_size=1, max_size=most, unique_by=fold)
    found = [node_id for node_id in draw(unique) if fold(node_id) != fold(TOTAL)]
    parents = [draw(st.sampled_from([None, *found[:place]])) for place in range(len(found))]
    level = st.sampled_from(("region", "district", "rep"))
    nodes = [Node(node_id, draw(labels()), draw(level), parent) for node_id, parent in zip(found, parents, strict=True)]
    return Org.of(draw(st.permutations(nodes)))


def records() -> SearchStrategy[Mapping[str, object]]:
    """Return records of `FIELDS`, each a number in any form or missing."""
    return st.fixed_dictionaries({name: st.one_of(st.none(), st.integers(-5, 200), numbers()) for name in FIELDS})


def terms() -> SearchStrategy[Term]:
    """Return fields, and what is reckoned from them: ratios, products, sums, and ratios of those."""
    fields = st.builds(Field, st.sampled_from(FIELDS), st.sampled_from(("", "销售额", "潜力 {0}")))
    constant = st.one_of(st.just(1), st.integers(-3, 12), st.fractions(-2, 2, max_denominator=7))
    several = st.lists(fields, min_size=1, max_size=3)
    reckoned = st.one_of(st.builds(Times, several, constant), st.builds(Sum, several, st.lists(fields, max_size=2)))
    ratios = st.one_of(st.builds(Ratio, fields, fields), st.builds(Ratio, reckoned, fields))
    asked = st.builds(
        lambda term, cut, negated: Not(term.over(cut)) if negated else term.at_most(cut),
        fields,
        st.integers(-2, 60),
        st.booleans(),
    )
    unless = st.builds(Unless, st.one_of(fields, reckoned, ratios), st.lists(asked, min_size=1, max_size=2))
    return st.one_of(fields, fields, ratios, reckoned, ratios, unless)


def _rising(least: int, most: int) -> SearchStrategy[list[int | Fraction]]:
    number = st.one_of(st.integers(-5, 200), exact_numbers())
    return st.lists(number, min_size=least, max_size=most, unique=True).map(sorted)


def _answers() -> SearchStrategy[Label]:
    return st.one_of(st.sampled_from(("A", "B", "C", "高", "{x}", "1")), st.integers(0, 10))


@st.composite
def bands(draw: DrawFn, of: Rule | None = None, names: Sequence[Label] | None = None) -> Bands:
    """Return bands with cuts of both sides, a cut and its `over` at one value too.

    Args:
        draw: given by hypothesis.
        of: the term; any where left out.
        names: the labels from the lowest up; any, which may repeat, where left out.
    """
    count = len(names) - 1 if names else draw(st.integers(0, 4))
    ats = draw(_rising(count, count))
    sides = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    found = list(names or draw(st.lists(_answers(), min_size=count + 1, max_size=count + 1)))
    cuts = [(Cut(at, side), name) for at, side, name in zip(ats, sides, found[:-1], strict=True)]
    if not names and count and not sides[-1] and draw(st.booleans()):
        cuts.append((Cut(ats[-1], exclusive=True), "exactly"))
    return Bands(of or draw(terms()), cuts, top=found[-1])


@st.composite
def grids(draw: DrawFn) -> Grid:
    """Return grids of two rules with labels, bands or first-match."""
    side = st.one_of(bands(), first_matches()).filter(
        lambda rule: len({*map(str, rule.labels())}) == len({*rule.labels()})
    )
    rows, cols = draw(side), draw(side)
    return Grid(rows, cols, {row: {col: draw(_answers()) for col in cols.labels()} for row in rows.labels()})


@st.composite
def curves(draw: DrawFn) -> Curve:
    """Return curves of two to five points, rising, falling or level."""
    xs = draw(_rising(2, 5))
    return Curve(draw(terms()), [(x, draw(st.integers(-100, 20_000))) for x in xs])


@st.composite
def weighted(draw: DrawFn) -> Weighted:
    """Return weighted sums of terms and curves, with weights that may be broken or zero, and each way with missing."""
    weights = draw(st.lists(st.fractions(0, 50, max_denominator=12), min_size=1, max_size=4).filter(any))
    parts = [
        Part(f"part {n}", weight, draw(st.one_of(terms(), curves())), draw(st.sampled_from(("", "覆盖率"))))
        for n, weight in enumerate(weights)
    ]
    ways: tuple[WhenMissing, ...] = ("missing", "zero", "reweight")
    missing = draw(st.sampled_from(ways))
    return Weighted(parts, full=draw(st.sampled_from((1, 100))), whole=sum(weights), missing=missing)


def conditions() -> SearchStrategy[Condition]:
    """Return tests of each operator, joined by all, any and not."""
    cut = st.integers(-5, 200)
    sides = st.sampled_from(("at_least", "over", "below", "at_most"))
    tests = st.one_of(
        st.builds(lambda term, side, at: getattr(term, side)(at), terms(), sides, cut),
        st.builds(lambda term, value: term.equals(value), terms(), st.one_of(cut, st.sampled_from(("poor", "")))),
        st.builds(lambda term, values: term.one_of(values), terms(), st.lists(cut, max_size=3)),
        terms().map(lambda term: term.missing()),
    )

    def joined(inner: SearchStrategy[Condition]) -> SearchStrategy[Condition]:
        several = st.lists(inner, max_size=3)
        return st.one_of(st.builds(All, several), st.builds(AnyOf, several), st.builds(Not, inner))

    return st.recursive(tests, joined, max_leaves=5)


def first_matches() -> SearchStrategy[FirstMatch]:
    """Return first-match rules of up to three cases, with and without an answer for the rest."""
    cases = st.lists(st.tuples(conditions(), _answers()), min_size=1, max_size=3)
    return st.builds(FirstMatch, cases, st.one_of(st.none(), _answers()))


@st.composite
def paretos(draw: DrawFn) -> Pareto:
    """Return rules of cumulative shares with one to three cuts, 100 % among them."""
    shares = draw(st.lists(st.integers(1, 20), min_size=1, max_size=3, unique=True).map(sorted))
    names = ("A", "B", "C")
    return Pareto(draw(terms()), [(Fraction(s, 20), name) for s, name in zip(shares, names, strict=False)], rest="D")


def quantiles() -> SearchStrategy[Quantiles]:
    """Return rules of two to twelve equal parts, by head-count and by volume."""
    return st.builds(Quantiles, terms(), st.integers(2, 12), st.sampled_from(("count", "volume")))


def rules() -> SearchStrategy[Rule]:
    """Return a rule that answers for one record, of any shape."""
    return st.one_of(terms(), bands(), grids(), curves(), weighted(), first_matches())


def rule_books() -> SearchStrategy[RuleBook]:
    """Return rule books of up to three rules, population rules too, with and without days in force."""
    any_rule = st.one_of(rules(), paretos(), quantiles())
    named = st.dictionaries(st.sampled_from(("tier", "score", "客户分级")), any_rule, max_size=3)
    spans = st.tuples(st.one_of(st.none(), days(2007, 2015)), st.one_of(st.none(), days(2016, 2026)))
    return st.builds(
        lambda rules, version, span: RuleBook("example", version, rules, *span), named, st.sampled_from("123"), spans
    )


_FILED: Mapping[str, Sequence[object]] = {
    "name": ("Example One", "示例二", None),
    "owner": ("r1", "r2", None),
    "parent": ("P1", "P2", None),
    "level": ("三级甲等", None),
    "potential": (0, 500, Fraction(25, 2), None),
    "weekdays": (("0", "2"), None),
    "roles": (("kol",), ("decider", "kol"), None),
    "affiliation:P2": ("consultant", "-", None),
    "beds": (300, 10**40, None),
    "title": ("主治医师", "副主任医师", None),
    "last_visit": (date.min, date(2026, 1, 9), date.max, None),
    "needs": (("samples", "资料"), ("x",), None),
}


def file_values() -> SearchStrategy[dict[str, object]]:
    """Return one to three fields of a customer's file with their values, missing ones too, for `Dossier.amend`."""
    pairs = st.sampled_from([(name, value) for name, values in _FILED.items() for value in values])
    return st.lists(pairs, min_size=1, max_size=3).map(dict)


@st.composite
def dossiers(draw: DrawFn, id: str = "D1", kind: str = "doctor") -> Dossier:  # noqa: A002 - the field's name
    """Return the file of a customer of that id and kind after up to eight acts: amended, corrected, closed, held, ...

    Days lie in January 2026 and may come in any order; moments follow each other, on clocks of two zones.
    """
    day = st.integers(0, 20).map(lambda n: date(2026, 1, 1) + timedelta(n))
    at = datetime(2026, 1, 1, draw(st.integers(0, 23)), tzinfo=UTC)
    since = draw(day)
    customer = Customer(id, draw(st.sampled_from(("Example Name", "示例名称"))), kind, owner="r1")
    file, _ = Dossier.open(customer, since=since, at=at, by="u1", why="opened")
    for _ in range(draw(st.integers(0, 8))):
        at += timedelta(hours=draw(st.integers(0, 60)))
        written = {"at": at.astimezone(timezone(timedelta(hours=draw(st.sampled_from((0, 8)))))), "by": "u1"}
        act = draw(st.sampled_from(("amend", "amend", "amend", "correct", "close", "reopen", "restrict", "release")))
        given = (draw(file_values()),) if act in ("amend", "correct") else ()
        when = {"since": draw(day)} if act in ("amend", "close", "reopen") else {}
        try:
            file = getattr(file, act)(*given, **when, **written, why="seen on site")[0]
        except BadValue:
            continue
    return file


@st.composite
def changes(draw: DrawFn) -> Change:
    """Return one change of a customer's file: its opening, or whatever came later."""
    return draw(st.sampled_from(draw(dossiers()).changes))
