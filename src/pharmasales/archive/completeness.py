"""Completeness and freshness (完整度、新鲜度): how much of a customer's file is there, what is missing, what grew old.

What a file is asked for is a weighted sum for each kind of customer, kept in a rule book that a company lays its own
over. It reads ones and zeros, a one for each field that holds a value, so that no reason ever tells a value.

>>> from pharmasales.archive.customers import Customer
>>> shop = Customer("P1", "Example Pharmacy 示例药店", "pharmacy", owner="r1", fields={"licence": "A-1"})
>>> found = completeness(shop)
>>> found.score, found.grade, found.missing[:3]
(Decimal('30.00'), 'C', ('division', 'potential', 'address'))
>>> ours = RuleBook.from_toml('''
... name = "ours"
... [rules.pharmacy]
... shape = "weighted"
... parts = [{ name = "owner", weight = 60, of = "owner" }, { name = "address", weight = 40, of = "address" }]
... ''')
>>> completeness(shop, ours.over(COMPLETENESS)).score
Decimal('60.00')

Source: S001-15, S002-19, S004-12.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import field, frozen

from pharmasales.archive.customers import Customer
from pharmasales.archive.freshness import FRESHNESS, known_kind, label_of
from pharmasales.archive.kinds import KINDS, Kind
from pharmasales.compliance.personal import USES
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule, NotFound
from pharmasales.rules import Bands, Field, Label, Part, Points, Rule, RuleBook, Weighted, explain_points
from pharmasales.rules.terms import as_label, number
from pharmasales.units import in_decimals

__all__ = ["COMPLETENESS", "Completeness", "completeness", "default_schema", "schema_of", "scored"]

_CORE: Mapping[str, tuple[str, ...]] = {
    "institution": ("name", "owner", "division", "level", "potential"),
    "person": ("name", "owner", "parent", "roles", "source"),
    "distributor": ("name", "owner", "division", "roles", "source"),
    "supplier": ("name", "owner", "division", "source"),
    "contact": ("name", "owner", "roles", "source"),
    "department": ("name", "owner", "parent", "potential"),
    "pharmacy": ("name", "owner", "division", "potential"),
}
_GRADED_HERE = "data_quality"  # 资料质量等级 is what this module answers, so it is not asked for


def _asked(kind: Kind) -> list[list[str]]:
    """Return the names asked for, part by part; what tells one doctor's usage is never among them (S004-12 L)."""
    uses = {one.name: USES.get(one.name) for one in kind.fields()}
    off = {name for name, use in uses.items() if use and use.doctor_usage and not use.is_open(person=kind.person)}
    parts = [[one.name for one in part.fields if one.name not in off | {_GRADED_HERE}] for part in kind.parts]
    return [names for names in parts if names]


def _shared(total: int, shares: Sequence[int]) -> list[int]:
    """Split whole points by largest remainder; equal remainders go to the earlier."""
    whole = sum(shares)
    points = [total * share // whole for share in shares]
    behind = sorted(range(len(points)), key=lambda n: -(total * shares[n] % whole))
    for place in behind[: total - sum(points)]:
        points[place] += 1
    return points


def default_schema(kind: Kind) -> Weighted:
    """Return what a file of a kind is asked for by default, in whole points that add up to 100.

    What every such file needs (name, owner, place or division, level, roles, source) brings 40 points, the parts of the
    kind's own file 60, its first part, the basics, counting twice. Points within a part are shared evenly, the earlier
    field taking one more where they do not divide. The kind itself is not asked for: without it there is no schema.

    >>> [(part.name, part.weight) for part in default_schema(KINDS["pharmacy"]).parts][:3]
    [('name', 10), ('owner', 10), ('division', 10)]

    Source: S002-19 (ten parts, without 处方习惯 and 使用情况 of a doctor), S004-12, S004-76.
    """
    core, parts = _CORE.get(kind.name, _CORE[kind.group]), _asked(kind)
    points = [40, *_shared(60, [2, *[1] * (len(parts) - 1)])] if parts else [100]
    weights = [
        (name, weight)
        for names, whole in zip([core, *parts], points, strict=True)
        for name, weight in zip(names, _shared(whole, [1] * len(names)), strict=True)
    ]
    return Weighted([Part(name, weight, Field(name, label_of(name).zh), label_of(name).zh) for name, weight in weights])


COMPLETENESS = RuleBook(
    "completeness",
    "2026.1",
    {
        **{kind.name: default_schema(kind) for kind in KINDS.values()},
        "freshness": FRESHNESS,
        "grade": Bands(Field("score", "完整度"), ((60, "C"), (85, "B")), top="A"),
    },
)
"""What is asked for of each kind (`Weighted`), how long it stays fresh (`freshness`) and the grade of a score (`grade`:
A from 85, B from 60, C below; 资料质量等级, S004-12). The cut points are configuration."""


def schema_of(kind: str, book: RuleBook = COMPLETENESS) -> Weighted:
    """Return what a file of a kind, by either of its names, is asked for.

    >>> schema_of("医院") == schema_of("hospital")
    True
    >>> schema_of("blogger")
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotFound: no schema for this kind of customer; the book has agent, broker, community_centre, \
contact, department, distributor, doctor, hospital, pharmacist, pharmacy, supplier [completeness.kind]

    Raises:
        NotFound: a kind for which the book says nothing.
        BadRule: weights that do not add up to 100, or are finer than hundredths, so that no file would be full.
    """
    found = book.rules.get(kind, book.rules.get(known_kind(kind)))
    if not isinstance(found, Weighted):
        known = ", ".join(sorted(name for name, rule in book.rules.items() if isinstance(rule, Weighted)))
        hint = f"the book has {known}"
        raise NotFound("no schema for this kind of customer", hint=hint, code="completeness.kind")
    if found.whole != 100 or any((part.weight * 100).denominator != 1 for part in found.parts):
        hint = "write weights of at most two decimals that add up to 100"
        raise BadRule("a full file would not have 100 points", hint=hint, code="completeness.weights")
    return found


@frozen
class _There(Mapping[str, int]):
    """A one for each field that holds a value, a zero for every other name."""

    names: frozenset[str]

    def __getitem__(self, name: str) -> int:
        return int(name in self.names)

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.names))

    def __len__(self) -> int:
        return len(self.names)


def _holds(value: object) -> bool:
    """Whether a value says anything: zero does, a text without a letter or a digit does not."""
    if isinstance(value, str):
        return any(map(str.isalnum, value))
    if isinstance(value, Collection):
        return any(map(_holds, value))
    return value is not None


def _there(customer: Customer) -> _There:
    return _There(frozenset(name for name, value in customer.record().items() if _holds(value)))


@frozen
class Completeness:
    """How complete one customer's file is (完整度).

    Args:
        customer: its id.
        kind: its kind.
        score: the points of 100, with two decimals.
        grade: the letter that the book gives the score (资料质量等级).
        missing: the fields that brought nothing, the heaviest first, equal ones in the schema's order.
        schema: what it was asked for.
        record: a one for each field that holds a value.
    """

    customer: str
    kind: str
    score: Decimal
    grade: Label | None
    missing: tuple[str, ...]
    schema: Weighted = field(repr=False)
    record: Mapping[str, int] = field(repr=False)

    @property
    def points(self) -> list[Points]:
        """What each field asked for brought, in the schema's order."""
        return self.schema.points(self.record)

    @property
    def why(self) -> Why:
        """The score with the points of every field; no value is told."""
        parts = [explain_points(points, self.record) for points in self.points]
        return because(
            "{score} of 100 points, {count} missing: grade {grade}",
            "完整度 {score}，满分 100，缺 {count} 项：{grade} 级",
            *parts,
            score=self.score,
            count=len(self.missing),
            grade=self.grade,
        )

    def table(self) -> Table:
        """Return a row a field, in the schema's order: whether it is there, and what it brought of its weight."""
        rows = [
            (one.part.name, _label(one.part), _STATE[one.part.name in self.missing], one.points, _weight(one.part))
            for one in self.points
        ]
        return Table("completeness", Says(f"Completeness of {self.customer}", f"{self.customer} 完整度"), _ASKED, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _label(part: Part) -> Says:
    return Says(label_of(part.name).en, part.zh or label_of(part.name).zh)


def _weight(part: Part) -> Decimal:
    return in_decimals((part.weight * 100).numerator, 2)


_STATE = {True: Says("missing", "缺"), False: Says("there", "有")}
_ASKED = (
    Column("field", "Field", "字段"),
    Column("label", "Name", "名称"),
    Column("state", "State", "状态"),
    Column("points", "Points", "得分", "number"),
    Column("weight", "Weight", "权重", "number"),
)


def completeness(customer: Customer, book: RuleBook = COMPLETENESS) -> Completeness:
    """Score how complete a customer's file is, naming what is missing.

    An empty file has 0.00 points and a full one 100.00; by the default schemas a further value never lowers the score.

    >>> completeness(Customer("H1", "Example Hospital", "hospital", owner="r1")).why.head()
    '16.00 of 100 points, 20 missing: grade C'

    Raises:
        NotFound: a kind for which the book says nothing.
        BadRule: weights that no file could fill, or a schema that gives no total.
    """
    return scored(customer, schema_of(customer.kind, book), book["grade"])


def scored(customer: Customer, schema: Weighted, grade: Rule) -> Completeness:
    """Score a file by a schema and a rule for the grade that are at hand already, as for many files of one kind.

    >>> scored(Customer("S1", "Example Supplier"), schema_of("supplier"), COMPLETENESS["grade"]).score
    Decimal('10.00')

    Raises:
        BadRule: a schema that gives no total.
    """
    record = _there(customer)
    score = schema(record)
    if score is None:
        hint = "give each first_match of the schema an otherwise"
        raise BadRule("the schema gives no total", where=customer.id, hint=hint, code="completeness.total")
    missing = [part for part in schema.parts if part.weight and not number(part.rule(record), part.name)]
    missing.sort(key=lambda part: -part.weight)
    letter = grade({"score": score})
    names = tuple(part.name for part in missing)
    label = None if letter is None else as_label(letter)
    return Completeness(customer.id, customer.kind, score, label, names, schema, record)
