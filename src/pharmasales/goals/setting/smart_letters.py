"""The five letters of a goal (SMART 结果): each passed, failed or unknown, and what decided.

>>> letter = SmartLetter("A", Says("Ambitious", "有挑战"), None, because("trend not known", "趋势未知"))
>>> letter.why.text("zh")
'有挑战：未知：趋势未知'

Source: "Read first" 2, S004-29.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from pharmasales.display import Column, Lang, Says, Table, Why, because
from pharmasales.goals.setting.goal import Goal

__all__ = ["Smart", "SmartLetter"]


@frozen
class SmartLetter:
    """One letter: whether it holds, and the figure that decided.

    Args:
        letter: `S`, `M`, `A`, `R` or `T`.
        says: its word in both languages.
        passed: whether it holds; `None` where that is not known.
        because: what decided.
    """

    letter: str
    says: Says
    passed: bool | None
    because: Why = field(repr=False)

    @property
    def why(self) -> Why:
        """The word, the verdict and what decided, in one."""
        head = Says(self.because.head("en"), self.because.head("zh"))
        says = ("{word}: {verdict}: {head}", "{word}：{verdict}：{head}")
        return because(*says, *self.because.parts, word=self.says, verdict=_VERDICTS[self.passed], head=head)


_VERDICTS = {True: Says("yes", "通过"), False: Says("no", "不通过"), None: Says("unknown", "未知")}


@frozen
class Smart:
    """The five letters of a goal. Made by `smart`."""

    goal: Goal
    letters: tuple[SmartLetter, ...]

    def __iter__(self) -> Iterator[SmartLetter]:
        return iter(self.letters)

    def __getitem__(self, letter: str) -> SmartLetter:
        return next(one for one in self.letters if one.letter == letter)

    @property
    def passed(self) -> bool | None:
        """Whether all hold; false as soon as one fails; otherwise missing where one is."""
        found = [letter.passed for letter in self.letters]
        return False if False in found else None if None in found else True

    def text(self, lang: Lang = "en") -> str:
        """Return a line a letter."""
        return "\n".join(line for letter in self.letters for line in letter.why.lines(lang))

    def __str__(self) -> str:
        return self.text()

    def table(self) -> Table:
        """Return one row a letter."""
        rows = [(letter.letter, letter.says, _VERDICTS[letter.passed], letter.because) for letter in self.letters]
        return Table("smart", Says(f"SMART of {self.goal.id}", f"{self.goal.id} 的 SMART 检查"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("letter", "Letter", "字母"),
    Column("word", "Word", "含义"),
    Column("verdict", "Verdict", "结论"),
    Column("why", "Why", "说明", "why"),
)
