"""What moved a customer from one grade to another: inputs that changed, cuts that they passed, cuts that changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pharmasales.classification.classify import Graded
from pharmasales.classification.cutting import cut_text
from pharmasales.classification.review.settled import Settled
from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.rules import Bands, Cut, Field, Grid, Rule
from pharmasales.rules.reading import fields_of
from pharmasales.rules.terms import Exact, number


def reasons(before: Graded, after: Graded) -> list[Why]:
    """Return why two grades of one customer differ, the cuts that were passed first."""
    passed, told = [], []
    for old, new in _sides(before.rule, after.rule):
        found = _passed(old, before.record, new, after.record)
        passed += found
        told += [new.of] if found else []
    changed = [
        _changed(of, was, now)
        for of in _shared_fields(before.rule, after.rule)
        if of not in told and (was := _shown(of, before.record)) != (now := _shown(of, after.record))
    ]
    return [*passed, *changed, *_beside(before, after, explained=bool(passed))]


def _beside(before: Graded, after: Graded, *, explained: bool) -> Iterator[Why]:
    """Yield what else decided: a grade that was held or overridden, or the rule where no cut tells the story."""
    if isinstance(before, Settled) or not explained:
        yield because("before", "此前", before.why())
    if isinstance(after, Settled) or not explained:
        yield because("now", "现在", after.why())


def _sides(old: Rule, new: Rule) -> list[tuple[Bands, Bands]]:
    """Return the bands of both rules that ask for the same number: the rules themselves, or the sides of two grids."""
    pairs: list[tuple[Rule, Rule]] = [(old, new)]
    if isinstance(old, Grid) and isinstance(new, Grid):
        pairs = [(old.rows, new.rows), (old.cols, new.cols)]
    return [(a, b) for a, b in pairs if isinstance(a, Bands) and isinstance(b, Bands) and a.of == b.of]


def _passed(old: Bands, before: object, new: Bands, after: object) -> list[Why]:
    """Say which cuts lie between the two bands; cuts are compared one by one where both rules have the same labels."""
    values = number(old.of(before), old.of.named()), number(new.of(after), new.of.named())
    was, now = old.place(values[0]), new.place(values[1])
    if was is None or now is None or old.labels() != new.labels():
        return []
    way = _UPWARDS if was < now else _DOWNWARDS
    between = range(min(was, now), max(was, now))
    return [_crossing(new.of, values, (old.cuts[n][0], new.cuts[n][0]), way) for n in between]


_UPWARDS, _DOWNWARDS = Says("upwards", "向上"), Says("downwards", "向下")


def _crossing(of: Rule, values: tuple[Exact | None, Exact | None], cuts: tuple[Cut, Cut], way: Says) -> Why:
    en = "{name} stays {was}" if values[0] == values[1] else "{name} from {was} to {now}"
    zh = "{name} 仍为 {was}" if values[0] == values[1] else "{name} 由 {was} 变为 {now}"
    if cuts[0] == cuts[1]:
        en, zh = f"{en} passes the cut {{cut}} {{way}}", f"{zh}，{{way}}越过切点 {{cut}}"
    else:
        en, zh = f"{en}, the cut from {{old}} to {{cut}}", f"{zh}，切点由 {{old}} 变为 {{cut}}"
    shown: dict[str, Cell] = {"old": cut_text(cuts[0]), "cut": cut_text(cuts[1]), "way": way}
    return because(en, zh, name=_name(of), was=values[0], now=values[1], **shown)


def _changed(of: Field, was: Cell, now: Cell) -> Why:
    says = "{name} from {was} to {now}", "{name} 由 {was} 变为 {now}"
    return because(*says, name=_name(of), was=was, now=now)


def _shown(of: Field, record: object) -> Cell:
    try:
        value = of(record)
    except BadValue:  # first-match never asked for it
        return None
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    try:
        return number(value, of.name)
    except ValueError:
        return str(value)


def _name(of: Rule) -> Says:
    return Says(of.named(), of.zh if isinstance(of, Field) and of.zh else of.named())


@lru_cache(maxsize=64)
def _shared_fields(old: Rule, new: Rule) -> tuple[Field, ...]:
    """Return the fields that both rules read, in the order in which the later one does."""
    known = set(fields_of(old))
    return tuple(of for of in dict.fromkeys(fields_of(new)) if of in known)
