"""Parts of a work on an executor: one after the other, in processes of our own, or on anything that has `map`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from pharmasales.errors import BadValue, PharmaSalesError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["Maps", "Pool", "WorkerDied", "answers"]

W = TypeVar("W")
A = TypeVar("A")


class Maps(Protocol):
    """Anything that maps a function over items and keeps their order, such as an executor of `concurrent.futures`."""

    def map(self, function: Callable[[W], A], items: Iterable[W], /) -> Iterable[A]:
        """Return the answer for each item, in order."""
        ...


Pool: TypeAlias = int | Maps | None
"""How many processes to start, an executor, or none: one after the other in this process."""


class WorkerDied(PharmaSalesError, RuntimeError):
    """A worker process ended before it answered: out of memory, killed, or unable to start."""

    code = "followup.worker"


def answers(
    work: Callable[[Sequence[W]], A], parts: Sequence[Sequence[W]], pool: Pool, name: Callable[[W], str]
) -> Iterator[A]:
    """Yield what `work` makes of each part, in the order of the parts, on any executor.

    Args:
        work: what is done; a function that other processes can find by its name.
        parts: what it is done to.
        pool: where.
        name: what an item is called in an error.

    Raises:
        BadValue: a pool that is neither a number of processes from 1 nor has `map`.
        WorkerDied: a worker ended before it answered; where processes of our own were used it names the item.
    """
    if pool is None:
        return map(work, parts)
    if isinstance(pool, int) and not isinstance(pool, bool) and pool > 0:
        return _in_processes(work, parts, pool, name)
    if isinstance(pool, int) or not callable(getattr(pool, "map", None)):
        hint = "a number of processes from 1, or anything that has map"
        raise BadValue("no pool to plan on", where="pool", hint=hint, code="followup.pool")
    return _mapped(work, parts, pool, name)


def _mapped(
    work: Callable[[Sequence[W]], A], parts: Sequence[Sequence[W]], pool: Maps, name: Callable[[W], str]
) -> Iterator[A]:
    done = 0
    try:
        for answer in pool.map(work, parts):
            yield answer
            done += 1
    except BrokenExecutor as error:
        left = [name(item) for part in parts[done:] for item in part]
        hint = f"{len(left)} have no answer; with pool=1 and chunk=1 the error names the one at fault"
        raise WorkerDied("a worker of the pool died", where=f"{left[0]} or after", hint=hint) from error


def _in_processes(
    work: Callable[[Sequence[W]], A], parts: Sequence[Sequence[W]], count: int, name: Callable[[W], str]
) -> Iterator[A]:
    """Work in fresh processes; parts are taken in order, so who was at work when one died is among the first left."""
    with _processes(count) as pool:
        waiting: list[Future[A]] = [pool.submit(work, part) for part in parts]
        try:
            for future in waiting:
                yield future.result()
        except BrokenExecutor as error:
            broken = (part for part, future in zip(parts, waiting, strict=True) if _died(future))
            suspects = [item for part, _ in zip(broken, range(count), strict=False) for item in part]
            raise _named(work, suspects, name) from error


def _died(future: Future[A]) -> bool:
    return not future.done() or isinstance(future.exception(), BrokenExecutor)


def _named(work: Callable[[Sequence[W]], A], suspects: Sequence[W], name: Callable[[W], str]) -> WorkerDied:
    """Try the items in doubt one by one in one process: the first without an answer is the one at fault."""
    hint = "the process ended without an error of its own: out of memory, killed, or a program that starts a pool "
    hint += 'outside of `if __name__ == "__main__":`'
    with _processes(1) as pool:
        tried = [pool.submit(work, [item]) for item in suspects]
        for item, future in zip(suspects, tried, strict=True):
            if isinstance(future.exception(), BrokenExecutor):
                return WorkerDied("a worker died", where=name(item), hint=hint)
    where = f"{name(suspects[0])} to {name(suspects[-1])}"
    return WorkerDied("a worker died, and not again when each was tried alone", where=where, hint=hint)


def _processes(count: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))
