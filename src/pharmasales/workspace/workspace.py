"""A workspace: a folder with `pharmasales.toml`, the user's files, the store and `out/`.

`plan` and `review` load the files, run the cycle, keep every result in the store in one unit of work, and write the
outputs aside before they take their place. Either all of it happens or none. `within` is the workspace as somebody
reads it who sees one node of the organisation and what is below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.archive import Register
from pharmasales.compliance import company_policy
from pharmasales.cycle import Plan, Region, Review, plan
from pharmasales.cycle.gating import refuse_goals
from pharmasales.cycle.policy import FollowPolicy
from pharmasales.display import Lang, Says
from pharmasales.errors import BadValue, NotFound, StorageError
from pharmasales.exchange import replaced
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.rules import RuleBook
from pharmasales.storage import Store, Unit, open_store
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.cabinet import Cabinet
from pharmasales.workspace.classifying import Asked, classed
from pharmasales.workspace.doing import Done, Progress, made_of, quiet, run_of
from pharmasales.workspace.exporting import masked_names
from pharmasales.workspace.files import sheet_of, text_of
from pharmasales.workspace.goal_versions import settle
from pharmasales.workspace.grades import Classed
from pharmasales.workspace.judging import judge
from pharmasales.workspace.keep import KEYS, explained, periods_kept, rows_of, save, settled, table_of
from pharmasales.workspace.kept import PLANNED, REVIEWED
from pharmasales.workspace.kept_grades import kept_grades
from pharmasales.workspace.load import Loaded, load
from pharmasales.workspace.outputs import Outputs, outputs_of, written
from pharmasales.workspace.settings import Settings, read_settings
from pharmasales.workspace.visit_settling import settle_visits

__all__ = ["What", "Workspace"]

What: TypeAlias = Literal["grade", "goal", "visit", "score"]

_ASKED: Mapping[str, str] = {"grade": "grades", "goal": "goals", "visit": "visits", "score": "scorecard"}


@frozen
class Workspace:
    """An opened workspace. Build it with `Workspace.open`.

    Args:
        root: the folder.
        settings: what its files say.
        nodes: the nodes of the organisation that its reader sees; everything where left out. `within` sets them.
    """

    root: Path
    settings: Settings = field(repr=False)
    nodes: frozenset[str] | None = field(default=None, repr=False)

    @classmethod
    def open(cls, folder: Path | str) -> Workspace:
        """Read `pharmasales.toml` and, where there are such, `policy.toml`, `compliance.toml` and `scoresheet.toml`.

        Raises:
            BadConfig: no workspace, or settings that are wrong, by name.
        """
        root = Path(folder)
        book = text_of(root / "policy.toml", missing="")
        gate = text_of(root / "compliance.toml", missing="")
        text = text_of(root / "pharmasales.toml", missing=None)
        own = company_policy(gate) if gate.strip() else None
        sheet = sheet_of(root / "scoresheet.toml")
        return cls(root, read_settings(text, RuleBook.from_toml(book) if book.strip() else None, own, sheet))

    def within(self, node: str) -> Workspace:
        """Return the workspace as somebody reads it who sees one node and what is below it (数据权限).

        What the store keeps of others is not there: `why`, `register` and `cabinet` answer as if it had never been
        written. What reads the files or writes is refused. The tree is that of the files now; ask again when it
        changes. This keeps a reader to a part in good faith and is no wall: whoever can open the store's file sees all
        of it. The wall is PostgreSQL.

        Args:
            node: the id of a node of the organisation.

        Raises:
            NotFound: no such node, or no organisation is known.
            BadRows: the tables that say the organisation are bad.
            StorageError: `storage.scope`; this is a part already.

        Source: T1, finding 6.
        """
        self.check_whole()
        org = self._org()
        if org is None:
            raise NotFound("no organisation is known", hint="give an org table, or [org] levels", code="org.none")
        return evolve(self, nodes=frozenset(org.within(node)))

    def _org(self) -> Org | None:
        """Return the organisation as the files say it; where they have a table of it, no other is read."""
        table = self.settings.tables.get("org")
        if table is None:
            return self.load().checked().org
        policy = evolve(self.settings.policy, follow=FollowPolicy())
        return load(self.root, evolve(self.settings, tables={"org": table}, policy=policy)).checked().org

    def check_whole(self) -> None:
        """Let pass who sees everything.

        Raises:
            StorageError: `storage.scope` for a reader of a part.
        """
        if self.nodes is not None:
            hint = "open the workspace itself, without a node"
            raise StorageError("a reader of a part only reads what is kept", hint=hint, code="storage.scope")

    def load(self, progress: Progress = quiet, day: date = date.max) -> Loaded:
        """Read and check every table; bad rows are listed, not raised.

        Args:
            progress: called with the name of each file as it is begun.
            day: where the customers are those of the archive, the day on which it is looked at, and where stock cards
                count as sales, their last one; everything that is known where left out.

        Raises:
            BadFile: a file or column is missing, or a file cannot be read.
            BadRows: documents of money that contradict each other.
            BadTree: an organisation that is no tree.
            BadRows: flow counts as sales, and sales lines tell of the same.
            BadConfig: stock cards count as sales, and a table that they need is not named.
            StorageError: `storage.scope` for a reader of a part: the files are the whole company's.
        """
        self.check_whole()
        register = self.register() if self.from_archive() else None
        kept = None if register is None else (register.on(day), register.merged())
        loaded = load(self.root, self.settings, progress, kept)
        if self.settings.stock.sell_out == "sales":
            from pharmasales.workspace.stock.selling import with_sell_out  # it stands on workspaces itself

            loaded = with_sell_out(self, loaded, day, progress)
        if self.settings.flow.feeds != "none":
            from pharmasales.workspace.flow.feeding import with_flow  # as with_sell_out

            loaded = with_flow(self, loaded, progress)
        return loaded

    def named(self, loaded: Loaded) -> Region:
        """Return the region for outputs, which name human beings as the settings say."""
        region = loaded.checked()
        return region if self.settings.names else evolve(region, archive=masked_names(region.archive))

    def from_archive(self) -> bool:
        """Whether the customers are those of the archive: no table gives them, and the settings name an archive."""
        return "customers" not in self.settings.tables and self.settings.archive is not None

    def plan(
        self,
        period: Period,
        as_of: date | None = None,
        *,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> tuple[Plan, Outputs]:
        """Plan a period from the workspace's files, keep the results and write `out/PERIOD/`.

        Args:
            period: the period.
            as_of: the day of planning; the period's first day where left out.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            BadRows: rows of the files are bad; nothing was kept or written.
            BadValue: there is nothing to plan from.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `cycle.plan` refuse.
        """
        region = self.named(self.load(progress, as_of or period.start))
        progress(f"plan {period}")
        result = plan(region, self.settings.policy, period, as_of, goals_asked=self.settings.goals_asked)
        with self.kept_store() as store:
            goals = settle(store, period, result.goals)
            visits = settle_visits(store, period, result.visits, region, lang or self.settings.lang)
        result = evolve(result, goals=goals.plan, notes=(*result.notes, *goals.notes))
        if goals.plan and region.org:
            refuse_goals(self.settings.policy, region.org, goals.given(), result.as_of)
        tables = {name: settled(table) for name, table in result.tables().items()}
        if not tables:
            said = "; ".join(note.en for note in result.notes)
            raise BadValue("nothing to plan", where=str(period), hint=said, code="plan.nothing")
        outputs = outputs_of(self.root, region, period, result.as_of, tables, result.notes, lang or self.settings.lang)
        outputs = evolve(outputs, calendars=visits.calendars, zone=self.settings.zone)
        with self.kept(outputs, run_of(f"plan {period}", result.as_of), progress, pool) as unit:
            save(unit, period, tables.values(), PLANNED, {one.id: one.owner for one in region.archive})
            save(unit, period, (), REVIEWED)
            goals.keep(unit, run_of("", result.as_of))
            visits.keep(unit, run_of("", result.as_of))
            unit.put("plans", str(period), made_of(result.as_of, result.fingerprint))
        return result, outputs

    def review(
        self,
        period: Period,
        as_of: date | None = None,
        *,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> tuple[Review, Outputs]:
        """Review a period against the targets of the files or, where there are none, the plan that was kept.

        Args:
            period: the period.
            as_of: the day up to which it is judged; the period's last day where left out.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            BadRows: rows of the files are bad; nothing was kept or written.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `cycle.review` refuse.
        """
        judged = judge(self, period, as_of, progress=progress)
        reviewed, result = judged.tables(), judged.result
        outputs = judged.outputs(self, reviewed, lang or self.settings.lang)
        with self.kept(outputs, run_of(f"review {period}", result.as_of), progress, pool) as unit:
            judged.save(unit, reviewed.values())
        return result, outputs

    def classify(self, asked: Asked, progress: Progress = quiet) -> Classed:
        """Classify the customers by any scheme, and set the grades against those kept before; nothing is kept.

        For a reader of a part nothing is worked out anew: it is told the grades of its own that were kept with a plan.

        Args:
            asked: the scheme, the period and the cut points.
            progress: called with the name of each file as it is begun.

        Raises:
            PharmaSalesError: whatever `load`, `classed` and `kept_grades` refuse.
        """
        with self.kept_store() as store:
            if self.nodes is not None:
                return kept_grades(store, self.settings.policy, asked)
            day = asked.as_of or (asked.period.start if asked.period else date.max)
            return classed(self.named(self.load(progress, day)), self.settings.policy, asked, store)

    def why(self, what: What, key: str, period: Period | None = None) -> list[tuple[Says, Says]]:
        """Explain one result from what was kept: each row's heading and its reason, in both languages.

        Args:
            what: grade, goal, visit or score.
            key: the id of a customer (grade, visit), a node (goal) or a rep (score); a visit also by its own id.
            period: the period; the last one kept where left out.

        Raises:
            NotFound: nothing of the kind was kept, or nothing that the reader sees.
        """
        name = _ASKED[what]
        with self.kept_store() as store:
            kept = periods_kept(store, name) if store else []
            if not store or not kept:
                raise NotFound(f"no {name} kept", hint="run plan or review first", code="why.none")
            when = period or kept[-1]
            ids = [key]
            if what == "visit" and "/" in key and (visits := table_of(store, when, name)):
                by_id = {row["visit_id"]: row for row in visits.records()}
                ids = [str(by_id[key][part]) for part in KEYS[name]] if key in by_id else ids
            return explained(rows_of(store, when, name, *ids), when)

    def why_grade(self, customer: str, asked: Asked) -> list[tuple[Says, Says]]:
        """Explain a customer's grade by one scheme: as it was kept or, except for a reader of a part, as it would be.

        Args:
            customer: the id.
            asked: the scheme and the period; the last period kept where left out.

        Raises:
            NotFound: nobody of that id was graded, or nobody whom the reader sees.
            PharmaSalesError: whatever `classify` refuses.
        """
        with self.kept_store() as store:
            kept = periods_kept(store, "grades") if store else []
            when = asked.period or (kept[-1] if kept else None)
            if store and when and not asked.cuts:
                with suppress(NotFound):
                    return explained(rows_of(store, when, "grades", customer, asked.scheme), when)
        if self.nodes is not None and not asked.cuts:
            raise NotFound("no grade by this scheme kept", where=customer, hint="plan with it first", code="why.none")
        return [self.classify(evolve(asked, period=when)).why(customer)]

    @contextmanager
    def cabinet(self, *, create: bool = False) -> Iterator[Cabinet]:
        """Open the archive that the store keeps (档案柜), for the length of a `with` block.

        Args:
            create: whether a store that is missing is made.

        Raises:
            StorageError: there is no store yet (`storage.missing`), or it cannot be opened; `storage.scope` where a
                reader of a part would make one.
        """
        if create:
            self.check_whole()
        with self._store(create=create) as store:
            cabinet = Cabinet(store)
            yield cabinet if self.nodes is None else cabinet.within(self.nodes)

    def register(self) -> Register:
        """Return all dossiers that the archive keeps; none where there is no store yet.

        Raises:
            StorageError: the store cannot be opened.
        """
        try:
            with self.cabinet() as cabinet:
                return cabinet.register()
        except StorageError as error:
            if error.code != "storage.missing":
                raise
            return Register({})

    @contextmanager
    def kept(
        self, outputs: Outputs, done: Done, progress: Progress = quiet, pool: Executor | None = None
    ) -> Iterator[Unit]:
        """Write the outputs aside, commit the caller's unit of work, then let the outputs take their place.

        Args:
            outputs: what is written to `out/PERIOD`.
            done: who does what, when and why.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            StorageError: `storage.scope` for a reader of a part.
        """
        self.check_whole()
        with replaced(outputs.folder) as fresh, written(outputs, fresh, progress, pool) as (files, finish):
            progress("store")
            with self._store(create=True) as store, store.unit(by=done.by, why=done.why, at=done.at) as unit:
                yield unit
                unit.put("outputs", str(outputs.period), {"lang": outputs.lang, "files": files})
                finish()

    @contextmanager
    def writing(self, done: Done) -> Iterator[Unit]:
        """Commit the caller's unit of work alone, where no output is written.

        Args:
            done: who does what, when and why.

        Raises:
            StorageError: `storage.scope` for a reader of a part.
        """
        self.check_whole()
        with self._store(create=True) as store, store.unit(by=done.by, why=done.why, at=done.at) as unit:
            yield unit

    @property
    def url(self) -> str:
        """The URL of the store; a file is named relative to the workspace."""
        url = self.settings.storage or "sqlite:///pharmasales.db"
        scheme, file, path = url.partition("sqlite:///")
        return f"{file}{(self.root / path).resolve()}" if file and not scheme else url

    def _store(self, *, create: bool) -> Store:
        return open_store(self.url, create=create)

    @contextmanager
    def kept_store(self) -> Iterator[Reader | None]:
        """Open the store as its reader sees it, or nothing where nothing was kept yet."""
        try:
            store = self._store(create=False)
        except StorageError as error:
            if error.code != "storage.missing":
                raise
            store = None
        if store is None:
            yield None
            return
        with store:
            yield store if self.nodes is None else store.within(self.nodes)
