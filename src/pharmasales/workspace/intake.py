"""Customers from a file into the archive (建档): read, normalised, compared with what is kept, put through the gate.

Reading changes nothing: an `Intake` says what each row would do. Rows of customers that are known amend their files,
and the same file a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from pharmasales.archive import Change, Customer, Divisions, Dossier, Register, is_person
from pharmasales.archive.changes import values_of
from pharmasales.archive.kinds import kind_of
from pharmasales.archive.levels import hospital_level, spellings
from pharmasales.compliance.personal import USES, use_of
from pharmasales.compliance.sources import SOURCES
from pharmasales.compliance.verdict import Verdict
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadFile, BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.exchange import read_sheet
from pharmasales.names import fold
from pharmasales.workspace.amending import read_credit_code
from pharmasales.workspace.checks import circles, discreet
from pharmasales.workspace.columns import ARCHIVE
from pharmasales.workspace.gatekeeper import Gatekeeper, Stamp
from pharmasales.workspace.mentions import Person
from pharmasales.workspace.places import place_of
from pharmasales.workspace.rejected import rejected, reported
from pharmasales.workspace.rows import PLACE, BadRow, Row, TableCount, TableRows
from pharmasales.workspace.settings import Settings
from pharmasales.workspace.sources import TableSource

__all__ = ["Intake", "Question", "Stamp", "read_intake"]

_OWN = ("name", "kind", "owner", "parent", "level", "potential", "weekdays", "roles", "division", "source")


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
        verdicts: what passed the compliance gate by an override.
        spelled: every spelling of a level and what became of it.
        warning: what the gate says of so many records about persons, where it says anything.
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
    verdicts: Sequence[Verdict] = ()
    spelled: Table = field(factory=lambda: spellings(()), repr=False)
    warning: Says | None = None

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
    paths: Iterable[Path],
    source: TableSource,
    settings: Settings,
    register: Register,
    stamp: Stamp,
    divisions: Divisions | None = None,
) -> Intake:
    """Read customers' files and say what taking them in would do.

    Args:
        paths: the files.
        source: where their columns are found.
        settings: units, and the compliance policies, of which the one in force at the moment of writing is asked: rows
            that were true long ago are collected now.
        register: the dossiers that are kept.
        stamp: who, when, why, since when.
        divisions: the administrative divisions, by which a place is told from its names.

    Raises:
        BadFile: a file that cannot be read, a missing column, or two files of one name.
        BadConfig: the file holds credit codes and the extra `match` is not installed.
    """
    reader = _Intake(
        source,
        settings,
        register,
        Gatekeeper(settings.policy.gate(stamp.at.date()), source.facts, stamp),
        stamp,
        divisions,
    )
    for path in paths:
        reader.read(path)
    return reader.done()


@frozen
class _Intake:
    source: TableSource
    settings: Settings
    register: Register
    gate: Gatekeeper
    stamp: Stamp
    divisions: Divisions | None = None
    counts: list[TableCount] = field(factory=list)
    bad: list[BadRow] = field(factory=list)
    seen: dict[str, tuple[str, tuple[str, int]]] = field(factory=dict)
    customers: dict[str, Customer] = field(factory=dict)
    asked: dict[tuple[str, str], Question] = field(factory=dict)
    left_out: dict[str, Says] = field(factory=dict)
    rows: list[tuple[Path, TableRows]] = field(factory=list)
    unnamed: set[str] = field(factory=set)
    written: list[str] = field(factory=list)
    spelled: dict[str, str] = field(init=False)

    @spelled.default
    def _spelled(self) -> dict[str, str]:
        return {fold(file.id): file.id for file in self.register}

    def read(self, path: Path) -> None:
        if any(known.name == path.name for known, _ in self.rows):
            hint = "import them one after the other"
            raise BadFile("two files of one name", where=path.name, hint=hint, code="file.twice")
        sheet = read_sheet(path, encoding=self.source.encoding, sheet=self.source.sheet or None)
        used = {fold(header) for one in self.source.columns.values() for header in one.headers}
        used.update(key for spec in ARCHIVE for key in spec.known_as())
        for header in sheet.header[reported(sheet) :]:
            if header.strip() and fold(header) not in used:
                self.left_out[header] = _not_stored(header)
        table = TableRows("customers", self.source, self.settings, specs=ARCHIVE, bad=self.bad, counts=self.counts)
        self.rows.append((path, table))
        table.read(sheet, self.accept)

    def accept(self, row: Row) -> None:
        """Take a row, or refuse it for everything that is wrong with it."""
        bad: list[PharmaSalesError] = []
        self._twin(row, bad)
        values = {name: row.get(name) for name in (*_OWN, *(spec.name for spec in ARCHIVE))}
        for name, check in _CHECKS.items():
            try:
                values[name] = check(values[name]) if values[name] is not None else None
            except BadValue as error:
                error.where = name
                bad.append(error)
        refused = self.gate.source(values["source"] or "")
        bad += [refused] if refused else []
        self.seen.setdefault(fold(row["id"]), (row["id"], row[PLACE]))
        if bad:
            raise BadRows("a row is refused", bad)
        values["level"] = self._level(values["level"])
        values["division"] = self._division(values)
        customer = _customer(row["id"], self._lawful(values))
        if values["name"] is None:
            self.unnamed.add(customer.id)
        self.customers[customer.id] = customer

    def _twin(self, row: Row, bad: list[PharmaSalesError]) -> None:
        found = self.seen.get(fold(row["id"]))
        if found:
            text, (file, number) = found
            same = "the same id as" if text == row["id"] else "differs in case, width or spaces only from"
            bad.append(BadValue(f"{same} {file} row {number}", where="id", hint="keep one of them", code="row.twin"))

    def _lawful(self, values: dict[str, Any]) -> dict[str, Any]:
        """Leave out what the policy lets nobody keep of a person, such as what one doctor prescribes."""
        if not is_person(values["kind"] or ""):
            return values
        kept = dict(values)
        for name in [one for one, value in values.items() if value is not None and one not in _OWN]:
            if refused := self.gate.field(name):
                self.left_out[name] = refused
                kept[name] = None
        return kept

    def _level(self, text: str | None) -> str | None:
        """Return the canonical level of a hospital; what cannot be settled is asked, not guessed."""
        if text is None:
            return None
        self.written.append(text)
        level = hospital_level(text)
        if level.verdict == "question":
            self._ask("level", text, Says(level.why.text(), level.why.text("zh")))
        return level.text if level.verdict == "known" else None

    def _division(self, values: Mapping[str, Any]) -> str | None:
        """Return the code of the administrative division, from its names too where the divisions are known."""
        if self.divisions is None:
            written: str | None = values["division"]
            return written
        code, unclear = place_of(self.divisions, values)
        if unclear is not None:
            names = [str(values[name]) for name in ("division", "province", "city", "county") if values[name]]
            self._ask("division", "/".join(names), unclear)
        return code

    def _ask(self, column: str, text: str, why: Says) -> None:
        before = self.asked.get((column, text))
        self.asked[column, text] = Question(column, text, before.count + 1 if before else 1, why)

    def done(self) -> Intake:
        """Compare the rows with what is kept."""
        found: dict[str, tuple[Dossier, Change | None]] = {}
        for customer in list(self.customers.values()):
            try:
                found[customer.id] = self._change(customer)
            except PharmaSalesError as error:
                self._reject(customer.id, error)
        self._circles()
        self._parents()
        pairs = [found[customer] for customer in self.customers]
        changes = [change for _, change in pairs if change is not None]
        opened = sum(change.action == "open" for change in changes)
        return Intake(
            self.counts,
            self.bad,
            [file for file, change in pairs if change is not None],
            changes,
            opened,
            len(changes) - opened,
            len(pairs) - len(changes),
            list(self.asked.values()),
            self.left_out,
            [made for path, _ in self.rows if (made := self._rejected(path)) is not None],
            self.gate.passed,
            spellings(self.written),
            self.gate.batch(sum(is_person(one.kind) for one in self.customers.values())),
        )

    def _parents(self) -> None:
        """Refuse customers who belong to one that neither the accepted rows nor the archive know, and who to these."""
        below: dict[str, list[str]] = {}
        for customer in self.customers.values():
            if customer.parent:
                below.setdefault(customer.parent, []).append(customer.id)
        lost = [parent for parent in below if parent not in self.customers and parent not in self.register]
        while lost:
            for child in below.get(lost.pop(), ()):
                hint = "add it or correct it"
                self._reject(child, BadValue("no such customer", where="parent", hint=hint, code="row.parent"))
                if child not in self.register:
                    lost.append(child)

    def _circles(self) -> None:
        """Refuse customers who would belong to themselves, with those of the archive between them."""
        for customer in circles(list(self.customers), self._above):
            if customer in self.customers:
                hint = "give one of them another parent, or none"
                self._reject(customer, BadValue("belongs to itself", where="parent", hint=hint, code="archive.cycle"))

    def _above(self, customer: str) -> str | None:
        row = self.customers.get(customer)
        if row is not None and row.parent:
            return row.parent
        if customer not in self.register:
            return None
        file = self.register[customer]
        return file.into or str(file.values(self.stamp.since).get("parent") or "") or None

    def _change(self, customer: Customer) -> tuple[Dossier, Change | None]:
        stamp = self.stamp
        written = {"at": stamp.at, "by": stamp.by, "why": stamp.why}
        try:
            file = self.register[customer.id]
        except NotFound:
            if fold(customer.id) in self.spelled:
                reason = "differs in case, width or spaces only from an id of the archive"
                raise BadValue(reason, where="id", hint="write it alike", code="row.twin") from None
            file, change = Dossier.open(customer, since=stamp.since, **written)  # type: ignore[arg-type]  # who, when and why
            discreet(Person.of([file] if is_person(customer.kind) else []), customer.id, "id")
            return file, change
        values = values_of(customer)
        if customer.id in self.unnamed:
            del values["name"]
        new = file.difference(values, stamp.since)
        if not new:
            return file, None
        if file.standing() == "merged":
            hint = "write it under the id under which it counts"
            raise BadValue(f"merged into {file.into!r}", where="id", hint=hint, code="archive.merged")
        return file.amend(new, since=stamp.since, **written)  # type: ignore[arg-type]  # likewise

    def _reject(self, customer: str, error: PharmaSalesError) -> None:
        """Refuse a row that was accepted, for what only the archive or the whole file shows."""
        _, place = self.seen[fold(customer)]
        table = next(table for path, table in self.rows if path.name == place[0])
        error.where = error.where if any(spec.name == error.where for spec in ARCHIVE) else "id"
        table.reject(place, error, customer)
        del self.customers[customer]

    def _rejected(self, path: Path) -> Table | None:
        bad = [row for row in self.bad if row.file == path.name]
        if not bad:
            return None
        sheet = read_sheet(path, encoding=self.source.encoding, sheet=self.source.sheet or None)
        return rejected(sheet, bad, self.source.sheet or path.stem)


def _kind(text: str) -> str:
    return kind_of(text).name


def _source(text: str) -> str:
    """Return the key of a lead source; a word that is none is left for the gate to refuse."""
    named = {fold(name): one.key for one in SOURCES.values() for name in (one.key, one.en, one.zh)}
    return named.get(fold(text), text)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {"kind": _kind, "credit_code": read_credit_code, "source": _source}


def _customer(customer: str, values: Mapping[str, Any]) -> Customer:
    given = {name: values[name] for name in _OWN if values.get(name) is not None}
    fields = {name: value for name, value in values.items() if name not in (*_OWN, "id") and value is not None}
    return Customer(**{"id": customer, "name": customer, **given, "fields": fields})


def _not_stored(header: str) -> Says:
    use = use_of(_USED.get(fold(header), ""))
    if use is not None and use.sensitivity == "sensitive":
        return Says("sensitive: needs a separate consent", "敏感个人信息：需单独同意")
    return Says("no purpose is registered for it", "未登记用途")


_USED = {fold(name): use.name for use in USES.values() for name in (use.name, use.zh)}
_QUESTIONS = (
    Column("column", "Column", "列"),
    Column("text", "As written", "原文"),
    Column("count", "Rows", "行数", "number"),
    Column("why", "What is unclear", "疑问", "why"),
)
