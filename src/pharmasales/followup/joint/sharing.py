"""What of a customer's file may be shared with the other side (客户信息共享): the policy is asked, and the note kept.

The customer belongs to the dealer who keeps it; sharing goes both ways, field by field. What is open is shown, what is
personal only where the policy lets it pass, what is not registered never. The note can be logged: it holds no value.

>>> from pharmasales.compliance.policies import CN_2026
>>> share = DataShare("H1", "D1", ["division", "mobile", "shoe_size"], person=True, until=date(2026, 12, 31))
>>> note = share.note(CN_2026, as_of=date(2026, 3, 4), facts={"separate_consent": False})
>>> [(line.name, line.shown) for line in note.lines]
[('division', True), ('mobile', False), ('shoe_size', False)]
>>> print(note.lines[1].why.text("zh"))
未获准：向他人提供个人信息须取得单独同意

Source: S003-4 (dealer-owned customer data, visibility rules, export log), PIPL 21, 23.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.compliance.actions import Action
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.masking import mask
from pharmasales.compliance.personal import USES, FieldUse, use_of
from pharmasales.compliance.verdict import Verdict
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.followup.joint.kinds import listed
from pharmasales.names import normal_id
from pharmasales.yearplan import checked_day

__all__ = ["DataShare", "ShareLine", "ShareNote"]

Manner: TypeAlias = Literal["given", "entrusted"]

_NO_FACTS: Mapping[str, object] = {}


@frozen
class ShareLine:
    """Whether one field is shown, and why.

    Args:
        name: the field's name.
        shown: whether the other side sees the value.
        why: the reason, without the value.
    """

    name: str
    shown: bool
    why: Why = field(repr=False)


@frozen
class ShareNote:
    """What may be shared of one customer's file, with whom and until when (可见范围说明).

    Args:
        share: what was asked.
        as_of: the day of asking.
        verdict: what the policy says about sharing personal data.
        lines: each field, in the order asked.
    """

    share: DataShare
    as_of: date
    verdict: Verdict
    lines: tuple[ShareLine, ...]

    def view(self, values: Mapping[str, object], *, on: date) -> dict[str, str]:
        """Return the values as the other side sees them on a day: in clear where shown, masked or hidden elsewhere.

        After the last day only open fields are in clear. A field that was not asked for is left out.
        """
        return {line.name: self._seen(line, values.get(line.name), on) for line in self.lines}

    def _seen(self, line: ShareLine, value: object, on: date) -> str:
        use, person = use_of(line.name, self.share.uses), self.share.person
        lasting = use is not None and (use.is_open(person=person) or checked_day(on) <= self.share.until)
        if line.shown and lasting:
            return "" if value is None else str(value)
        return mask(value, use, person=person)

    def entry(self, *, by: str, at: datetime) -> dict[str, object]:
        """Return the plain data that an export log keeps (导出日志): who, when, which fields, under which rules.

        Raises:
            BadValue: a moment without a zone, or somebody else than the facts name.
        """
        shown = [line.name for line in self.lines if line.shown]
        about = {"customer": self.share.customer, "owner": self.share.owner, "fields": shown}
        return {**self.verdict.record(by=by, at=at), **about, "until": self.share.until.isoformat()}

    def table(self) -> Table:
        """Return a row a field as table `shared_fields`."""
        columns = (
            Column("field", "Field", "字段"),
            Column("shown", "Shown", "可见"),
            Column("why", "Why", "原因", "why"),
        )
        rows = [(one.name, Says("yes", "是") if one.shown else Says("no", "否"), one.why) for one in self.lines]
        return Table("shared_fields", Says("What is shared", "信息共享范围"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _fields(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal_id(one, "field") for one in listed(given, "fields")))


@frozen
class DataShare:
    """What one side would let the other see of a customer's file.

    Args:
        customer: the customer's id.
        owner: the id of the dealer or maker whose customer it is, and who lets the other see it.
        fields: the fields asked for, in their order.
        person: whether the customer is a person, whose name is personal; a hospital's is not.
        until: the last day on which it is shared.
        manner: `given` to another firm for its own use, or `entrusted` to it under a contract.
        uses: the register of fields.
    """

    customer: str = field(converter=normal_id)
    owner: str = field(converter=normal_id)
    fields: tuple[str, ...] = field(converter=_fields)
    person: bool
    until: date = field(converter=checked_day)
    manner: Manner = "given"
    uses: Mapping[str, FieldUse] = field(default=USES, hash=False, repr=False)

    def note(self, policy: Policy, *, as_of: date, facts: Mapping[str, object] = _NO_FACTS) -> ShareNote:
        """Ask the policy and say, field by field, what is shown.

        Args:
            policy: the policy in force.
            as_of: the day of asking; after the last day nothing personal is shown.
            facts: what is known beside the manner: `separate_consent`, `processing_contract`, `by`, `role`. A fact left
                out is missing, and silence never opens the gate.

        Raises:
            BadValue: an unknown fact or value, or an unknown manner.
            NotFound: the policy is not in force.
        """
        verdict = policy.check(Action("share_data", {**facts, "manner": self.manner}), as_of=as_of)
        return ShareNote(self, as_of, verdict, tuple(self._line(name, verdict, as_of) for name in self.fields))

    def _line(self, name: str, verdict: Verdict, as_of: date) -> ShareLine:
        use = use_of(name, self.uses)
        if use is None:
            why = because("the field is not registered", "该字段未登记用途")
            return ShareLine(name, False, why)
        if use.is_open(person=self.person):
            return ShareLine(name, True, because("the field is open", "公开字段"))
        if as_of > self.until:
            return ShareLine(name, False, because("shared until {day} only", "仅共享至 {day}", day=self.until))
        said = Says(verdict.why.head(), verdict.why.head("zh"))
        if not verdict.allowed:
            return ShareLine(name, False, because("not allowed: {why}", "未获准：{why}", why=said))
        return ShareLine(name, True, because("allowed: {why}", "已获准：{why}", why=said))
