"""`pharmasales`: plan and review pharma sales from a folder of your own files, and keep the customer archive.

Exit codes: 0 done, 1 bad input (every problem is listed), 2 wrong usage.
"""

from pharmasales.cli.agents import agents
from pharmasales.cli.archive import archive
from pharmasales.cli.channel import channel
from pharmasales.cli.classify import classify
from pharmasales.cli.credit import credit
from pharmasales.cli.cycle import app
from pharmasales.cli.dossier import dossier
from pharmasales.cli.flow import flow
from pharmasales.cli.followup import due, replan, schedule, visit_review
from pharmasales.cli.gate import gate
from pharmasales.cli.goals import goals
from pharmasales.cli.orders import order
from pharmasales.cli.rights import rights
from pharmasales.cli.scoring import close, reopen, score
from pharmasales.cli.stock import stock
from pharmasales.cli.store import store

__all__ = ["app", "main"]

archive.add_typer(dossier)
archive.add_typer(rights)
app.add_typer(archive, name="archive")
app.add_typer(store, name="store")
app.add_typer(goals, name="goals")
app.command()(classify)
app.command()(agents)
app.command()(schedule)
app.command()(due)
app.command()(replan)
app.command()(visit_review)
app.command()(gate)
app.command()(flow)
app.command()(score)
app.command()(close)
app.command()(reopen)
app.command()(stock)
app.command()(credit)
app.command()(channel)
app.add_typer(order, name="order")


def main() -> None:
    """Run the command line."""
    app()
