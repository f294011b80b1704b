"""A change request: proposed by one, decided by another, stale once the file says something else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from pharmasales.archive import Customer, Dossier, Request, approve, erase, merge, propose, reject
from pharmasales.errors import BadValue, Conflict

DAY = date(2026, 1, 5)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATE = datetime(2026, 2, 5, 9, tzinfo=UTC)
W = {"at": AT, "by": "u1", "why": "list of 2026"}


def opened(kind: str = "hospital", **fields: object) -> Dossier:
    """Return a file."""
    customer = Customer("C1", "Example One", kind, fields=fields)
    return Dossier.open(customer, since=DAY, **W)[0]


def asked(file: Dossier, values: object = None, **more: object) -> Request:
    """Return a request of rep1."""
    given = {"since": DAY, "at": AT, "by": "rep1", "why": "counted on site", **more}
    return propose("Q1", file, values or {"beds": 500}, **given)  # type: ignore[arg-type]  # hostile parts too


def code(work) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises((BadValue, Conflict)) as caught:
        work()
    return caught.value.code


def test_an_approved_request_is_written_into_the_file():
    """The change bears approver, the author's reason and both days; the request bears who decided, when and why."""
    file = opened(beds=300)
    request = asked(file, since=date(2026, 1, 10))
    assert (request.old, request.new, request.state) == ({"beds": 300}, {"beds": 500}, "proposed")
    assert file.values()["beds"] == 300
    done, new, change = approve(request, file, at=LATE, by="manager1", why="plausible")
    assert (change.action, change.by, change.why, change.since, change.at) == (
        "amend",
        "manager1",
        "counted on site",
        date(2026, 1, 10),
        LATE,
    )
    assert [new.values(date(2026, 1, n))["beds"] for n in (9, 10)] == [300, 500]
    assert (done.state, done.decided_by, done.decided_at, done.decision) == ("approved", "manager1", LATE, "plausible")
    assert new.changes == (*file.changes, change)


def test_a_rejected_request_changes_nothing_and_needs_its_reason():
    """The reason is kept; an empty one is refused."""
    request = asked(opened())
    done = reject(request, at=LATE, by="manager1", why="not plausible")
    assert (done.state, done.decision, done.new) == ("rejected", "not plausible", {"beds": 500})
    assert code(lambda: reject(request, at=LATE, by="manager1", why=" \n")) == "request.why"
    assert code(lambda: reject(request, at=LATE, by="manager1", why="a\x00")) == "text.control"
    assert code(lambda: reject(request, at=LATE.replace(tzinfo=None), by="manager1", why="no")) == "change.at"


@pytest.mark.parametrize("by", ["rep1", " rep1 ", "REP1", "ｒｅｐ１", "r\u200bep1"])
def test_nobody_decides_on_the_own_request(by):
    """The author is known under every spelling of the id, by case, width, space and unseen characters."""
    request = asked(opened())
    assert code(lambda: approve(request, opened(), at=LATE, by=by)) == "request.author"
    assert code(lambda: reject(request, at=LATE, by=by, why="no")) == "request.author"


@pytest.mark.parametrize("by", ["", " ", "\u200b", "a\nb", "a\x00"])
def test_somebody_decides(by):
    """An empty or unreadable decider is refused."""
    request = asked(opened())
    assert code(lambda: approve(request, opened(), at=LATE, by=by)) in {"id.empty", "id.lines", "text.control"}
    assert code(lambda: reject(request, at=LATE, by=by, why="no")) in {"id.empty", "id.lines", "text.control"}


def test_a_request_is_decided_once():
    """An approved or rejected request is neither approved nor rejected again."""
    file, request = opened(), asked(opened())
    for done in (approve(request, file, at=LATE, by="m1")[0], reject(request, at=LATE, by="m1", why="no")):
        assert code(lambda done=done: approve(done, file, at=LATE, by="m2")) == "request.decided"
        assert code(lambda done=done: reject(done, at=LATE, by="m2", why="no")) == "request.decided"


def test_a_stale_request_conflicts():
    """Where the file says something else by now, even what was asked for, nothing is written."""
    file = opened(beds=300)
    request = asked(file)
    for beds in (400, 500, None):
        moved = file.amend({"beds": beds}, since=DAY, **{**W, "at": LATE})[0]
        with pytest.raises(Conflict) as caught:
            approve(request, moved, at=LATE, by="m1")
        assert (caught.value.expected, caught.value.found, caught.value.where) == (1, 2, "request 'Q1'")
    other = file.amend({"floors": 4}, since=DAY, **W)[0].amend({"beds": 1}, since=date(2026, 3, 1), **W)[0]
    assert approve(request, other, at=LATE, by="m1")[1].values(DAY)["beds"] == 500


def test_a_request_is_checked_as_an_amendment():
    """What no file takes cannot be asked for, and nothing is asked that stands already."""
    file = opened(beds=300)
    for values, due in [
        ({"beds": 300}, "change.empty"),
        ({"beds": 0.5}, "archive.value"),
        ({"@erased": "yes"}, "change.field"),
    ]:
        assert code(lambda values=values: asked(file, values)) == due
    assert code(lambda: asked(file, since=date(2026, 1, 4))) == "archive.closed"
    assert code(lambda: asked(file, at=AT.replace(tzinfo=None))) == "change.at"
    assert code(lambda: asked(file, by="")) == "id.empty"
    assert code(lambda: asked(file, why=" ")) == "change.why"
    assert asked(file, {"beds": 300, "floors": 2}).new == {"floors": 2}


def test_a_request_is_one_of_its_customer():
    """A request is not written into another's file."""
    other = Dossier.open(Customer("C2", "Example Two", "hospital"), since=DAY, **W)[0]
    assert code(lambda: approve(asked(opened()), other, at=LATE, by="m1")) == "request.customer"


def test_a_request_for_a_file_that_is_gone():
    """Closed, held, merged and erased files take no request that was made before."""
    file = opened()
    request = asked(file)
    twin = Dossier.open(Customer("C2", "Example Two", "hospital"), since=DAY, **W)[0]
    for gone, due in [
        (file.close(since=DAY, **W)[0], "archive.closed"),
        (file.restrict(**W)[0], "archive.restricted"),
        (merge(twin, file, **W)[1], "archive.merged"),
        (erase(file, **W)[0], "archive.erased"),
    ]:
        assert code(lambda gone=gone: approve(request, gone, at=LATE, by="m1")) == due
    named = asked(opened("doctor", title="old"), {"title": "new"})
    assert code(lambda: approve(named, erase(opened("doctor", title="old"), **W)[0], at=LATE, by="m1")) == (
        "storage.conflict"
    )


def test_no_reason_tells_who_a_person_is():
    """Neither the author's nor the decider's reason holds a value by which a person is found."""
    file = opened("doctor", mobile="13800000000")
    assert code(lambda: asked(file, {"title": "x"}, why="Example One told me")) == "change.why"
    request = asked(file, {"mobile": "13900000000"})
    assert code(lambda: approve(request, file, at=LATE, by="m1", why="called 138 0000 0000")) == "change.why"
    assert code(lambda: reject(request, at=LATE, by="m1", why="139-0000-0000 is wrong")) == "change.why"
    assert approve(asked(opened()), opened(), at=LATE, by="m1", why="as Example One says")[0].state == "approved"


def test_a_repr_shows_no_value():
    """Neither values nor reasons stand in the repr."""
    request = asked(opened("doctor", title="Canary"), {"title": "Canary 2"}, why="Canary 3")
    done = reject(request, at=LATE, by="m1", why="Canary 4")
    assert "Canary" not in repr(request) + str(done)
    assert repr(request).startswith("Request(id='Q1', customer='C1', since=")


@pytest.mark.parametrize(
    ("part", "due"),
    [
        ({"id": ""}, "id.empty"),
        ({"customer": " "}, "id.empty"),
        ({"since": AT}, "change.since"),
        ({"why": ""}, "change.why"),
        ({"by": ""}, "id.empty"),
        ({"at": DAY}, "change.at"),
        ({"state": "pending"}, "request.state"),
        ({"decided_at": LATE.replace(tzinfo=None)}, "change.at"),
        ({"decision": "a\x00"}, "text.control"),
    ],
)
def test_parts_are_checked(part, due):
    """A request of hostile parts is refused by name."""
    assert code(lambda: evolve(asked(opened()), **part)) == due
