"""Numbers in pictures: what is drawn, how people say it, and where the ticks of an axis stand.

>>> [str(tick) for tick in ticks([Fraction(0), Fraction(870_000)])]
['0', '200000', '400000', '600000', '800000', '1000000']
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

from pharmasales.display import Lang, Says, decimal_text
from pharmasales.errors import NotComparable
from pharmasales.units import Amount, Number, Unit, exact

__all__ = ["Value", "close_ticks", "in_unit", "label_rule", "noted", "number", "readable", "ticks", "undrawn"]

Value: TypeAlias = Number | Amount

_FINEST: Final = 10**5
_WORDS: Final[Mapping[Lang, tuple[int, Sequence[str]]]] = {
    "en": (10**3, ("", "k", "M", "B")),
    "zh": (10**4, ("", "万", "亿", "万亿")),
}


def number(value: Value, unit: Unit) -> Fraction:
    """Return the exact number to draw.

    Raises:
        BadValue: not a plain number.
        NotComparable: an amount of another unit.

    Example:
        >>> from pharmasales.units import CNY
        >>> number(Amount.of("12.50", CNY), CNY)
        Fraction(25, 2)
    """
    if isinstance(value, Amount) and value.unit.code != unit.code:
        raise NotComparable(f"{value.unit.code} on an axis of {unit.code}", code="unit")
    return exact(value)


def _power(value: Fraction, lang: Lang) -> int:
    """Return how many times the language's large unit goes into a value that is rounded to three figures."""
    base, words = _WORDS[lang]
    almost = 1 - Fraction(1, 2 * base)
    return next((p for p in range(len(words) - 1, 0, -1) if abs(value) >= almost * base**p), 0)


def _said(value: Fraction, lang: Lang) -> str:
    base, words = _WORDS[lang]
    power = _power(value, lang)
    scaled = value / base**power
    text = decimal_text(scaled, 2 if abs(scaled) < 10 else 1 if abs(scaled) < 100 else 0)
    return (text.rstrip("0").rstrip(".") if "." in text else text) + words[power]


def readable(value: Value) -> Says:
    """Write a number as people say it: k, M, B in English; 万, 亿, 万亿 in Chinese; about three figures.

    For pictures and key figures only: tables and files keep the exact number.

    Raises:
        BadValue: not a plain number.

    Example:
        >>> readable(1_234_567).text("en"), readable(1_234_567).text("zh")
        ('1.23M', '123万')
    """
    number = exact(value)
    return Says(_said(number, "en"), _said(number, "zh"))


def ticks(values: Iterable[Fraction], *, zero: bool = True) -> list[Fraction]:
    """Return about five even ticks from zero (or below) to the largest value; whole ones for whole values.

    Args:
        values: what the axis must hold.
        zero: whether it must hold zero too.

    Example:
        >>> [int(tick) for tick in ticks([Fraction(-3), Fraction(7)])]
        [-4, -2, 0, 2, 4, 6, 8]
    """
    found = [*([Fraction(0)] if zero else []), *values]
    low, high = min(found), max(found)
    high += low == high
    rough = (high - low) / 5
    power = Fraction(1)
    while power * 10 <= rough:
        power *= 10
    while power > rough and not all(value.denominator == 1 for value in found):
        power /= 10
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    return [step * place for place in range(math.floor(low / step), math.ceil(high / step) + 1)]


def close_ticks(values: Sequence[Fraction]) -> list[Fraction]:
    """Return ticks around the values alone, or from zero where they lie too close together for the labels of an axis.

    Example:
        >>> [int(tick) for tick in close_ticks([Fraction(4310), Fraction(4500)])]
        [4300, 4350, 4400, 4450, 4500]
    """
    near = ticks(values, zero=False)
    return near if (near[1] - near[0]) * _FINEST > max(map(abs, values)) else ticks(values)


def in_unit(value: Fraction, unit: Unit) -> str:
    """Write a number with thousands and the decimals of a unit, half up.

    Example:
        >>> from pharmasales.units import CNY
        >>> in_unit(Fraction(10_000, 3), CNY)
        '3,333.33'
    """
    return f"{Amount.of(value, unit, 'half_up').value:,f}"


def undrawn(*counts: tuple[int, str, str]) -> Says | None:
    """Say how many are not drawn, and why: each with its words in both languages; nothing where all are.

    Example:
        >>> undrawn((2, " of zero", " 项为零"), (0, " unknown", " 项未知")).zh
        '未画出：2 项为零'
    """
    en = ", ".join(f"{count:,}{words}" for count, words, _ in counts if count)
    zh = "、".join(f"{count:,}{words}" for count, _, words in counts if count)
    return Says(f"not drawn: {en}", f"未画出：{zh}") if en else None


def noted(*parts: Says | None) -> Says:
    """Put what a picture has to note into one line; nothing is left out but what is missing.

    Example:
        >>> noted(Says("3 cliffs", "3 处断崖"), None, Says("linear", "直线型")).zh
        '3 处断崖；直线型'
    """
    found = [part for part in parts if part is not None]
    return Says("; ".join(part.en for part in found), "；".join(part.zh for part in found))


def label_rule(peak: Fraction, lang: Lang) -> str:
    """Return the expression that writes the labels of an axis, all in the unit that suits its largest value.

    Example:
        >>> label_rule(Fraction(500_000), "zh")
        "datum.value == 0 ? '0' : format(datum.value / 10000, ',~r') + '万'"
    """
    base, words = _WORDS[lang]
    power = _power(peak, lang)
    return f"datum.value == 0 ? '0' : format(datum.value / {base**power}, ',~r') + '{words[power]}'"
