"""Customers from a file into the archive (建档): read, normalised, compared with what is kept, put through the gate.

Reading changes nothing: an `Intake` says what each row would do. Rows of customers that are known amend their files,
and the same file a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen

from pharmasales.archive import Change, Customer, Dossier, Register, is_person
from pharmasales.archive.changes import values_of
from pharmasales.archive.kinds import kind_of
from pharmasales.archive.levels import hospital_level
from pharmasales.compliance.actions import Action
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.personal import use_of
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.exchange import read_sheet
from pharmasales.names import fold
from pharmasales.workspace.columns import ARCHIVE
from pharmasales.workspace.rows import PLACE, BadRow, Row, TableCount, TableRows
from pharmasales.workspace.settings import Settings
from pharmasales.workspace.sources import TableSource

__all__ = ["Intake", "Question", "Stamp", "read_intake"]

_OWN = ("name", "kind", "owner", "parent", "level", "potential", "weekdays", "roles", "division", "source")
_REPORT = ("row", "reason")


@frozen
class Stamp:
    """Who writes what is taken in, when, why, and since when it is true.

    Args:
        since: the first day on which the rows are true.
        at: the moment of writing, zone-aware.
        by: the id of who writes.
        why: the reason, without personal values.
    """

    since: date
    at: datetime
    by: str
    why: str


@frozen
class Question:
    """A spelling that no rule can settle: it is left out, and somebody has to say what it means.

    Args:
        column: the column.
        text: the cell as it is written.
        count: in how many rows it stands.
        why: what is unclear.
    """

    column: str
    text: str
    count: int
    why: Says


@frozen
class Intake:
    """What taking in a file would do; `read` = `accepted` + `rejected` + `skipped` in its counts.

    Args:
        counts: one entry a file.
        bad: every refused cell.
        files: the files as they would be.
        changes: the changes to keep.
        opened: how many customers are new.
        amended: how many known customers change.
        same: how many rows change nothing.
        questions: spellings left out.
        left_out: columns that are not stored, each with the reason.
        rejected: the header and the refused rows as the file has them, row numbers first.
    """

    counts: Sequence[TableCount]
    bad: Sequence[BadRow]
    files: Sequence[Dossier] = field(repr=False)
    changes: Sequence[Change] = field(repr=False)
    opened: int
    amended: int
    same: int
    questions: Sequence[Question]
    left_out: Mapping[str, Says]
    rejected: Sequence[Table] = field(repr=False)

    def checked(self) -> Intake:
        """Return it where no row was refused.

        Raises:
            BadRows: rows were refused; every one is in the group.
        """
        if self.bad:
            raise BadRows(f"{len(self.bad)} bad cells", [row.error() for row in self.bad])
        return self

    def table(self) -> Table:
        """Return the questions."""
        rows = [(one.column, one.text, one.count, one.why) for one in self.questions]
        return Table("questions", Says("Spellings left out", "待确认的写法"), _QUESTIONS, rows)


def read_intake(
    paths: Iterable[Path], source: TableSource, settings: Settings, register: Register, stamp: Stamp
) -> Intake:
    """Read customers' files and say what taking them in would do.

    Args:
        paths: the files.
        source: where their columns are found.
        settings: units, and the compliance policies, of which the one in force on the stamp's first day is asked.
        register: the dossiers that are kept.
        stamp: who, when, why, since when.

    Raises:
        BadFile: a file that cannot be read, or a column is missing.
        BadConfig: the file holds credit codes and the extra `match` is not installed.
    """
    reader = _Intake(source, settings, register, settings.policy.gate(stamp.since), stamp)
    for path in paths:
        reader.read(path)
    return reader.done()


@frozen
class _Intake:
    source: TableSource
    settings: Settings
    register: Register
    gate: Policy
    stamp: Stamp
    counts: list[TableCount] = field(factory=list)
    bad: list[BadRow] = field(factory=list)
    seen: dict[str, tuple[str, tuple[str, int]]] = field(factory=dict)
    customers: dict[str, Customer] = field(factory=dict)
    asked: dict[tuple[str, str], Question] = field(factory=dict)
    left_out: dict[str, Says] = field(factory=dict)
    rows: list[tuple[Path, TableRows]] = field(factory=list)
    judged: dict[str, PharmaSalesError | None] = field(factory=dict)
    keepable: dict[str, Says | None] = field(factory=dict)
    spelled: dict[str, str] = field(init=False)

    @spelled.default
    def _spelled(self) -> dict[str, str]:
        return {fold(file.id): file.id for file in self.register}

    def read(self, path: Path) -> None:
        sheet = read_sheet(path, encoding=self.source.encoding, sheet=self.source.sheet or None)
        used = {fold(header) for one in self.source.columns.values() for header in one.headers}
        used.update(key for spec in ARCHIVE for key in spec.known_as())
        for header in sheet.header:
            if header.strip() and fold(header) not in used and header not in _REPORT:
                self.left_out[header] = _not_stored(header)
        table = TableRows("customers", self.source, self.settings, specs=ARCHIVE, bad=self.bad, counts=self.counts)
        self.rows.append((path, table))
        table.read(sheet, self.accept)

    def accept(self, row: Row) -> None:
        """Take a row, or refuse it for everything that is wrong with it."""
        bad: list[PharmaSalesError] = []
        self._twin(row, bad)
        values = {name: row.get(name) for name in (*_OWN, *(spec.name for spec in ARCHIVE))}
        checks: list[tuple[str, Callable[[Any], Any]]] = [("kind", _kind), ("credit_code", _credit_code)]
        for name, check in checks:
            try:
                values[name] = check(values[name]) if values[name] is not None else None
            except BadValue as error:
                error.where = name
                bad.append(error)
        self._gate(values, bad)
        if bad:
            raise BadRows("a row is refused", bad)
        values["level"] = self._level(values["level"])
        customer = _customer(row["id"], self._lawful(values))
        self.seen[fold(customer.id)] = customer.id, row[PLACE]
        self.customers[customer.id] = customer

    def _twin(self, row: Row, bad: list[PharmaSalesError]) -> None:
        found = self.seen.get(fold(row["id"]))
        if found:
            text, (file, number) = found
            same = "the same id as" if text == row["id"] else "differs in case, width or spaces only from"
            bad.append(BadValue(f"{same} {file} row {number}", where="id", hint="keep one of them", code="row.twin"))

    def _gate(self, values: Mapping[str, Any], bad: list[PharmaSalesError]) -> None:
        """Refuse a row whose source the policy does not allow."""
        source = values["source"] or ""
        if source not in self.judged:
            try:
                action = Action("take_lead", {**self.source.facts, "source": source})
                self.gate.check(action, as_of=self.stamp.since).require()
                self.judged[source] = None
            except PharmaSalesError as error:
                error.where = "source"
                self.judged[source] = error
        refused = self.judged[source]
        bad += [refused] if refused else []

    def _lawful(self, values: dict[str, Any]) -> dict[str, Any]:
        """Leave out what the policy lets nobody keep of a person, such as what one doctor prescribes."""
        if not is_person(values["kind"] or ""):
            return values
        kept = dict(values)
        for name in [one for one, value in values.items() if value is not None and one not in _OWN]:
            if name not in self.keepable:
                self.keepable[name] = self._refusal(name)
            if refused := self.keepable[name]:
                self.left_out[name] = refused
                kept[name] = None
        return kept

    def _refusal(self, name: str) -> Says | None:
        use = use_of(name)
        facts = {
            "sensitivity": use.sensitivity if use else "personal",
            "registered": use is not None,
            "separate_consent": False,
            "doctor_usage": use is not None and use.doctor_usage,
            "personal_care": False,
        }
        verdict = self.gate.check(Action("keep_field", facts), as_of=self.stamp.since)
        return None if verdict.allowed else Says(verdict.why.head(), verdict.why.head("zh"))

    def _level(self, text: str | None) -> str | None:
        """Return the canonical level of a hospital; what cannot be settled is asked, not guessed."""
        if text is None:
            return None
        level = hospital_level(text)
        if level.verdict == "question":
            before = self.asked.get(("level", text))
            why = Says(level.why.text(), level.why.text("zh"))
            self.asked["level", text] = Question("level", text, before.count + 1 if before else 1, why)
        return level.text if level.verdict == "known" else None

    def done(self) -> Intake:
        """Compare the rows with what is kept."""
        self._parents()
        files, changes = [], []
        opened = same = 0
        for customer in list(self.customers.values()):
            try:
                file, change = self._change(customer)
            except PharmaSalesError as error:
                self._reject(customer.id, error)
                continue
            opened += change is not None and change.action == "open"
            same += change is None
            if change is not None:
                files.append(file)
                changes.append(change)
        rejected = [made for path, _ in self.rows if (made := self._rejected(path)) is not None]
        return Intake(
            self.counts,
            self.bad,
            files,
            changes,
            opened,
            len(changes) - opened,
            same,
            list(self.asked.values()),
            self.left_out,
            rejected,
        )

    def _parents(self) -> None:
        """Refuse customers who belong to one that neither the files nor the archive know."""
        for customer in list(self.customers.values()):
            if customer.parent and customer.parent not in self.customers and customer.parent not in self.register:
                hint = "add it or correct it"
                self._reject(customer.id, BadValue("no such customer", where="parent", hint=hint, code="row.parent"))

    def _change(self, customer: Customer) -> tuple[Dossier, Change | None]:
        stamp = self.stamp
        written = {"at": stamp.at, "by": stamp.by, "why": stamp.why}
        try:
            file = self.register[customer.id]
        except NotFound:
            if fold(customer.id) in self.spelled:
                reason = "differs in case, width or spaces only from an id of the archive"
                raise BadValue(reason, where="id", hint="write it alike", code="row.twin") from None
            return Dossier.open(customer, since=stamp.since, **written)  # type: ignore[arg-type]  # who, when and why
        if file.standing() == "merged":
            return file, None
        new = file.difference(values_of(customer), stamp.since)
        return file.amend(new, since=stamp.since, **written) if new else (file, None)  # type: ignore[arg-type]  # likewise

    def _reject(self, customer: str, error: PharmaSalesError) -> None:
        """Refuse a row that was accepted, for what only the archive or the whole file shows."""
        _, place = self.seen[fold(customer)]
        table = next(table for path, table in self.rows if path.name == place[0])
        error.where = error.where if any(spec.name == error.where for spec in ARCHIVE) else "id"
        table.reject(place, error, customer)
        del self.customers[customer]

    def _rejected(self, path: Path) -> Table | None:
        """Return the refused rows of a file as they stand there, with the reasons in front."""
        reasons: dict[int, list[str]] = {}
        for row in self.bad:
            if row.file == path.name:
                told = f"{row.column}: {row.reason}" + (f" ({row.hint})" if row.hint else "")
                reasons.setdefault(row.row, []).append(told)
        if not reasons:
            return None
        sheet = read_sheet(path, encoding=self.source.encoding, sheet=self.source.sheet or None)
        names = [name for name in sheet.header if name not in _REPORT]
        columns = (*(Column(name, name, name) for name in (*_REPORT, *names)),)
        found: list[tuple[Cell, ...]] = []
        for number, cells in sheet.rows:
            if number in reasons:
                held = [cell for name, cell in zip(sheet.header, cells, strict=False) if name not in _REPORT]
                found.append((number, "; ".join(reasons[number]), *held))
        return Table(path.stem, Says(path.name, path.name), columns, found)


def _kind(text: str) -> str:
    return kind_of(text).name


def _credit_code(text: str) -> str:
    from pharmasales.archive.credit_code import credit_code

    return credit_code(text)


def _customer(customer: str, values: Mapping[str, Any]) -> Customer:
    given = {name: values[name] for name in _OWN if values.get(name) is not None}
    fields = {name: value for name, value in values.items() if name not in (*_OWN, "id") and value is not None}
    return Customer(**{"id": customer, "name": customer, **given, "fields": fields})


def _not_stored(header: str) -> Says:
    use = use_of(fold(header))
    if use is not None and use.sensitivity == "sensitive":
        return Says("sensitive: needs a separate consent", "敏感个人信息：需单独同意")
    return Says("no purpose is registered for it", "未登记用途")


_QUESTIONS = (
    Column("column", "Column", "列"),
    Column("text", "As written", "原文"),
    Column("count", "Rows", "行数", "number"),
    Column("why", "What is unclear", "疑问", "why"),
)
