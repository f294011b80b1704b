"""Tables of results: one value that a terminal, a notebook, a file and a report can show.

A `Table` names its columns in both languages. Cells are plain values, or anything that speaks (`text(lang)`), such as
an explanation. Only the standard library is used; HTML is escaped here and nowhere else.

>>> table = Table("grades", Says("Grades", "客户分级"), (Column("id", "Id", "编号"),), (("<H1>",),))
>>> print(table)
Id
----
<H1>
>>> "&lt;H1&gt;" in table.html()
True
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol, TypeAlias, TypeGuard, runtime_checkable

from attrs import evolve, field, frozen

__all__ = [
    "Cell",
    "Column",
    "Kind",
    "Lang",
    "Says",
    "Speaks",
    "Table",
    "Why",
    "because",
    "decimal_text",
    "joined",
    "percent",
    "speaks",
]

Lang: TypeAlias = Literal["en", "zh"]
Kind: TypeAlias = Literal["text", "number", "amount", "ratio", "date", "why"]


@runtime_checkable
class Speaks(Protocol):
    """Anything that says itself in a language."""

    def text(self, lang: Lang = "en") -> str:
        """Return the words, in English (`en`) or Chinese (`zh`)."""
        ...


Cell: TypeAlias = str | int | Decimal | Fraction | date | Speaks | None


def speaks(cell: Cell) -> TypeGuard[Speaks]:
    """Whether a cell is words in both languages, not a plain value.

    >>> speaks(Says("Grade", "级别")), speaks("Grade"), speaks(None)
    (True, False, False)
    """
    return not isinstance(cell, _PLAIN)


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


_PLAIN = (str, int, Decimal, Fraction, date, type(None))


@frozen
class Says:
    """A fixed text in both languages.

    >>> Says("Grade", "级别").text("zh")
    '级别'
    """

    en: str
    zh: str

    def text(self, lang: Lang = "en") -> str:
        """Return the words in the language asked."""
        return self.zh if lang == "zh" else self.en


@frozen
class Why:
    """Why a result is what it is: a sentence in both languages, and the reasons below it.

    Args:
        says: the sentence, with `{names}` where values go.
        values: the values, by name; exact numbers are written out, bilingual words follow the language.
        parts: the reasons that it rests on.

    >>> reason = because("potential {value} is high", "潜力 {value} 为高", value=Decimal(620))
    >>> reason.text(), reason.text("zh")
    ('potential 620 is high', '潜力 620 为高')
    """

    says: Says
    values: Mapping[str, Cell] = field(factory=dict)
    parts: tuple[Why, ...] = ()

    def head(self, lang: Lang = "en") -> str:
        """Return the sentence alone, without its reasons."""
        said = self.says.zh if lang == "zh" else self.says.en
        if not self.values:
            return said.format()
        return said.format_map({name: _worded(cell, lang) for name, cell in self.values.items()})

    def text(self, lang: Lang = "en") -> str:
        """Return everything in one line: the sentence, then its reasons."""
        said = self.head(lang)
        if not self.parts:
            return said
        reasons = ("；" if lang == "zh" else "; ").join(part.text(lang) for part in self.parts)
        return f"{said}（{reasons}）" if lang == "zh" else f"{said} ({reasons})"

    def lines(self, lang: Lang = "en") -> list[str]:
        """Return the sentence and its reasons as indented lines."""
        return [self.head(lang)] + ["  " + line for part in self.parts for line in part.lines(lang)]

    def html(self, lang: Lang = "en") -> str:
        """Return nested lists, escaped."""
        inner = "".join(part.html(lang) for part in self.parts)
        return f"<ul><li>{_escaped(self.head(lang))}{inner}</li></ul>"

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return "\n".join(self.lines())


def because(en: str, zh: str, *parts: Why, **values: Cell) -> Why:
    """Make a `Why` from its sentence in both languages, its reasons and its values."""
    return Why(Says(en, zh), values, parts)


def _worded(cell: Cell, lang: Lang) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Fraction):
        return _grouped(Decimal(decimal_text(cell, 4).rstrip("0").rstrip(".")))
    if cell is None:
        return "无数据" if lang == "zh" else "missing"
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return _grouped(cell)
    return Column.plain(cell, lang)


def _grouped(value: int | Decimal) -> str:
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def joined(names: Iterable[Says]) -> Says:
    """Return several names as one text, parted as each language parts them.

    >>> joined([Says("staff", "人员"), Says("service", "服务")]).text("zh")
    '人员、服务'
    """
    said = list(names)
    return Says(", ".join(one.en for one in said), "、".join(one.zh for one in said))


def decimal_text(value: Fraction | Decimal | int, places: int) -> str:
    """Write an exact number with a fixed count of decimals, half up (away from zero).

    >>> decimal_text(Fraction(2, 3), 4), decimal_text(Fraction(-5, 2), 0)
    ('0.6667', '-3')
    """
    exact = Fraction(value)
    scaled, rest = divmod(abs(exact.numerator) * 10**places, exact.denominator)
    scaled += 2 * rest >= exact.denominator
    digits = str(scaled).rjust(places + 1, "0")
    sign = "-" if exact < 0 and scaled else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def exact_text(value: Fraction | Decimal | int, least: int = 0) -> str:
    """Write an exact number so that one can reckon with it: in decimals where these end, else as a fraction.

    >>> exact_text(Fraction(3, 2)), exact_text(2, 1), exact_text(Fraction(100, 3))
    ('1.5', '2.0', '100/3')
    """
    exact = Fraction(value)
    rest, places = exact.denominator, 0
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest, places = rest // (10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2), places + 1
    return decimal_text(exact, max(places, least)) if rest == 1 else str(exact)


def percent(value: Fraction | None, places: int = 1) -> str:
    """Write an exact ratio as a percentage, or `n/a` where it is missing.

    >>> percent(Fraction(5, 12)), percent(None)
    ('41.7%', 'n/a')
    """
    return "n/a" if value is None else decimal_text(value * 100, places) + "%"


@frozen
class Column:
    """One column: the key under which programs know it, and its title in both languages.

    Args:
        key: the canonical name, as in the CSV header.
        en: English title.
        zh: Chinese title.
        kind: what it holds; `ratio` is shown in percent, `amount` with thousands, `why` is an explanation.
    """

    key: str
    en: str
    zh: str
    kind: Kind = "text"

    def title(self, lang: Lang = "en") -> str:
        """Return the title in the language asked."""
        return self.zh if lang == "zh" else self.en

    def show(self, cell: Cell, lang: Lang = "en") -> str:
        """Return the cell as a person reads it.

        >>> Column("share", "Share", "份额", "ratio").show(Fraction(1, 4))
        '25.0%'
        >>> Column("sales", "Sales", "销售额", "amount").show(Decimal("-1234.5"))
        '-1,234.5'
        >>> Column("each", "Each", "每条", "amount").show(Fraction(16_000, 3))
        '5,333.33'
        >>> Column("days", "Days", "天数", "number").show(Fraction(227, 3))
        '75.67'
        """
        if cell is None:
            return ""
        if self.kind == "ratio" and isinstance(cell, Fraction | int):
            return percent(Fraction(cell))
        if isinstance(cell, int | Decimal) and self.kind == "amount":
            return _grouped(cell)
        if isinstance(cell, Fraction):
            text = decimal_text(cell, 2)
            return _grouped(Decimal(text)) if self.kind == "amount" else text
        return self.plain(cell, lang)

    @staticmethod
    def plain(cell: Cell, lang: Lang = "en") -> str:
        """Return the cell as a file keeps it: no thousands, quotients with six decimals, ISO dates."""
        if isinstance(cell, str | int):  # most cells, and asking a protocol is slow
            return str(cell)
        if cell is None:
            return ""
        if isinstance(cell, Fraction):
            return decimal_text(cell, 6)
        if isinstance(cell, date):
            return cell.isoformat()
        if isinstance(cell, Decimal):
            return f"{cell:f}"
        return cell.text(lang)


def _width(text: str) -> int:
    """Return how many places a terminal gives a text: Chinese takes two, marks on a letter none."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


@frozen
class Table:
    """Rows of one kind of result.

    Args:
        name: the stem of its file, `grades` for `grades.csv`.
        title: what it is called, in both languages.
        columns: its columns, in order.
        rows: its cells, one tuple a row, as long as `columns`.
    """

    name: str
    title: Says
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        return self.text()

    def records(self) -> Iterator[Mapping[str, Cell]]:
        """Yield each row as a mapping from column key to cell."""
        keys = [column.key for column in self.columns]
        for row in self.rows:
            yield dict(zip(keys, row, strict=True))

    def only(self, *keys: str) -> Table:
        """Return the table with these columns alone, in the order asked; a column that it has not is passed over.

        >>> table = Table("t", Says("T", "表"), (Column("a", "A", "甲"), Column("why", "Why", "说明")), [(1, 2)])
        >>> table.only("why", "a").rows, table.without("why").rows
        ([(2, 1)], [(1,)])
        """
        named = {column.key: place for place, column in enumerate(self.columns)}
        places = [named[key] for key in keys if key in named]
        rows = [tuple(row[place] for place in places) for row in self.rows]
        return evolve(self, columns=tuple(self.columns[place] for place in places), rows=rows)

    def without(self, *keys: str) -> Table:
        """Return the table without these columns, such as long words for which a page has no room."""
        return self.only(*(column.key for column in self.columns if column.key not in keys))

    def text(self, lang: Lang = "en", most: int = 20) -> str:
        """Return an aligned text table of at most `most` rows; Chinese characters count two places."""
        rows = [zip(self.columns, row, strict=True) for row in self.rows[:most]]
        shown = [[_one_line(c.show(v, lang)) for c, v in row] for row in rows]
        heads = [c.title(lang) for c in self.columns]
        wide = [max(map(_width, column)) for column in zip(heads, *shown, strict=True)]
        right = [c.kind in ("number", "amount", "ratio") for c in self.columns]
        lines = [_aligned(heads, wide, right), "  ".join("-" * w for w in wide)]
        lines += [_aligned(row, wide, right) for row in shown]
        return "\n".join(lines + self._rest(lang, most))

    def html(self, lang: Lang = "en", most: int = 200) -> str:
        """Return an HTML table of at most `most` rows, every text escaped."""
        marks = [' class="n"' if c.kind in ("number", "amount", "ratio") else "" for c in self.columns]
        cells = [[c.show(v, lang) for c, v in zip(self.columns, row, strict=True)] for row in self.rows[:most]]
        head = "".join(f"<th{m}>{_escaped(c.title(lang))}</th>" for m, c in zip(marks, self.columns, strict=True))
        body = "\n".join(
            "<tr>" + "".join(f"<td{m}>{_escaped(v)}</td>" for m, v in zip(marks, row, strict=True)) + "</tr>"
            for row in cells
        )
        caption = f"<caption>{_escaped(self.title.text(lang))}</caption>"
        rest = "".join(f"<p>{_escaped(line)}</p>" for line in self._rest(lang, most))
        return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>{rest}"

    def _repr_html_(self) -> str:
        return self.html(most=20)

    def _rest(self, lang: Lang, most: int) -> list[str]:
        left = len(self.rows) - most
        if left <= 0:
            return []
        return [f"… 另有 {left} 行" if lang == "zh" else f"… and {left} more rows"]


def _one_line(text: str) -> str:
    return " ".join(text.replace("\t", " ").splitlines())


def _aligned(cells: Sequence[str], wide: Sequence[int], right: Sequence[bool]) -> str:
    out = []
    for text, width, to_right in zip(cells, wide, right, strict=True):
        pad = " " * (width - _width(text))
        out.append(pad + text if to_right else text + pad)
    return "  ".join(out).rstrip()
