r"""The customer card (客户资料卡): one customer's file on one page, with what is missing and what grew old.

Personal values are masked unless the card is made unmasked; a masked card does not hold them at all, so that nothing
that is made of it can show them.

>>> from pharmasales.testing.lives import doctor_file
>>> file = doctor_file()
>>> card = Card.of(file.on(date(2026, 3, 1)), file, day=date(2026, 3, 1))
>>> print("\n".join(card.text("zh").splitlines()[:4]))
客户资料卡：E*（D1）
医生，负责代表 r1，2026-03-01
完整度 44.00，满分 100，缺 16 项：C 级
缺：需求点、关注点、产品认知程度、反馈意见、学术活动、科室、最近拜访、职务、邮箱、微信、专业方向、学历、研究方向、沟通阶段、引荐人、论文与课题

Source: S001-15 (准确、详细、一目了然), S002-19, S004-12; threat T8.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import evolve, frozen

from pharmasales.archive._card_lines import CardLine, CardPart, CardSource, LineState, joined
from pharmasales.archive.changes import AFFILIATION, Change, ChangeKind
from pharmasales.archive.completeness import COMPLETENESS, Completeness, schema_of, scored
from pharmasales.archive.customers import Archive, Customer
from pharmasales.archive.dossier import Dossier
from pharmasales.archive.freshness import Freshness, known_kind, label_of, stale
from pharmasales.archive.kinds import KINDS
from pharmasales.display import Column, Lang, Says, Table, Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.rules import RuleBook

__all__ = ["Card", "CardLine", "CardPart", "LineState"]

_CHANGES_SHOWN, _FIELDS_SHOWN = 5, 4


@frozen(repr=False)
class Card:
    """One customer's file on one page. Make it with `Card.of`.

    Args:
        customer: the customer's id.
        name: its name as it may be shown.
        kind: what it is.
        owner: the id of who looks after it, or "".
        day: the day for which the card stands.
        parts: the parts of the file, in order, with the fields that are there or asked for.
        affiliations: where a person works beside the main place, since when.
        completeness: the score; missing where the book has no schema for the kind.
        freshness: the stale fields; missing without a dossier.
        changes: the last changes, the latest first: when, what, which fields, never a value.
        rules: name and version of the book.
        masked: whether personal values are masked.
    """

    customer: str
    name: str
    kind: Says
    owner: str
    day: date
    parts: tuple[CardPart, ...]
    affiliations: Table
    completeness: Completeness | None
    freshness: Freshness | None
    changes: Table
    rules: str
    masked: bool = True

    @classmethod
    def of(
        cls,
        customer: Customer,
        dossier: Dossier | None = None,
        *,
        archive: Archive | None = None,
        day: date,
        book: RuleBook = COMPLETENESS,
        known: date | None = None,
        unmasked: bool = False,
    ) -> Card:
        """Make the card of a customer for a day.

        Args:
            customer: the customer as it stands on the day, as `Dossier.on` gives it.
            dossier: its file, for the dates and the last changes.
            archive: all customers, for the names of places.
            day: the day.
            book: what is asked for and how long it stays fresh.
            known: what was known at the end of this day; all that is known where left out.
            unmasked: whether personal values are shown as they are.

        Raises:
            BadValue: a dossier of another customer, or one that is closed, merged, restricted or erased on the day.
            BadRule: a book whose schema gives no total or whose limits are no whole months.

        >>> from pharmasales.testing.lives import doctor_life
        >>> gone = doctor_life()[-1].register["D1"]
        >>> Card.of(Customer("D1", "Example Doctor", "doctor"), gone, day=date(2026, 9, 2))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: the file is erased @ customer 'D1'; there is no card of it [archive.erased]
        """
        if dossier is not None:
            _due(customer, dossier, day, known)
        kind = known_kind(customer.kind)
        told = {} if dossier is None else dossier.confirmed(day, known)
        fresh = None if dossier is None else stale(told, day, kind=kind, limits=book["freshness"])
        full = _completeness(customer, book)
        if fresh is not None and not unmasked:
            fresh = _placeless(fresh)
        source = CardSource(customer, archive, told, frozenset(one.field for one in fresh or ()), unmasked=unmasked)
        record = source.shown()
        asked = frozenset(full.missing if full else ())
        return cls(
            customer.id,
            str(record["name"] or ""),
            Says(kind, KINDS[kind].zh) if kind in KINDS else Says(kind, kind),
            customer.owner,
            day,
            tuple(source.parts(record, asked)),
            source.affiliations(),
            full,
            fresh,
            _changes(dossier, day, known),
            f"{book.name} {book.version}",
            not unmasked,
        )

    def __repr__(self) -> str:
        return f"Card({self.customer!r} on {self.day})"

    @property
    def title(self) -> Says:
        """The heading: what it is, and whose."""
        return Says(f"Customer card: {self.name} ({self.customer})", f"客户资料卡：{self.name}（{self.customer}）")

    def summary(self) -> list[Why]:
        """Return the lines below the heading: kind, owner and day, the score, what is missing, what is stale."""
        said = [because(*_WHO, kind=self.kind, owner=self.owner or _NOBODY, day=self.day)]
        if self.completeness is not None:
            said.append(Why(self.completeness.why.says, self.completeness.why.values))
            if self.completeness.missing:
                said.append(because("missing: {names}", "缺：{names}", names=_names(self.completeness.missing)))
        if self.freshness:
            said.append(because("stale: {names}", "过期：{names}", names=joined(self.aged())))
        return said

    def aged(self) -> list[Says]:
        """Return the names of the stale fields, the oldest first; several affiliations are named once."""
        names = dict.fromkeys(_place_off(one.field) for one in self.freshness or ())
        return [label_of(name) for name in names]

    def table(self) -> Table:
        """Return a row a field: part, field, value, day of the last writing, state."""
        rows = [
            (part.title, line.label, line.value, line.confirmed, _STATES[line.state])
            for part in self.parts
            for line in part.lines
        ]
        return Table("card", self.title, _LINES, rows)

    def text(self, lang: Lang = "en") -> str:
        """Return the card as aligned text."""
        lines = [self.title.text(lang), *(one.text(lang) for one in self.summary())]
        tables = [f"{one.title.text(lang)}\n{one.text(lang)}" for one in (self.affiliations, self.changes) if len(one)]
        table = self.table()
        return "\n\n".join(["\n".join(" ".join(line.split()) for line in lines), table.text(lang, len(table)), *tables])

    def html(self, lang: Lang = "en") -> str:
        """Return the card as HTML tables, every text escaped by `display`."""
        summary = "".join(one.html(lang) for one in self.summary())
        tables = [one.html(lang) for one in (self.table(), self.affiliations, self.changes) if len(one)]
        return f"<div>{summary}{''.join(tables)}</div>"

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.text()


_WHO = ("{kind}, owner {owner}, on {day}", "{kind}，负责代表 {owner}，{day}")
_NOBODY = Says("nobody", "无")
_STATES: Mapping[LineState, Says] = {
    "there": Says("", ""),
    "missing": Says("missing", "缺"),
    "stale": Says("stale", "过期"),
}
_LINES = (
    Column("part", "Part", "部分"),
    Column("label", "Field", "字段"),
    Column("value", "Value", "内容"),
    Column("confirmed", "Last written", "最近更新", "date"),
    Column("state", "State", "状态"),
)


def _due(customer: Customer, dossier: Dossier, day: date, known: date | None) -> None:
    where = f"customer {customer.id!r}"
    if dossier.id != customer.id:
        raise BadValue("the dossier of another customer", where=where, hint="give its own", code="card.dossier")
    standing = dossier.standing(day, known)
    if standing != "open":
        hint = "make the card of the one it was merged into" if standing == "merged" else "there is no card of it"
        raise BadValue(f"the file is {standing}", where=where, hint=hint, code=f"archive.{standing}")


def _completeness(customer: Customer, book: RuleBook) -> Completeness | None:
    try:
        schema = schema_of(customer.kind, book)
    except NotFound:
        return None
    return scored(customer, schema, book["grade"])


def _names(fields: Iterable[str]) -> Says:
    return joined(label_of(_place_off(name)) for name in fields)


def _place_off(name: str) -> str:
    """Return a field's name; the place of an affiliation is not told."""
    return "affiliation" if name.startswith(AFFILIATION) else name


def _placeless(fresh: Freshness) -> Freshness:
    """Return the stale fields of a masked card, which does not say where a person works."""
    oldest = fresh.oldest and (_place_off(fresh.oldest[0]), fresh.oldest[1])
    return evolve(fresh, fields=tuple(evolve(one, field=_place_off(one.field)) for one in fresh), oldest=oldest)


_ACTIONS: Mapping[ChangeKind, Says] = {
    "open": Says("opened", "建档"),
    "amend": Says("amended", "变更"),
    "confirm": Says("confirmed", "确认"),
    "correct": Says("corrected", "更正"),
    "reassign": Says("reassigned", "更换负责人"),
    "close": Says("closed", "关闭"),
    "reopen": Says("reopened", "重新启用"),
    "merge": Says("merged", "合并"),
    "unmerge": Says("merge undone", "撤销合并"),
    "restrict": Says("restricted", "限制处理"),
    "release": Says("released", "解除限制"),
    "erase": Says("erased", "删除"),
}
_CHANGES = (
    Column("at", "Written", "更新日", "date"),
    Column("since", "True since", "生效日", "date"),
    Column("action", "Action", "操作"),
    Column("fields", "Fields", "字段"),
    Column("by", "By", "操作人"),
)


def _changes(dossier: Dossier | None, day: date, known: date | None) -> Table:
    """Return the last changes that were true and known by then, the latest written first."""
    changes: Iterable[Change] = dossier.changes if dossier is not None else ()
    due = [one for one in changes if one.since <= day and (known is None or one.at.date() <= known)]
    last = due[::-1][:_CHANGES_SHOWN]
    rows = [(one.at.date(), one.since, _ACTIONS[one.action], _touched(one), one.by) for one in last]
    return Table("changes", Says("Last changes", "最近变更"), _CHANGES, rows)


def _touched(change: Change) -> Says:
    names = [name for name in change.new if not name.startswith("@")]
    more = len(names) - _FIELDS_SHOWN
    shown = _names(names[:_FIELDS_SHOWN])
    return Says(f"{shown.en} and {more} more", f"{shown.zh}等 {len(names)} 项") if more > 0 else shown
