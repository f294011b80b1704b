"""Rule books: read from TOML with exact decimals, refused with a path, fingerprinted, compared, laid over, in force."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, NotFound
from pharmasales.rules import Bands, Field, Pareto, Part, Quantiles, RuleBook, Weighted, in_force
from pharmasales.rules.data import Reader, read_rule
from pharmasales.rules.terms import Rule
from pharmasales.rules.writing import rule_data
from pharmasales.testing import strategies as some

BOOK = """
name = "example"
version = "2026.1"
since = 2026-01-01
until = 2026-12-31

[rules.size]
note = "by beds"
shape = "bands"
of = { field = "beds", zh = "床位" }
cuts = [[100, "small"], [{ over = 500 }, "mid"]]
top = "large"

[rules.share]
shape = "bands"
of = { ratio = ["ours", "potential"] }
cuts = [[0.15, "entry"]]
top = "core"

[rules.tier]
shape = "grid"
rows = "size"
cols = "share"
[rules.tier.cells]
small = { entry = "D", core = "C" }
mid = { entry = "C", core = "B" }
large = { entry = "B", core = "A" }

[rules.score]
shape = "weighted"
missing = "reweight"
full = 1
whole = 100
parts = [
  { name = "growth", weight = 40, of = { rule = "growth" }, zh = "增长" },
  { name = "share", weight = 60, of = { ratio = ["ours", "potential"] } },
]

[rules.growth]
shape = "curve"
of = "growth"
points = [["0%", 0], ["10%", 1]]

[rules.class]
shape = "bands"
of = { rule = "score" }
cuts = [[60, "B"]]
top = "A"

[rules.worst]
shape = "first_match"
otherwise = "other"
cases = [
  { when = { all = [{ of = "days", over = 120 }, { not = { of = "sales", one_of = ["good"] } }] }, then = "worst" },
  { when = { any = [{ of = "days", missing = true }, { of = "sales", equals = "none" }] }, then = "unknown" },
]

[rules.abc]
shape = "pareto"
of = "sales"
cuts = [["80%", "A"]]
rest = "B"

[rules.decile]
shape = "quantiles"
of = "sales"
by = "volume"

[rules.beds]
field = "beds"
"""


@pytest.fixture(scope="module")
def book():
    """The book above."""
    return RuleBook.from_toml(BOOK)


def test_a_book_is_read_from_toml(book):
    """Every shape is read, rules may name each other, and the days in force are dates."""
    assert (book.name, book.version, book.since, book.until) == (
        "example",
        "2026.1",
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    record = {"beds": 501, "ours": 15, "potential": 100, "growth": "0.05", "days": 121, "sales": "poor"}
    answers = {name: book[name](record) for name in ("size", "share", "tier", "score", "class", "worst", "beds")}
    assert answers == {
        "size": "large",
        "share": "core",
        "tier": "A",
        "score": Decimal("29.00"),
        "class": "B",
        "worst": "worst",
        "beds": 501,
    }
    assert book["size"]({"beds": 500}) == "mid"
    assert book["worst"]({"days": None, "sales": "good"}) == "unknown"
    assert isinstance(book["abc"], Pareto)
    assert (book["decile"].parts, book["decile"].by) == (10, "volume")
    assert "tier" in book
    assert "tiers" not in book
    assert repr(book).endswith("rules=<10 rules>, since=datetime.date(2026, 1, 1), until=datetime.date(2026, 12, 31))")


def test_decimals_are_exact(book):
    """A cut of 0.15 is 15 hundredths, not the float beside it."""
    assert book["share"]({"ours": 15, "potential": 100}) == "core"
    assert book["share"]({"ours": 149_999_999_999_999_999, "potential": 10**18}) == "entry"
    assert book.data()["rules"]["share"]["cuts"] == [["3/20", "entry"]]


def test_an_unknown_rule_is_guessed_at(book):
    """The nearest rule of the book is named."""
    with pytest.raises(NotFound, match='did you mean "tier"') as caught:
        _ = book["teir"]
    assert caught.value.code == "rule.name"


def rule(text):
    """A book of one rule `x`."""
    return f"[rules.x]\n{text}"


BANDS = 'shape = "bands"\nof = "a"\ntop = "z"\n'
SUM = 'shape = "weighted"\n'
FIRST = 'shape = "first_match"\n'
GRID = BANDS.replace("rules.x", "") + 'cuts = [[1, "y"]]\n'
BAD = [
    ("naem = 'x'", "unknown key @ naem", 'did you mean "name"?'),
    ("rules = 5", "rules are tables @ rules", ""),
    ("rules = []", "rules are tables @ rules", ""),
    ("rules.x = 5", "a rule is a table with a shape @ rules.x", "one of bands"),
    ("rules.x = 'beds'", "a rule is a table with a shape @ rules.x", ""),
    ("since = 5", "not a date @ since", "write 2026-01-31"),
    ("since = 'soon'", "not a date @ since", ""),
    ("until = 2026-01-01T10:00:00", "not a date @ until", ""),
    ("since = 2026-02-01\nuntil = 2026-01-31", "the last day is before the first @ until", ""),
    (rule("shape = 'bandz'"), "unknown shape @ rules.x.shape", 'did you mean "bands"?'),
    (rule("shape = 5"), "a rule is a table with a shape @ rules.x", ""),
    (rule(BANDS), "missing key @ rules.x.cuts", ""),
    (rule(BANDS + "cuts = []\ntopp = 'a'"), "unknown key @ rules.x.topp", 'did you mean "top"?'),
    (rule(BANDS + "cuts = 5"), "not a list @ rules.x.cuts", ""),
    (rule(BANDS + "cuts = ['5y']"), "not a pair @ rules.x.cuts[0]", ""),
    (rule(BANDS + "cuts = [[1, 'a'], [2]]"), "not a pair @ rules.x.cuts[1]", ""),
    (rule(BANDS + "cuts = [['much', 'a']]"), "a cut, weight or point: not a number @ rules.x.cuts[0]", ""),
    (rule(BANDS + "cuts = [[nan, 'a']]"), "a cut, weight or point: NaN is no number @ rules.x.cuts[0]", ""),
    (rule(BANDS + "cuts = [[1e999999999, 'a']]"), "a cut, weight or point: more than 100 digits in a number", ""),
    (rule(BANDS + "cuts = [[{ ovr = 5 }, 'a']]"), "unknown key @ rules.x.cuts[0], ovr", 'did you mean "over"?'),
    (rule(BANDS + "cuts = [[2, 'a'], [1, 'b']]"), "cuts must ascend @ rules.x.cuts[1]", ""),
    (rule(BANDS + "cuts = [[1, 1.5]]"), "a label is text or a whole number @ rules.x.cuts[0]", ""),
    (rule(BANDS.replace('"z"', "true") + "cuts = []"), "a label is text or a whole number @ rules.x", ""),
    (rule(BANDS.replace('"a"', "5") + "cuts = []"), "not a term @ rules.x", ""),
    (rule(BANDS.replace('"a"', "{ feild = 'a' }") + "cuts = []"), "not a term @ rules.x", ""),
    (rule(BANDS.replace('"a"', "{ field = 'a', x = 1 }") + "cuts = []"), "not a term @ rules.x", ""),
    (rule(BANDS.replace('"a"', "'__class__'") + "cuts = []"), "not the name of a field @ rules.x", ""),
    (rule(BANDS.replace('"a"', "{ rule = 'y' }") + "cuts = []"), "no such rule @ rules.y", "known: x"),
    (rule(BANDS.replace('"a"', "{ rule = 'x' }") + "cuts = []"), "rules in a circle: x > x", ""),
    (rule("field = ''"), "not the name of a field @ rules.x", ""),
    (rule("field = 'a'\nextra = 1"), "not a term @ rules.x", ""),
    (rule("shape = 'curve'\nof = 'a'\npoints = [[0, 0]]"), "a curve needs two points @ rules.x.points", ""),
    (
        rule("shape = 'curve'\nof = 'a'\npoints = [[0, 0], [1, {}]]"),
        "a cut, weight or point: dict is no number @ rules.x.points[1]",
        "",
    ),
    (rule(SUM + "parts = 'ab'"), "not a list @ rules.x.parts", ""),
    (rule(SUM + "parts = ['ab']"), "not a table @ rules.x.parts[0]", "write { name, weight, of }"),
    (rule(SUM + "parts = [{ name = 'a', weight = 1 }]"), "missing key @ rules.x.parts[0], of", ""),
    (
        rule(SUM + "parts = [{ name = 'a', wieght = 1, of = 'a' }]"),
        "unknown key @ rules.x.parts[0], wieght",
        'did you mean "weight"?',
    ),
    (rule(SUM + "parts = [{ name = 5, weight = 1, of = 'a' }]"), "int where text is due @ rules.x.parts[0]", ""),
    (
        rule(SUM + "parts = [{ name = 'a', weight = 1, of = 'a' }]"),
        "the weights add up to 1, not 100 @ rules.x.parts",
        "",
    ),
    (
        rule(SUM + "missing = 'zeor'\nparts = []"),
        "unknown way with a missing score @ rules.x.missing",
        'did you mean "zero"?',
    ),
    (
        rule(FIRST + "cases = [{ when = { of = 'a', over = 1 }, than = 'b' }]"),
        "unknown key @ rules.x.cases[0], than",
        'did you mean "then"?',
    ),
    (
        rule(FIRST + "cases = [{ when = { of = 'a', ovr = 1 }, then = 'b' }]"),
        "not a test @ rules.x.cases[0]",
        "OP one of",
    ),
    (rule(FIRST + "cases = [{ when = { of = 'a' }, then = 'b' }]"), "not a test @ rules.x.cases[0]", ""),
    (
        rule(FIRST + "cases = [{ when = { of = 'a', missing = false }, then = 'b' }]"),
        "missing is true @ rules.x.cases[0]",
        "",
    ),
    (
        rule(FIRST + "cases = [{ when = { of = 'a', one_of = 'b' }, then = 'b' }]"),
        "one_of takes text, whole numbers, yes or no @ rules.x.cases[0]",
        "one_of takes a list",
    ),
    (
        rule(FIRST + "cases = [{ when = { of = 'a', equals = 0.5 }, then = 'b' }]"),
        "equals takes text, whole numbers, yes or no @ rules.x.cases[0]",
        "",
    ),
    (
        rule(FIRST + "cases = [{ when = { of = 'a', over = 'much' }, then = 'b' }]"),
        "a cut, weight or point: not a number @ rules.x.cases[0]",
        "",
    ),
    (
        rule(
            FIRST
            + "cases = [{ when = { of = { rule = 'y' }, over = 1 }, then = 'b' }]\n"
            + rule(BANDS + "cuts = []").replace("rules.x", "rules.y")
        ),
        "only a field or a ratio can be tested @ rules.x.cases[0]",
        "",
    ),
    (
        rule("shape = 'pareto'\nof = 'a'\nrest = 'b'\ncuts = [[80, 'a']]"),
        "shares must ascend within 0 and 100 % @ rules.x.cuts[0]",
        "",
    ),
    (rule("shape = 'quantiles'\nof = 'a'\nby = 'volumes'"), "parts of what? @ rules.x.by", 'did you mean "volume"?'),
    (rule("shape = 'quantiles'\nof = 'a'\nparts = '10'"), "at least two parts @ rules.x.parts", ""),
    (
        rule("shape = 'grid'\nrows = 'y'\ncols = 'y'\ncells = {}\n") + rule(GRID).replace("rules.x", "rules.y"),
        "no cell @ rules.x.cells['y']['y']",
        "",
    ),
    (
        rule("shape = 'grid'\nrows = 'y'\ncols = 'y'\ncells = 5\n") + rule(GRID).replace("rules.x", "rules.y"),
        "not of the form this shape takes @ rules.x",
        "",
    ),
    (
        rule("shape = 'grid'\nrows = { field = 'a' }\ncols = 'y'\ncells = {}"),
        "a side of a grid is a rule of bands or of first_match @ rules.x",
        "",
    ),
    ("x = ", "not TOML: Invalid value", ""),
    ("x = 2026-02-30", "not TOML", ""),
    ("x = " + "9" * 5000, "not TOML", ""),
    ("x = " + "[" * 5000, "not TOML", ""),
]


@pytest.mark.parametrize(("text", "message", "hint"), BAD, ids=range(len(BAD)))
def test_wrong_forms_are_refused_with_their_path(text, message, hint):
    """Whatever is wrong in the file, the error says what, where, and what was meant."""
    with pytest.raises(BadConfig) as caught:
        RuleBook.from_toml(text)
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_rules_in_a_circle():
    """The circle is shown, not the way into it."""
    names = {"a": "b", "b": "c", "c": "b"}
    tables = {n: {"shape": "bands", "of": {"rule": m}, "cuts": [], "top": "x"} for n, m in names.items()}
    with pytest.raises(BadConfig) as caught:
        RuleBook.from_data({"rules": tables})
    assert caught.value.reason == "rules in a circle: b > c > b"
    assert caught.value.code == "rule.circle"
    reader = Reader({**tables, "d": {"field": "beds"}})
    with pytest.raises(BadConfig):
        reader.rule("a")
    assert reader.rule("d") == Field("beds")


def test_rules_nested_too_deeply():
    """Data of any depth is an error of the file, not of the interpreter."""
    deep = {"of": "a", "over": 1}
    for _ in range(5000):
        deep = {"not": deep}
    with pytest.raises(BadConfig, match="nested too deeply"):
        read_rule({"shape": "first_match", "cases": [{"when": deep, "then": "x"}]})


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.decimals()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    (
                        "shape",
                        "of",
                        "cuts",
                        "top",
                        "parts",
                        "cases",
                        "when",
                        "then",
                        "all",
                        "not",
                        "field",
                        "name",
                        "weight",
                        "cells",
                        "rows",
                        "cols",
                    )
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=12,
    ),
    st.sampled_from(("bands", "grid", "curve", "weighted", "first_match", "pareto", "quantiles")),
)
def test_any_data_is_a_rule_or_a_bad_config(data, shape):
    """Random data never gives an untyped error."""
    table = {
        "shape": shape,
        "of": data,
        "cuts": data,
        "top": data,
        "points": data,
        "parts": data,
        "cases": data,
        "rows": data,
        "cols": data,
        "cells": data,
        "rest": data,
    }
    keys = {
        "bands": "of cuts top",
        "grid": "rows cols cells",
        "curve": "of points",
        "weighted": "parts",
        "first_match": "cases",
        "pareto": "of cuts rest",
        "quantiles": "of",
    }[shape]
    try:
        found = read_rule({key: table[key] for key in ("shape", *keys.split())})
    except BadConfig as error:
        assert error.where.startswith("rules.")  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(found, Rule)


def test_a_rule_of_ones_own_cannot_be_kept():
    """Only the known shapes have a form as data."""

    class Mine(Rule):
        """A rule of no known shape."""

    with pytest.raises(BadConfig, match="a Mine cannot be kept as data") as caught:
        RuleBook("b", "1", {"x": Mine()}).data()
    assert caught.value.code == "rule.data"


def test_a_book_comes_back_from_its_data(book):
    """Written out and read again it is equal, with every named rule written in its place."""
    again = RuleBook.from_data(book.data())
    assert again == book
    assert again.fingerprint == book.fingerprint
    assert book.data()["since"] == "2026-01-01"
    assert rule_data(book["class"])["of"]["shape"] == "weighted"
    assert RuleBook.from_data({}) == RuleBook("rules", "1", {})


def test_the_fingerprint_forgets_the_order_of_keys(book):
    """Tables in another order are the same book."""
    parts = BOOK.split("\n\n")
    assert RuleBook.from_toml("\n\n".join([parts[0], *parts[:0:-1]])).fingerprint == book.fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[100, ", "[101, "),
        ("{ over = 500 }", "500"),
        ("0.15", "0.16"),
        ('"large"', '"larger"'),
        ("weight = 40", "weight = 41"),
        ("2026.1", "2026.2"),
        ("until = 2026-12-31", "until = 2026-12-30"),
        ('missing = "reweight"', 'missing = "zero"'),
        ('by = "volume"', 'by = "count"'),
        ("missing = true", "over = 1"),
    ],
)
def test_the_fingerprint_changes_with_every_change(book, old, new):
    """A cut, its side, a label, a weight, a day: each makes another book."""
    text = (
        BOOK.replace(old, new)
        .replace("larger =", "large =")
        .replace("weight = 60", "weight = 59" if "41" in new else "weight = 60")
    )
    text = text.replace("\nlarge = {", "\nlarger = {") if "larger" in new else text
    assert RuleBook.from_toml(text).fingerprint != book.fingerprint


def test_the_fingerprint_is_the_same_in_every_process(book, tmp_path):
    """Other hash seeds, and sets in a rule, give the same fingerprint."""
    (tmp_path / "book.toml").write_text(BOOK, encoding="utf-8")
    program = (
        "from pathlib import Path\n"
        "from pharmasales.rules import *\n"
        "book = RuleBook.from_toml(Path('book.toml').read_text(encoding='utf-8'))\n"
        "names = Field('kind').one_of({'hospital', 'doctor', 'pharmacy', 'clinic', 7, 3})\n"
        "print(book.fingerprint, RuleBook('s', '1', {'x': FirstMatch([(names, 'known')])}).fingerprint)\n"
    )
    seen = set()
    for seed in ("0", "1", "424242"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)  # noqa: S603 - our own
        seen.add(done.stdout)
    assert len(seen) == 1
    assert seen.pop().split()[0] == book.fingerprint


def test_the_difference_of_two_versions(book):
    """A row for each leaf that differs, with its path, and None where there is none."""
    text = (
        BOOK.replace("[100, ", "[120, ")
        .replace("2026.1", "2026.2")
        .replace('[rules.beds]\nfield = "beds"', '[rules.rooms]\nfield = "rooms"')
    )
    diff = book.diff(RuleBook.from_toml(text))
    assert diff.rows == [
        ("rules.beds.field", "beds", None),
        ("rules.rooms.field", None, "rooms"),
        ("rules.size.cuts[0][0]", "100", "120"),
        ("rules.tier.rows.cuts[0][0]", "100", "120"),
        ("version", "2026.1", "2026.2"),
    ]
    assert book.diff(book).rows == []
    assert diff.text("zh").splitlines()[0].split() == ["位置", "原值", "新值"]


def test_a_book_laid_over_another():
    """Its rules replace those of the same name; the rest, and its own name and days, stay."""
    low, high = (Bands(Field("beds"), ((cut, "small"),), top="large") for cut in (100, 200))
    base = RuleBook("base", "1", {"size": low, "extra": low}, since=date(2020, 1, 1))
    ours = RuleBook("ours", "2", {"size": high})
    both = ours.over(base)
    assert both.rules == {"size": high, "extra": low}
    assert (both.name, both.version, both.since) == ("ours", "2", None)
    assert base.rules["size"] == low


def test_the_book_in_force():
    """Both ends are included; of several, the one that began last; none is an error."""
    books = [
        RuleBook("always", "0", {}),
        RuleBook("old", "1", {}, since=date(2025, 1, 1), until=date(2025, 12, 31)),
        RuleBook("new", "2", {}, since=date(2026, 1, 1)),
        RuleBook("special", "3", {}, since=date(2026, 3, 1), until=date(2026, 3, 31)),
    ]
    days = {
        "2024-12-31": "always",
        "2025-01-01": "old",
        "2025-12-31": "old",
        "2026-01-01": "new",
        "2026-03-31": "special",
        "2026-04-01": "new",
    }
    assert {day: in_force(books, date.fromisoformat(day)).name for day in days} == days
    with pytest.raises(NotFound, match="no rule book in force on 2024-06-01") as caught:
        in_force(books[1:], date(2024, 6, 1))
    assert caught.value.code == "rule.book"


@given(some.rule_books(), some.days())
def test_holds_is_both_ends_included(book, day):
    """A book holds from its first to its last day."""
    assert book.holds(day) is ((book.since or day) <= day <= (book.until or day))


@pytest.mark.parametrize("one", [Field("a"), Quantiles(Field("a")), Weighted([Part("p", 100, Field("a"))])])
def test_one_rule_as_data(one):
    """A single rule comes back from its data."""
    assert read_rule(rule_data(one)) == one
