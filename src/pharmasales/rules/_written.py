"""Rules written out (规则写成函数): the statements by which one function answers as a rule does, for whole numbers.

Every rule within the rule has a variable, or two where it is a number: what stands above the line, `None` where it is
missing, and what stands below, above zero. Equal rules share theirs. No word of a rule becomes part of the text: field
names, labels and long numbers are constants beside it; the text holds nothing but what this module, `_numbers` and
`_labels` write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen

from pharmasales.rules.shapes import Bands, FirstMatch, Grid
from pharmasales.rules.terms import Field, Rule

__all__ = ["Number", "Other", "Value", "Written"]

Value: TypeAlias = int | str
"""A whole number, known already or in a variable."""

_LONG = 50
"""How many terms are joined by signs; more of them are given to `sum`, because a chain of signs nests."""


class Other(Exception):
    """A value that is neither a whole number nor missing: the rule itself is asked."""


@frozen
class Number:
    """A number in variables.

    Args:
        top: the variable above the line.
        under: what stands below it.
        positive: whether it is never below zero.
    """

    top: str
    under: Value = 1
    positive: bool = False


@frozen
class Written:
    """A function on its way: its statements, and the constants that they name.

    Args:
        numbers: by the kind of a rule, what writes it as a number.
        answers: the same of labels and tests.
        lines: the statements so far.
        constants: by the name that stands in a statement, what it is.
        fields: by the name of a field, its variable.
    """

    numbers: Mapping[type[Rule], Callable[[Written, Any], Number]] = field(repr=False)
    answers: Mapping[type[Rule], Callable[[Written, Any], str]] = field(repr=False)
    lines: list[str] = field(factory=list)
    constants: dict[str, Any] = field(factory=dict)
    fields: dict[str, str] = field(factory=dict)
    _known: dict[Rule, Number] = field(factory=dict)
    _told: dict[Rule, str] = field(factory=dict)

    def number(self, rule: Rule) -> Number:
        """Write what a rule gives as a number, once; what is no whole number in an answer is `Other`."""
        if rule not in self._known:
            write = self.numbers.get(type(rule))
            self._known[rule] = self._read(rule) if write is None else write(self, rule)
        return self._known[rule]

    def answer(self, rule: Rule) -> str:
        """Write what a rule answers, once; a rule of another kind is asked itself."""
        if rule not in self._told:
            write = self.answers.get(type(rule))
            asked = f"{self.held(rule)}(record)" if write is None else write(self, rule)
            self._told[rule] = self.put(asked)
        return self._told[rule]

    def put(self, value: str) -> str:
        """Put a value into a variable of its own."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {value}")
        return name

    def held(self, value: object) -> str:
        """Return the name of a constant."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def times(self, *factors: Value) -> Value:
        """Return a product."""
        whole, names = 1, [factor for factor in factors if isinstance(factor, str)]
        for factor in factors:
            whole *= factor if isinstance(factor, int) else 1
        if not names or not whole:
            return whole
        return " * ".join(names if whole == 1 else [self.text(whole), *names])

    def plus(self, *terms: Value) -> Value:
        """Return a sum."""
        whole = sum(term for term in terms if isinstance(term, int))
        names = [term for term in terms if isinstance(term, str)]
        if not names:
            return whole
        names += [self.text(whole)] if whole else []
        return " + ".join(names) if len(names) <= _LONG else f"sum([{', '.join(names)}])"

    def text(self, value: Value) -> str:
        """Return a value as it stands in a statement."""
        return value if isinstance(value, str) else str(value) if -(2**62) < value < 2**62 else self.held(value)

    def over(self, top: Value, under: Value, *, gone: Sequence[str], positive: bool) -> Number:
        """Put a number into variables, missing where one of some values is."""
        held = self.put(f"None if {_gone(gone)} else {self.text(top)}")
        if isinstance(under, int):
            return Number(held, under, positive)
        return Number(held, self.put(f"None if {held} is None else {under}"), positive)

    def _read(self, rule: Rule) -> Number:
        name = self.field(rule) if isinstance(rule, Field) else self.answer(rule)
        labels = rule.labels() if isinstance(rule, Bands | Grid | FirstMatch) else ("",)
        if not all(type(label) is int for label in labels):
            self.lines.append(f"if type({name}) is not int and {name} is not None: raise Other")
            return Number(name)
        return Number(name, positive=all(isinstance(label, int) and label >= 0 for label in labels))

    def field(self, rule: Field) -> str:
        """Return the variable of a field."""
        return self.fields.setdefault(rule.name, f"f{len(self.fields)}")


def _gone(names: Sequence[str]) -> str:
    return " or ".join(f"{name} is None" for name in dict.fromkeys(names)) or "False"
