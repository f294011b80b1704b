"""Units and amounts: whole minor units inside, one guarded number parser, one rounding rule.

Money, boxes, visits, hospitals and doctors are all `Amount`s: an integer count of the unit's smallest part.
Nothing is ever a float inside.

>>> Amount.of("1,234.50", CNY) + Amount.of(1, CNY)
Amount('1235.50 CNY')
>>> Amount.of("0.005", CNY)
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: 3 decimals where CNY has 2; round it first or allow half_up [number.decimals]
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.errors import BadValue, NotComparable

__all__ = [
    "BOX",
    "CNY",
    "CUSTOMER",
    "DAY",
    "DOCTOR",
    "EUR",
    "GBP",
    "HOSPITAL",
    "POINT",
    "UNITS",
    "USD",
    "VISIT",
    "Amount",
    "ExtraDecimals",
    "Number",
    "Unit",
    "exact",
    "from_float",
    "half_up",
    "in_decimals",
    "ratio",
    "share",
    "unit",
]

Number: TypeAlias = int | Decimal | Fraction | str
ExtraDecimals: TypeAlias = Literal["refuse", "half_up"]

_PLAIN = re.compile(r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]*))?\Z")
_LONGEST, _LONGEST_FRACTION = 100, 600
_EXACTLY = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def half_up(value: Fraction | Decimal | int) -> int:
    """Round an exact value to a whole number, halves away from zero: the library's only rounding rule.

    Negative values mirror positive ones.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2)), half_up(Decimal("2.4999"))
    (3, -3, 2)

    Raises:
        BadValue: a float, NaN, or anything else that `exact` refuses.
    """
    if type(value) is int:
        return value
    over, under = (value if type(value) is Fraction else exact(value)).as_integer_ratio()
    whole = (2 * abs(over) + under) // (2 * under)
    return -whole if over < 0 else whole


def _refused(text: str) -> BadValue:
    """Name what is wrong with a text that is no plain number."""
    word = text.strip().lower().lstrip("+-")
    if not word:
        return BadValue("empty where a number is due", code="number.empty")
    if word in {"nan", "inf", "infinity"}:
        return BadValue(f"{word} is no number", code="number.nan")
    if not text.isascii():
        return BadValue("full-width or foreign digits or signs", hint="write 0-9", code="number.digits")
    if "_" in text:
        return BadValue("underscores in a number", hint="write 1000 or 1,000", code="number.underscore")
    if re.fullmatch(r"[0-9.]+e[+-]?[0-9]+", word):
        return BadValue("scientific notation may have lost digits", hint="write all digits", code="number.exponent")
    return BadValue("not a number", hint="write digits with at most one point, as -1234.50", code="number")


def _parts(text: str, longest: int = _LONGEST) -> tuple[bool, str, str]:
    """Split a plain number into sign, whole digits and decimals without trailing zeros."""
    found = _PLAIN.match(text) or _PLAIN.match(text.strip(" "))
    if not found:
        raise _refused(text)
    if len(text) > longest:
        raise BadValue(f"more than {longest} characters in a number", code="number.long")
    sign, whole, decimals = found.groups()
    return sign == "-", whole.replace(",", ""), (decimals or "").rstrip("0")


def _read(text: str, longest: int = _LONGEST) -> Fraction:
    negative, whole, decimals = _parts(text, longest)
    number = Fraction(int(whole + decimals), 10 ** len(decimals))
    return -number if negative else number


def in_decimals(minor: int, decimals: int) -> Decimal:
    """Shift the point of a whole count to the left, exactly, whatever the decimal context of the program.

    >>> in_decimals(-1250, 2)
    Decimal('-12.50')
    """
    return Decimal(minor).scaleb(-decimals, _EXACTLY) if decimals else Decimal(minor)


def from_float(value: float) -> Fraction:
    """Read a float as its shortest decimal: 0.1 is one tenth.

    >>> from_float(0.1)
    Fraction(1, 10)

    Raises:
        BadValue: NaN, infinity, or anything that is not a float.
    """
    if not isinstance(value, float):
        raise BadValue("not a float", hint="use exact", code="number")
    if not math.isfinite(value):
        raise BadValue(f"{value} is no number", code="number.nan")
    return Fraction(float.__repr__(value))


def exact(value: object) -> Fraction:
    """Return the exact value of an int, Decimal, Fraction, plain decimal text or `Amount` (in whole units).

    >>> exact("0.15"), exact(Amount.of("2.50", CNY)), exact("1/3")
    (Fraction(3, 20), Fraction(5, 2), Fraction(1, 3))
    >>> exact(True)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: bool is no number [number.bool]

    Raises:
        BadValue: bool, float, NaN, infinity, more than a hundred digits in a text or a Decimal, or text that is not a
            plain number, each by name.
    """
    if isinstance(value, bool):
        raise BadValue("bool is no number", code="number.bool")
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, Amount):
        return Fraction(value.minor, 10**value.unit.decimals)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise BadValue(f"{value} is no number", code="number.nan")
        if value and (abs(value.adjusted()) > _LONGEST or len(value.as_tuple().digits) > _LONGEST):
            raise BadValue(f"more than {_LONGEST} digits in a number", code="number.long")
        return Fraction(value) if value else Fraction(0)
    if isinstance(value, str):
        over, slash, under = value.partition("/")
        return _quotient(*(_read(part, _LONGEST_FRACTION) for part in (over, under))) if slash else _read(value)
    if isinstance(value, float):
        raise BadValue("a float is not exact", hint="use from_float", code="number.float")
    raise BadValue(f"{type(value).__name__} is no number", code="number")


def _quotient(over: Fraction, under: Fraction) -> Fraction:
    if under == 0:
        raise BadValue("zero below the line", code="number.zero")
    return over / under


def share(value: Number) -> Fraction:
    """Read a share or a growth: `10%`, `0.1` and `1/10` are the same.

    >>> share("10%") == share("0.1") == share(Fraction(1, 10))
    True

    Raises:
        BadValue: as `exact`.
    """
    if isinstance(value, str) and value.rstrip(" ").endswith("%"):
        return exact(value.rstrip(" ")[:-1]) / 100
    return exact(value)


def ratio(part: int | Fraction | None, whole: int | Fraction | None) -> Fraction | None:
    """Divide exactly; missing where either is missing or the whole is zero.

    >>> ratio(5, 12), ratio(5, 0), ratio(None, 3)
    (Fraction(5, 12), None, None)
    """
    if part is None or whole is None or whole == 0:
        return None
    return Fraction(part, whole)


@frozen
class Unit:
    """What is counted, and how finely. Two units are the same where code and decimals are; the names are labels.

    Args:
        code: `CNY`, `BOX`; the code that files bear.
        decimals: how many decimals its smallest part has (2 for yuan: fen), 0 to 9.
        en: English name.
        zh: Chinese name.

    Raises:
        BadValue: no code, or decimals out of range.
    """

    code: str
    decimals: int
    en: str = field(default="", eq=False)
    zh: str = field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        if not self.code.strip() or type(self.decimals) is not int or not 0 <= self.decimals <= 9:
            raise BadValue("a unit has a code and 0 to 9 decimals", code="unit")

    def minor(self, value: Number, extra: ExtraDecimals = "refuse") -> int:
        """Return the whole count of smallest parts in `value`.

        Args:
            value: an int, Decimal, Fraction or plain decimal text; thousands may be parted by commas.
            extra: what to do with more decimals than the unit has: `refuse`, or `half_up`.

        >>> CNY.minor("-12.5"), CNY.minor("0.125", extra="half_up")
        (-1250, 13)

        Raises:
            BadValue: not a plain number, or too many decimals.
            NotComparable: an `Amount` of another unit.
        """
        if isinstance(value, Amount) and value.unit != self:
            raise NotComparable(f"{value.unit.code} as {self.code}", code="unit")
        if isinstance(value, str) and "/" not in value:
            negative, whole, decimals = _parts(value)
            spare = self.decimals - len(decimals)
            if spare >= 0:
                number = int(whole + decimals + "0" * spare)
                return -number if negative else number
        scaled = exact(value) * 10**self.decimals
        if scaled.denominator != 1 and extra == "refuse":
            raise self._too_fine(scaled)
        return half_up(scaled)

    def _too_fine(self, scaled: Fraction) -> BadValue:
        rest, places = scaled.denominator, self.decimals
        while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
            rest, places = rest // (10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2), places + 1
        what = f"{places} decimals" if rest == 1 else "a fraction"
        hint = "round it first or allow half_up"
        return BadValue(f"{what} where {self.code} has {self.decimals}", hint=hint, code="number.decimals")


@frozen(order=False, repr=False)
class Amount:
    """A whole count of a unit's smallest parts (金额 / 数量).

    Amounts of one unit add, subtract, compare, and multiply by whole numbers; of another unit they are `NotComparable`,
    and anything else is a `TypeError`.

    Args:
        minor: the count of smallest parts: 1250 for 12.50 yuan.
        unit: the unit.
    """

    minor: int = field()
    unit: Unit

    @minor.validator
    def _whole(self, _attribute: object, value: object) -> None:
        if type(value) is not int:
            raise BadValue(f"{type(value).__name__} as a count", hint="use Amount.of", code="number")

    @classmethod
    def of(cls, value: Number, unit: Unit, extra: ExtraDecimals = "refuse") -> Amount:
        """Read a number in whole units; arguments and errors as `Unit.minor`.

        >>> Amount.of("2971628814.902", CNY, extra="half_up")
        Amount('2971628814.90 CNY')
        """
        return cls(unit.minor(value, extra), unit)

    @property
    def value(self) -> Decimal:
        """The exact number of whole units, with the unit's decimals."""
        return in_decimals(self.minor, self.unit.decimals)

    def times(self, factor: Fraction | int) -> Amount:
        """Multiply by an exact factor and round half up to the smallest part.

        >>> Amount.of(100, CNY).times(Fraction(1, 3))
        Amount('33.33 CNY')
        """
        return Amount(half_up(self.minor * exact(factor)), self.unit)

    def over(self, whole: Amount) -> Fraction | None:
        """Divide by an amount of the same unit; missing where that is zero."""
        return ratio(self.minor, self._same(whole))

    def to_grain(self, grain: Amount) -> Amount:
        """Round half up to a multiple of `grain`: a whole yuan, a thousand, a box.

        >>> Amount.of("1499.99", CNY).to_grain(Amount.of(1000, CNY))
        Amount('1000.00 CNY')

        Raises:
            BadValue: a grain that is not above zero.
        """
        if self._same(grain) <= 0:
            raise BadValue("the grain must be above zero", code="number.grain")
        return Amount(half_up(Fraction(self.minor, grain.minor)) * grain.minor, self.unit)

    def _same(self, other: Amount) -> int:
        if other.unit is not self.unit and other.unit != self.unit:
            raise NotComparable(f"{self.unit.code} with {other.unit.code}", code="unit")
        return other.minor

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.minor + self._same(other), self.unit) if isinstance(other, Amount) else NotImplemented

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.minor - self._same(other), self.unit) if isinstance(other, Amount) else NotImplemented

    def __mul__(self, count: int) -> Amount:
        return Amount(self.minor * count, self.unit) if type(count) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Amount:
        return Amount(-self.minor, self.unit)

    def __lt__(self, other: Amount) -> bool:
        return self.minor < self._same(other) if isinstance(other, Amount) else NotImplemented

    def __le__(self, other: Amount) -> bool:
        return self.minor <= self._same(other) if isinstance(other, Amount) else NotImplemented

    def __gt__(self, other: Amount) -> bool:
        return self.minor > self._same(other) if isinstance(other, Amount) else NotImplemented

    def __ge__(self, other: Amount) -> bool:
        return self.minor >= self._same(other) if isinstance(other, Amount) else NotImplemented

    def __str__(self) -> str:
        return f"{self.value:,f} {self.unit.code}"

    def __repr__(self) -> str:
        return f"Amount('{self.value:f} {self.unit.code}')"

    @staticmethod
    def total(amounts: Iterable[Amount], unit: Unit) -> Amount:
        """Add up amounts; the unit is named because there may be none.

        >>> Amount.total([Amount.of(1, CNY), Amount.of(2, CNY)], CNY)
        Amount('3.00 CNY')
        """
        none = Amount(0, unit)
        return Amount(sum(map(none._same, amounts)), unit)  # whole parts: no amount is made on the way


CNY = Unit("CNY", 2, "yuan", "元")
USD = Unit("USD", 2, "US dollar", "美元")
EUR = Unit("EUR", 2, "euro", "欧元")
GBP = Unit("GBP", 2, "pound", "英镑")
BOX = Unit("BOX", 0, "box", "盒")
VISIT = Unit("VISIT", 0, "visit", "次")
HOSPITAL = Unit("HOSPITAL", 0, "hospital", "家")
DOCTOR = Unit("DOCTOR", 0, "doctor", "位")
CUSTOMER = Unit("CUSTOMER", 0, "customer", "个客户")
DAY = Unit("DAY", 0, "day", "天")
POINT = Unit("POINT", 2, "point", "分")

UNITS: Mapping[str, Unit] = MappingProxyType(
    {u.code: u for u in (CNY, USD, EUR, GBP, BOX, VISIT, HOSPITAL, DOCTOR, CUSTOMER, DAY, POINT)}
)


def unit(code: str) -> Unit:
    """Return a built-in unit by its code; `Unit(...)` makes any other.

    >>> unit("CNY").zh
    '元'

    Raises:
        BadValue: an unknown code.
    """
    known = UNITS.get(code)
    if known is None:
        raise BadValue("unknown unit", hint=f"known: {', '.join(UNITS)}; or make a Unit", code="unit")
    return known
