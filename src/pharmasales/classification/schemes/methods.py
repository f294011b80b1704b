"""Methods of classification (分级方法): a scheme, what it reads, and the rule that its cut points make.

`pharmasales.classification.schemes.catalogue` lists the ready-made ones by name; a company writes its own as a rule
of its rule book, or as a `Method`.

>>> from pharmasales.rules import Bands
>>> BEDS = Reads("beds", "床位数", Says("beds", "床位"), least=0)
>>> def size(large: Number) -> Rule:
...     return Bands(BEDS.term, ((large, "small"),), top="large")
>>> sizes = Method(
...     Scheme("size", ("large", "small")),
...     size,
...     fields=(BEDS,),
...     meanings={"large": Says("large", "大型"), "small": Says("small", "小型")},
...     cuts=(CutPoint("large", Says("beds from which a hospital is large", "大型医院的床位数")),),
... )
>>> sizes.rule(large=500)({"beds": 500})
'large'
>>> sizes.rule()
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: a cut point is due: beds from which a hospital is large @ size.large [grade.cut]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from inspect import Parameter, signature
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.classification.classify import Classification, classify
from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.reads import Reads
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.names import nearest
from pharmasales.rules import Rule
from pharmasales.rules.terms import literal
from pharmasales.units import Number

__all__ = ["CutPoint", "Cuts", "Method", "weights_of"]

Cuts: TypeAlias = Number | float | Sequence[str]
"""What a cut point may be: a number, a share such as `80%`, or a list of words where the method says so."""


@frozen
class CutPoint:
    """One cut point, weight or list that a method asks for, by name.

    Args:
        name: the keyword.
        means: what it is.
        source: where its default comes from; a method without a default for it asks the company.
    """

    name: str
    means: Says
    source: str = ""


@frozen
class Method:
    """A ready-made way to classify (分级方法): its scheme, what it reads, and the function that makes its rule.

    Args:
        scheme: name, letters best first, version, source and limits.
        makes: makes the rule from the cut points, by keyword; a first argument `of` is the field that a method by
            volume reads.
        fields: what it reads of a record.
        meanings: what each letter means.
        cuts: its cut points, each with its meaning; the defaults are those of `makes`.
        kinds: the kinds of customer that it is for; any where empty.
        time: how much time a letter gets against today, where the source says so: `+`, `±` or `-`.
        visits: the least and the most visits a month of a letter, where the source says so.

    Raises:
        BadRule: a letter without a meaning, or cut points that are not those of the function.
    """

    scheme: Scheme
    makes: Callable[..., Rule] = field(repr=False)
    fields: tuple[Reads, ...] = field(repr=False)
    meanings: Mapping[str, Says] = field(repr=False, hash=False)
    cuts: tuple[CutPoint, ...] = field(default=(), repr=False)
    kinds: tuple[str, ...] = field(default=(), repr=False)
    time: Mapping[str, str] = field(factory=dict, repr=False, hash=False)
    visits: Mapping[str, tuple[int, int]] = field(factory=dict, repr=False, hash=False)

    def __attrs_post_init__(self) -> None:
        if tuple(self.meanings) != self.scheme.letters:
            raise BadRule("every letter has a meaning, in the scheme's order", where=self.name, code="grade.method")
        if tuple(cut.name for cut in self.cuts) != tuple(_asked(self.makes)):
            raise BadRule("the cut points are those of the function", where=self.name, code="grade.method")

    @property
    def name(self) -> str:
        """The name of the scheme."""
        return self.scheme.name

    @property
    def usage(self) -> bool:
        """Whether it reads what one doctor prescribes or uses (legally sensitive)."""
        return any(one.usage for one in self.fields)

    @property
    def by_measure(self) -> bool:
        """Whether it reads one measure, `sales` unless told otherwise."""
        return "of" in signature(self.makes).parameters

    @property
    def defaults(self) -> Mapping[str, object]:
        """The cut points that need not be given, with their values."""
        return {name: one.default for name, one in _asked(self.makes).items() if one.default is not Parameter.empty}

    def rule(self, of: Rule | None = None, /, **cuts: Cuts) -> Rule:
        """Return the rule that these cut points make.

        Args:
            of: what a method by volume reads instead of its own field.
            cuts: the cut points, by name; those without a default must be given.

        Raises:
            BadRule: a cut point that is missing or unknown, or one that the rule refuses; a measure for a method that
                reads fields of its own.
        """
        if of is not None and not self.by_measure:
            raise BadRule("it reads fields of its own", where=self.name, hint=self._read(), code="grade.of")
        known = {cut.name: cut for cut in self.cuts}
        for name, value in cuts.items():
            if name not in known:
                hint = nearest(name, known) if known else "it has none"
                raise BadRule("no such cut point", where=f"{self.name}.{name}", hint=hint, code="grade.cut")
            self._number(name, value)
        for name, cut in known.items():
            if name not in cuts and name not in self.defaults:
                raise BadRule(f"a cut point is due: {cut.means.en}", where=f"{self.name}.{name}", code="grade.cut")
        try:
            return self.makes(*(() if of is None else (of,)), **cuts)
        except PharmaSalesError as error:
            where = ".".join(filter(None, (self.name, error.where)))
            raise BadRule(error.reason, where=where, hint=error.hint, code=error.code) from None

    def _read(self) -> str:
        return f"it reads {', '.join(one.name for one in self.fields)}"

    def _number(self, name: str, value: Cuts) -> None:
        if isinstance(value, int | float | Decimal | Fraction | str):
            try:
                literal(value)
            except PharmaSalesError as error:
                where = f"{self.name}.{name}"
                raise BadRule(error.reason, where=where, hint=error.hint, code=error.code) from None

    def check(self, people: Iterable[tuple[str, str, object]]) -> None:
        """Refuse values that the method does not know, all of them at once; missing ones are no error.

        Args:
            people: id, label and record of each customer, as `classify` takes them.

        Raises:
            BadRows: every value that is none of its field's own, with the customer's id; no value is shown.
            BadValue: a record without a field that the method reads.
        """
        bad = list(self._refused(people))
        if bad:
            many = "values" if len(bad) > 1 else "value"
            raise BadRows(f"{len(bad)} {many} that {self.name} does not know", bad)

    def _refused(self, people: Iterable[tuple[str, str, object]]) -> Iterator[PharmaSalesError]:
        limited = [one for one in self.fields if one.allowed]
        for customer, _, record in people:
            for one in limited:
                try:
                    one.check(record)
                except PharmaSalesError as error:
                    error.at(f"customer {customer!r}")
                    if error.code == "rule.field":
                        raise
                    yield error

    def classify(
        self,
        people: Iterable[tuple[str, str, object]],
        of: Rule | None = None,
        /,
        *,
        within: Iterable[str] = (),
        **cuts: Cuts,
    ) -> Classification:
        """Check the records and grade everybody.

        Args:
            people: id, label and record of each customer.
            of: what a method by volume reads instead of its own field.
            within: the fields that part the population of a method that is fitted, such as a doctor's speciality.
            cuts: the cut points, by name.

        Raises:
            BadRule: as `rule`, or nobody above zero for a fitted method.
            BadRows: as `check`.
        """
        known = list(people)
        rule = self.rule(of, **cuts)
        self.check(known)
        return classify(known, self.scheme, rule, within=within)

    def table(self) -> Table:
        """Return the letters, best first: letter, meaning, time, visits a month."""
        rows = [
            (letter, means, self.time.get(letter), _span(self.visits.get(letter)))
            for letter, means in self.meanings.items()
        ]
        return Table(self.name, Says(self.name, self.scheme.zh or self.name), _LETTERS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_LETTERS = (
    Column("letter", "Letter", "级别"),
    Column("meaning", "Meaning", "含义"),
    Column("time", "Time", "时间"),
    Column("visits", "Visits a month", "月拜访次数"),
)


def _span(visits: tuple[int, int] | None) -> str | None:
    return None if visits is None else "-".join(dict.fromkeys(map(str, visits)))


@lru_cache(maxsize=128)
def _asked(makes: Callable[..., Rule]) -> Mapping[str, Parameter]:
    return {name: one for name, one in signature(makes).parameters.items() if name != "of"}


def weights_of(names: Iterable[tuple[str, str, str]], source: str = "") -> tuple[CutPoint, ...]:
    """Return the cut points for weights: name, English and Chinese name of what each weighs.

    >>> weights_of([("loyalty", "loyalty", "忠诚度")], "E57")[0].means.en
    'weight of loyalty'
    """
    return tuple(CutPoint(name, Says(f"weight of {en}", f"{zh}的权重"), source) for name, en, zh in names)
