"""A workspace: a folder of the user's own files on which the cycle runs.

>>> from pharmasales.workspace import Workspace, write_demo
>>> import tempfile
>>> from pathlib import Path
>>> with tempfile.TemporaryDirectory() as folder:
...     write_demo(Path(folder))
...     loaded = Workspace.open(folder).load()
>>> loaded.region
Region(12 reps, 1840 customers, 5859 sales, 4070 visits, 240 receivables)
"""

from pharmasales.workspace.cabinet import Cabinet
from pharmasales.workspace.classifying import Asked, schemes_table
from pharmasales.workspace.closings import KeptClosing
from pharmasales.workspace.demo import write_demo
from pharmasales.workspace.doing import Done
from pharmasales.workspace.due_list import due_on_day
from pharmasales.workspace.files import sheet_of
from pharmasales.workspace.filing import Forgotten, forget, take_in
from pharmasales.workspace.gatekeeper import Stamp
from pharmasales.workspace.goal_desk import GoalDesk, GoalsMade
from pharmasales.workspace.goal_versions import GoalVersion
from pharmasales.workspace.grades import Classed, Moved
from pharmasales.workspace.intake import Intake
from pharmasales.workspace.load import Loaded
from pharmasales.workspace.outputs import Outputs
from pharmasales.workspace.rights import Copy, Erased, copies_table, correct_person, erase_person, held_of
from pharmasales.workspace.rows import BadRow, TableCount
from pharmasales.workspace.score_desk import HandedOut, ScoreDesk, ScoresMade, why_score
from pharmasales.workspace.score_pages import PagesAsked, ScorePages
from pharmasales.workspace.settings import Settings, read_settings
from pharmasales.workspace.template import init_workspace
from pharmasales.workspace.visit_desk import VisitDesk, VisitsMade
from pharmasales.workspace.visit_search import Search
from pharmasales.workspace.visit_versions import VisitVersion
from pharmasales.workspace.workspace import What, Workspace

__all__ = [
    "Asked",
    "BadRow",
    "Cabinet",
    "Classed",
    "Copy",
    "Done",
    "Erased",
    "Forgotten",
    "GoalDesk",
    "GoalVersion",
    "GoalsMade",
    "HandedOut",
    "Intake",
    "KeptClosing",
    "Loaded",
    "Moved",
    "Outputs",
    "PagesAsked",
    "ScoreDesk",
    "ScorePages",
    "ScoresMade",
    "Search",
    "Settings",
    "Stamp",
    "TableCount",
    "VisitDesk",
    "VisitVersion",
    "VisitsMade",
    "What",
    "Workspace",
    "copies_table",
    "correct_person",
    "due_on_day",
    "erase_person",
    "forget",
    "held_of",
    "init_workspace",
    "read_settings",
    "schemes_table",
    "sheet_of",
    "take_in",
    "why_score",
    "write_demo",
]
