"""Period close (关账): inputs locked, results immutable, late entries flagged, corrections as versions, appeals (申诉).

`close_period` scores everybody from `PeriodInputs` and keeps inputs, sheet and results under seals; `recompute` scores
again from what was kept and compares bit for bit. A correction is a new version with a reason, an author and an
approver; the person scored may appeal, and an appeal that is upheld must lead to such a version.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.closing.appeals import APPEAL_STATES, Appeal, AppealDecision, AppealState, AppealTerms
    from pharmasales.evaluation.closing.closed import ClosedPeriod, ReopenedPeriod, close_period
    from pharmasales.evaluation.closing.closing_records import closing_data, closing_from
    from pharmasales.evaluation.closing.correcting import Correction
    from pharmasales.evaluation.closing.differences import VersionDiff, version_diff
    from pharmasales.evaluation.closing.due_appeals import AppealTask, OpenAppeals, open_appeals
    from pharmasales.evaluation.closing.held_grades import HeldGrade, StartGrades, grades_at_start
    from pharmasales.evaluation.closing.inputs import Fact, PeriodInputs
    from pharmasales.evaluation.closing.item_changes import ItemChange, ItemChangeKind
    from pharmasales.evaluation.closing.late_entries import LateEntries, LateEntry, ScoreChange
    from pharmasales.evaluation.closing.recomputing import ResultsDiffer, recompute
    from pharmasales.evaluation.closing.results import RepResult, ResultLine, Results
    from pharmasales.evaluation.closing.scoring_period import ScoredPeriod, score_period
    from pharmasales.evaluation.closing.versions import ClosedVersion

__all__ = [
    "APPEAL_STATES",
    "Appeal",
    "AppealDecision",
    "AppealState",
    "AppealTask",
    "AppealTerms",
    "ClosedPeriod",
    "ClosedVersion",
    "Correction",
    "Fact",
    "HeldGrade",
    "ItemChange",
    "ItemChangeKind",
    "LateEntries",
    "LateEntry",
    "OpenAppeals",
    "PeriodInputs",
    "ReopenedPeriod",
    "RepResult",
    "ResultLine",
    "Results",
    "ResultsDiffer",
    "ScoreChange",
    "ScoredPeriod",
    "StartGrades",
    "VersionDiff",
    "close_period",
    "closing_data",
    "closing_from",
    "grades_at_start",
    "open_appeals",
    "recompute",
    "score_period",
    "version_diff",
]

_MODULES = {
    "appeals": "APPEAL_STATES Appeal AppealDecision AppealState AppealTerms",
    "closed": "ClosedPeriod ReopenedPeriod close_period",
    "closing_records": "closing_data closing_from",
    "correcting": "Correction",
    "differences": "VersionDiff version_diff",
    "due_appeals": "AppealTask OpenAppeals open_appeals",
    "held_grades": "HeldGrade StartGrades grades_at_start",
    "inputs": "Fact PeriodInputs",
    "item_changes": "ItemChange ItemChangeKind",
    "late_entries": "LateEntries LateEntry ScoreChange",
    "recomputing": "ResultsDiffer recompute",
    "results": "RepResult ResultLine Results",
    "scoring_period": "ScoredPeriod score_period",
    "versions": "ClosedVersion",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
