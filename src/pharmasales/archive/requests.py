"""Change requests (变更申请): a change that somebody proposes and somebody else decides on.

The request stands beside the file, which stays usable as it is until the request is approved.

>>> from datetime import UTC, date, datetime
>>> from pharmasales.archive.customers import Customer
>>> at = datetime(2026, 1, 5, tzinfo=UTC)
>>> file, _ = Dossier.open(Customer("H1", "Example", "hospital"), since=at.date(), at=at, by="u1", why="list of 2026")
>>> asked = propose("Q1", file, {"beds": 500}, since=at.date(), at=at, by="rep1", why="counted on site")
>>> approved, file, change = approve(asked, file, at=at, by="manager1")
>>> approved.state, change.by, file.on(at.date()).fields
('approved', 'manager1', {'beds': 500})
>>> approve(asked, file, at=at, by="rep1")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: the author cannot decide on the own request @ request 'Q1'; ask somebody else
[request.author]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias, get_args

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.archive._timeline import identifying, tells
from pharmasales.archive.changes import Change, day, moment, reason, unchanging
from pharmasales.archive.dossier import Dossier
from pharmasales.archive.kinds import Value, is_person
from pharmasales.errors import BadValue, Conflict
from pharmasales.names import clean, fold, nearest, normal_id

__all__ = ["Request", "RequestState", "approve", "propose", "reject"]

RequestState: TypeAlias = Literal["proposed", "approved", "rejected"]


def _decider(text: str) -> str:
    return normal_id(text, "decided_by") if text else ""


def _state(_: object, __: object, state: str) -> None:
    if state not in get_args(RequestState):
        raise BadValue(
            "unknown state", where="state", hint=nearest(state, get_args(RequestState)), code="request.state"
        )


@frozen
class Request:
    """A proposed change of one customer's file (变更申请); the `repr` shows no value.

    Args:
        id: its own id.
        customer: the id of the customer.
        old: what the file said when it was proposed, by field.
        new: what it is to say; a field that would not change makes no line, `None` clears one.
        since: the day from which the new values are true.
        why: the author's reason.
        by: the author.
        at: when it was proposed.
        state: proposed, approved or rejected.
        decided_by: who decided, or "".
        decided_at: when.
        decision: the decider's reason, or "".

    Raises:
        BadValue: an empty id, no reason, a moment without its time zone, or an unknown state.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    old: Mapping[str, Value] = field(repr=False, hash=False, converter=unchanging)
    new: Mapping[str, Value] = field(repr=False, hash=False, converter=unchanging)
    since: date = field(converter=day)
    why: str = field(repr=False, converter=reason)
    by: str = field(converter=normal_id)
    at: datetime = field(converter=moment)
    state: RequestState = field(default="proposed", validator=_state)
    decided_by: str = field(default="", converter=_decider)
    decided_at: datetime | None = field(default=None, converter=optional(moment))
    decision: str = field(default="", repr=False, converter=clean)


def propose(
    id: str,  # noqa: A002 - the field's name
    file: Dossier,
    values: Mapping[str, object],
    *,
    since: date,
    at: datetime,
    by: str,
    why: str,
) -> Request:
    """Propose a change (提出变更申请); it is checked as an amendment is, and changes nothing.

    Args:
        id: the request's id.
        file: the customer's file.
        values: the new values by field name.
        since: the first day on which they are true.
        at: the moment of writing.
        by: the author.
        why: the reason, without personal values.

    Raises:
        BadValue: whatever `Dossier.amend` refuses.
    """
    _, change = file.amend(values, since=since, at=at, by=by, why=why)
    return Request(id, file.id, change.old, change.new, since, change.why, change.by, change.at)


def approve(
    request: Request, file: Dossier, *, at: datetime, by: str, why: str = ""
) -> tuple[Request, Dossier, Change]:
    """Approve a request and write it into the file (批准); the change bears the approver and the author's reason.

    Raises:
        BadValue: the author decides, under whatever spelling of the id; the request is decided already or is one of
            another customer; the reason holds a personal value; or whatever `Dossier.amend` refuses by now.
        Conflict: the file says something else by now than when the request was made.
    """
    _due(request, file.id, by)
    state = file.values(request.since)
    if any(state.get(name) != value for name, value in request.old.items()):
        stale = "the file was changed since the request was made"
        read = sum(one.at <= request.at for one in file.changes)
        raise Conflict(stale, expected=read, found=len(file.changes), where=f"request {request.id!r}")
    if is_person(file.protected) and tells(why, file.identifying()):
        raise BadValue("the reason holds a personal value", where="why", hint="leave it out", code="change.why")
    changed, change = file.amend(request.new, since=request.since, at=at, by=by, why=request.why)
    return _decided(request, "approved", at, by, why), changed, change


def reject(request: Request, *, at: datetime, by: str, why: str) -> Request:
    """Reject a request with a reason (驳回); the file stays as it is.

    Raises:
        BadValue: no reason or one that holds a personal value of the request, the author decides, or the request is
            decided already.
    """
    _due(request, request.customer, by)
    if not clean(why, "why").strip():
        raise BadValue("a rejection needs its reason", where=f"request {request.id!r}", code="request.why")
    if any(tells(why, identifying(values)) for values in (request.old, request.new)):
        raise BadValue("the reason holds a personal value", where="why", hint="leave it out", code="change.why")
    return _decided(request, "rejected", at, by, why)


def _due(request: Request, customer: str, by: str) -> None:
    where = f"request {request.id!r}"
    if request.customer != customer:
        raise BadValue("the request is one of another customer", where=where, code="request.customer")
    if request.state != "proposed":
        raise BadValue(f"the request is {request.state} already", where=where, code="request.decided")
    if fold(normal_id(by, "by")) == fold(request.by):
        hint = "ask somebody else"
        raise BadValue("the author cannot decide on the own request", where=where, hint=hint, code="request.author")


def _decided(request: Request, state: RequestState, at: datetime, by: str, why: str) -> Request:
    return evolve(request, state=state, decided_by=by, decided_at=at, decision=why)
