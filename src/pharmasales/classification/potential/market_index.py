"""Market index (市场指数): a rule over own sales and the market's, and the reasons for which it can be missing.

The ready-made ones are in `indices`; a company's own is made in the same way.

>>> from pharmasales.rules import Ratio
>>> own, rival = Input("own", Says("own sales", "本品销售")), Input("rival", Says("largest rival", "最大竞品销售"))
>>> relative = MarketIndex(
...     name="relative_share",
...     says=Says("relative share", "相对份额"),
...     rule=Ratio(own.term, rival.term),
...     inputs=[own, rival],
...     undefined=[(rival.term.at_most(0), Says("there is no rival", "无竞品"))],
...     formula=Says("own / the largest rival's", "本品 / 最大竞品"),
... )
>>> print(relative.measure({"own": 300, "rival": 200}))
relative share: 150.0%
>>> print(relative.measure({"own": 300, "rival": 0}))
relative share is missing: there is no rival
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.classification.potential.inputs import Input, check_inputs, one_unit, unknown
from pharmasales.display import Column, Lang, Says, Table, Why, because, decimal_text, percent
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.names import clean
from pharmasales.rules import Condition, Term, explain
from pharmasales.rules.terms import Exact, number

__all__ = ["IndexKind", "IndexValue", "MarketIndex", "index_table"]

IndexKind: TypeAlias = Literal["ratio", "index", "points"]
"""How an index is written: `ratio` in per cent, `index` with 100 for even, `points` in percentage points (百分点)."""


def _inputs(given: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(given)


def _undefined(given: Iterable[tuple[Condition, Says]]) -> tuple[tuple[Condition, Says], ...]:
    return tuple(given)


@frozen(kw_only=True)
class MarketIndex:
    """A market index, as a value (市场指数).

    `rule` runs on many rows at once and can be kept in a rule book; it is missing over zero, but knows no reasons and
    divides by a negative base, which `measure` refuses by `undefined`.

    Args:
        name: its name, as in a rule book.
        says: its name in both languages.
        rule: how it is reckoned.
        inputs: what the rule reads, each field once.
        undefined: tests, each with the reason why the index is missing where it holds; the first that holds decides.
        formula: the formula in both languages.
        source: requirement or page.
        kind: how it is written.

    Raises:
        BadRule: inputs that are not those of the rule, or a rule that is no term.
    """

    name: str = field(converter=clean)
    says: Says = field(eq=False)
    rule: Term
    inputs: tuple[Input, ...] = field(converter=_inputs)
    undefined: tuple[tuple[Condition, Says], ...] = field(converter=_undefined)
    formula: Says = field(eq=False)
    source: str = field(default="", eq=False)
    kind: IndexKind = "ratio"

    def __attrs_post_init__(self) -> None:
        check_inputs(self.rule, self.inputs, self.name)

    def measure(self, record: object) -> IndexValue:
        """Measure one record: own sales and the market's in one unit, plain numbers or amounts.

        Raises:
            BadValue: an input that is not in the record, no number, or out of its range, by name.
            NotComparable: two units, or an amount beside a plain number.
        """
        one_unit(self.inputs, record)
        values = {one.name: one.read(record) for one in self.inputs}
        return IndexValue(self, self._value(values), values)

    def _value(self, values: Mapping[str, Exact | None]) -> Fraction | None:
        if any(test(values) for test, _ in self.undefined):
            return None
        found = number(self.rule(values), self.name)
        return None if found is None else Fraction(found)


@frozen
class IndexValue:
    """What an index is for one record: an exact value, or missing with the reason.

    Args:
        index: the index.
        value: the exact value, or missing; a ratio, or 100 for even where the index is so written.
        inputs: what it was reckoned from.
    """

    index: MarketIndex
    value: Fraction | None = field(repr=False)
    inputs: Mapping[str, Exact | None] = field(repr=False, hash=False)

    def written(self, lang: Lang = "en") -> str:
        """Return the value as a person reads it, rounded half up; `n/a` where it is missing."""
        if self.value is None:
            return "n/a"
        if self.index.kind == "index":
            return decimal_text(self.value, 2)
        if self.index.kind == "points":
            return f"{decimal_text(self.value * 100, 1)} {'个百分点' if lang == 'zh' else 'points'}"
        return percent(self.value)

    @property
    def reason(self) -> Says:
        """Why there is no value; empty where there is one."""
        if self.value is not None:
            return Says("", "")
        if gone := unknown(self.index.inputs, self.inputs):
            en, zh = ", ".join(one.says.en for one in gone), "、".join(one.says.zh for one in gone)
            return Says(f"{en} not known", f"{zh}未知")
        return next((says for test, says in self.index.undefined if test(self.inputs)), _ZERO)

    @property
    def why(self) -> Why:
        """The value with its formula, or why there is none."""
        if self.value is None:
            return because(
                "{name} is missing: {reason}", "{name}缺失：{reason}", name=self.index.says, reason=self.reason
            )
        written = Says(self.written(), self.written("zh"))
        part = because("{formula}", "{formula}", explain(self.index.rule, self.inputs), formula=self.index.formula)
        return because("{name}: {value}", "{name}：{value}", part, name=self.index.says, value=written)

    def __str__(self) -> str:
        return self.why.head()


_ZERO = Says("it would be divided by zero", "除数为零")


def index_table(records: Iterable[tuple[str, str, object]], indices: Sequence[MarketIndex]) -> Table:
    """Return one row a product and index: the value as it is written, and why.

    Args:
        records: id, label and record of each product.
        indices: the indices, in order.

    Raises:
        BadRows: every figure that is refused, in every row, with the product's id.
    """
    rows, bad = [], list[PharmaSalesError]()
    for product, name, record in records:
        for index in indices:
            try:
                found = index.measure(record)
            except (BadValue, NotComparable) as error:
                bad.append(error.at(f"product {product!r}, {index.name}"))
            else:
                written = Says(found.written(), found.written("zh"))
                rows.append((product, name, index.says, written, found.why))
    if bad:
        raise BadRows(f"{len(bad)} figures refused", bad)
    return Table("market_indices", Says("Market indices", "市场指数"), _COLUMNS, rows)


_COLUMNS = (
    Column("product_id", "Product id", "产品编号"),
    Column("product", "Product", "产品"),
    Column("index", "Index", "指数"),
    Column("value", "Value", "数值"),
    Column("why", "Why", "说明", "why"),
)
