"""Typed errors: their text, their place, their built-in parents, and groups of them."""

from __future__ import annotations

import copy
import pickle

import pytest

from pharmasales import errors
from pharmasales.errors import BadRows, BadTree, BadValue, Conflict, NotFound, PharmaSalesError, StorageError


def test_every_error_descends_from_the_base_and_a_built_in():
    """All public errors are PharmaSalesErrors, have their own code, and fit an `except` of the standard library."""
    kinds = [getattr(errors, name) for name in errors.__all__ if name != "PharmaSalesError"]
    parents = (ValueError, TypeError, LookupError, RuntimeError, ExceptionGroup)
    assert len(kinds) == 12
    assert len({kind.code for kind in kinds}) == 12
    assert all(issubclass(kind, PharmaSalesError) and issubclass(kind, parents) for kind in kinds)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (BadValue("empty"), "empty [value]"),
        (BadValue("empty", where="row 3"), "empty @ row 3 [value]"),
        (BadValue("empty", hint="fill it"), "empty; fill it [value]"),
        (BadTree("cycle", where="id 'a'", hint="cut it", code="tree.cycle"), "cycle @ id 'a'; cut it [tree.cycle]"),
        (NotFound("nothing").at("a").at("b"), "nothing @ b, a [not-found]"),
    ],
)
def test_text(error, text):
    """The text says reason, place, hint and code, and nothing where there is none."""
    assert str(error) == text


def test_conflict_holds_both_versions():
    """A conflict is a storage error that knows what was expected and what was found."""
    error = Conflict("stale", expected=3, found=4, where="customer H1")
    assert isinstance(error, StorageError)
    assert (error.expected, error.found, error.code) == (3, 4, "storage.conflict")
    assert str(error) == "stale @ customer H1; read it again and repeat the change [storage.conflict]"


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301 - our own
def test_errors_survive_a_copy(again):
    """An error that crosses a process keeps reason, place, hint, code, and the rows of a group."""
    error = again(BadValue("empty", where="row 3", hint="fill it", code="number.empty"))
    assert str(error) == "empty @ row 3; fill it [number.empty]"
    stale = again(Conflict("stale", expected=1, found=2))
    assert (stale.expected, stale.found) == (1, 2)
    group = again(BadRows("refused", [BadValue("empty", where="row 9")]))
    assert list(group.lines()) == ["empty @ row 9 [value]"]


def test_rows_are_a_group_that_splits_by_kind():
    """`except*` takes one kind out of the rows and leaves a group of the others."""
    rows = BadRows("2 rows refused", [BadValue("empty", where="row 1"), BadTree("cycle", where="row 2")]).at("a.csv")
    values, rest = rows.split(BadValue)
    assert isinstance(values, BadRows)
    assert isinstance(rest, BadRows)
    assert list(values.lines()) == ["empty @ row 1 [value]"]
    assert list(rest.lines()) == ["cycle @ row 2 [tree]"]
    assert str(rest) == "2 rows refused @ a.csv [rows]"
    seen = []
    try:
        raise rows
    except* BadTree as trees:
        seen += [str(error) for error in trees.exceptions]
    except* BadValue as bad:
        seen += [str(error) for error in bad.exceptions]
    assert seen == ["cycle @ row 2 [tree]", "empty @ row 1 [value]"]


def test_rows_need_a_row():
    """A group of nothing is a mistake of the program."""
    with pytest.raises(ValueError, match="non-empty"):
        BadRows("none", [])
