"""How hard the visits of a workspace are looked for (搜索设置): a budget, a seed, more processes, a proof.

>>> Search(budget=300).seed
0
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from pharmasales.cycle.visiting import VisitDemand
from pharmasales.followup import Schedule
from pharmasales.followup.planning.bound import Proof, prove
from pharmasales.followup.planning.many import plan_many
from pharmasales.workspace.doing import Progress

__all__ = ["Search", "found_by"]


@frozen
class Search:
    """How hard a plan is looked for (搜索设置).

    Args:
        budget: iterations for each rep; 0 for the greedy plan alone.
        seed: one number for all.
        proof: whether each rep's plan is searched to the end and set beside its bound, which needs the extra `solver`.
        processes: how many processes plan the reps, where there are more of them than a few.
    """

    budget: int = 0
    seed: int = 0
    proof: bool = False
    processes: int = 1


def found_by(how: Search, demand: VisitDemand, progress: Progress) -> tuple[Schedule, dict[str, Proof]]:
    """Plan some reps, in more processes where asked, and set each rep's plan beside its bound where asked.

    Args:
        how: how hard the plan is looked for.
        demand: the reps and what is due.
        progress: told how many reps are planned, and who is being proved.

    Raises:
        BadConfig: a proof without the extra `solver`.
        PharmaSalesError: whatever `schedule` refuses.
    """
    made = plan_many(
        demand.targets,
        demand.reps,
        demand.start,
        demand.end,
        demand.calendar,
        **demand.terms(),
        budget=how.budget,
        seed=how.seed,
        pool=how.processes if how.processes > 1 else None,
        progress=lambda done, of: progress(f"visits: {done} of {of} reps"),
    )
    if not how.proof:
        return made, {}
    proofs = {}
    for rep in demand.reps:
        progress(f"prove {rep.id}")
        mine = demand.of([rep.id])
        proofs[rep.id] = prove(mine.targets, rep, mine.start, mine.end, mine.calendar, **mine.terms())
    return _best(made, proofs), proofs


def _best(made: Schedule, proofs: Mapping[str, Proof]) -> Schedule:
    """Return the plans that were found while proving, in one."""
    plans = [proof.plan for proof in proofs.values()]
    return evolve(
        made,
        visits=tuple(sorted((v for plan in plans for v in plan.visits), key=lambda v: (v.day, v.rep, v.customer))),
        unmet=tuple(one for plan in plans for one in plan.unmet),
        loads=tuple(one for plan in plans for one in plan.loads),
        days=tuple(one for plan in plans for one in plan.days),
    )
