r"""Cadence tables as plain data (频率表数据): read with every fault at its place, and written back.

>>> table = read_cadence_table(
...     {"name": "ours", "rows": [{"grade": "A", "channel": "face", "visits": "4-8", "minutes": "20-30"}]}
... )
>>> table.rows[0].most, table.data()["rows"]
(Fraction(8, 1), [{'grade': 'A', 'channel': 'face', 'visits': '4-8', 'per': 'month', 'minutes': '20-30'}])
>>> try:
...     read_cadence_table({"name": "ours", "rows": [{"chanel": "face"}, {"channel": "fax", "visits": 1}]})
... except BadRows as refused:
...     print(*refused.lines(), sep="\n")
unknown key @ rows[0].chanel; did you mean "channel"? [followup.table]
no channel @ rows[0].channel; one of face, meeting, phone, wechat, email, sms, post [followup.table]
no visits @ rows[0].visits; such as 4, "1/2" or "4-8" [followup.table]
unknown channel @ rows[1], channel; known: email, face, meeting, phone, post, sms, wechat [followup.channel]

Source: S002-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.followup.due.rows import CadenceRow, range_text
from pharmasales.followup.due.spacing import PER_DAYS
from pharmasales.followup.due.table import CADENCE_STAGES, CadenceTable
from pharmasales.names import nearest
from pharmasales.units import exact

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_cadence_table", "table_data"]

_TABLE = ("name", "rows", "source", "stages")
_ROW = ("grade", "stage", "channel", "layer", "visits", "per", "shortest", "longest", "minutes")


def read_cadence_table(data: Mapping[str, Any]) -> CadenceTable:
    """Read a cadence table from plain data, such as a table of TOML.

    Args:
        data: `name`, `rows` (a list of mappings with `channel` and `visits`, and any of `grade`, `stage`, `layer`,
            `per`, `shortest`, `longest`, `minutes`), `source`, and `stages` (further stages: a word to its English and
            Chinese name). Visits and minutes are one number or a range as text: `4`, `"1/2"`, `"4-8"`.

    Raises:
        BadRows: everything that is wrong, each with its place.
    """
    bad: list[PharmaSalesError] = list(_unknown(data, _TABLE, ""))
    stages = _stages(data.get("stages", {}), bad)
    listed = data.get("rows")
    if not isinstance(listed, list | tuple):
        bad.append(BadConfig("a list of rows is due", where="rows", code="followup.table"))
        listed = ()
    rows = [_row(one, f"rows[{number}]", bad) for number, one in enumerate(listed)]
    name, source = (_text(data.get(key, default), key, bad) for key, default in (("name", ""), ("source", "")))
    if not bad:
        try:
            return CadenceTable(name, [row for row in rows if row], source, {**CADENCE_STAGES, **stages})
        except BadRows as error:
            bad += (one for one in error.exceptions if isinstance(one, PharmaSalesError))
        except (BadRule, BadValue) as error:
            bad.append(error)
    raise BadRows(f"{len(bad)} faults in the cadence table", bad)


def _unknown(data: Mapping[str, Any], known: tuple[str, ...], where: str) -> Iterator[PharmaSalesError]:
    for key in data:
        if key not in known:
            place = f"{where}.{key}".removeprefix(".")
            yield BadConfig("unknown key", where=place, hint=nearest(str(key), known), code="followup.table")


def _stages(given: object, bad: list[PharmaSalesError]) -> dict[str, Says]:
    if not isinstance(given, Mapping):
        bad.append(BadConfig("a table of stages is due", where="stages", code="followup.table"))
        return {}
    found = {}
    for word, names in given.items():
        if not isinstance(names, list | tuple) or len(names) != 2 or not all(isinstance(one, str) for one in names):
            hint = 'write trial = ["in trial use", "试用"]'
            bad.append(BadConfig("no names of a stage", where=f"stages.{word}", hint=hint, code="followup.table"))
        else:
            found[word] = Says(*names)
    return found


def _text(value: object, where: str, bad: list[PharmaSalesError]) -> str:
    if isinstance(value, str):
        return value
    bad.append(BadConfig(f"{type(value).__name__} where text is due", where=where, code="followup.table"))
    return ""


def _row(given: object, where: str, bad: list[PharmaSalesError]) -> CadenceRow | None:
    if not isinstance(given, Mapping):
        bad.append(BadConfig("a row is a table of keys", where=where, code="followup.table"))
        return None
    faults = [*_unknown(given, _ROW, where), *_left_out(given, where)]
    words: dict[str, Any] = {
        key: _text(given[key], f"{where}.{key}", faults) for key in (*_ROW[:4], "per") if key in given
    }
    least, most = _range(given.get("visits", 0), f"{where}.visits", faults)
    minutes = _minutes(given, where, faults)
    own: dict[str, Any] = {key: given[key] for key in ("shortest", "longest") if key in given}
    if not faults:
        grade, channel = words.pop("grade", ""), words.pop("channel")
        try:
            return CadenceRow(grade, channel, least, most, minutes=minutes, **own, **words)
        except (BadRule, BadValue) as error:
            faults.append(error.at(where))
    bad += faults
    return None


def _left_out(given: Mapping[str, Any], where: str) -> Iterator[PharmaSalesError]:
    hints = {"channel": f"one of {', '.join(CONTACT_CHANNELS)}", "visits": 'such as 4, "1/2" or "4-8"'}
    for key, hint in hints.items():
        if key not in given:
            yield BadConfig(f"no {key}", where=f"{where}.{key}", hint=hint, code="followup.table")
    per = given.get("per", "month")
    if isinstance(per, str) and per not in PER_DAYS:
        yield BadConfig("unknown period", where=f"{where}.per", hint=nearest(per, PER_DAYS), code="followup.per")


def _range(given: object, where: str, bad: list[PharmaSalesError]) -> tuple[Fraction, Fraction]:
    """Read one number or a range; a minus sign at the front is no range."""
    low, dash, high = given.partition("-") if isinstance(given, str) and given[:1] != "-" else (given, "", "")
    try:
        least = exact(low)
        return least, exact(high) if dash else least
    except BadValue as error:
        bad.append(error.at(where))
        return Fraction(0), Fraction(0)


def _minutes(given: Mapping[str, Any], where: str, bad: list[PharmaSalesError]) -> tuple[int, int] | None:
    if "minutes" not in given:
        return None
    least, most = _range(given["minutes"], f"{where}.minutes", bad)
    if least.denominator == most.denominator == 1:
        return least.numerator, most.numerator
    bad.append(BadValue("minutes are whole", where=f"{where}.minutes", code="followup.minutes"))
    return None


def table_data(table: CadenceTable) -> dict[str, Any]:
    """Return a cadence table as plain data: text, whole numbers, lists and mappings only."""
    own = {word: [said.en, said.zh] for word, said in table.stages.items() if CADENCE_STAGES.get(word) != said}
    found: dict[str, Any] = {"name": table.name, "rows": [_row_data(row) for row in table.rows]}
    if table.source:
        found["source"] = table.source
    return {**found, "stages": own} if own else found


def _row_data(row: CadenceRow) -> dict[str, Any]:
    found: dict[str, Any] = {
        "grade": row.grade,
        "stage": row.stage,
        "channel": row.channel,
        "layer": "" if row.layer == "owner" else row.layer,
        "visits": range_text(row.least, row.most),
        "per": row.per,
        "shortest": row.shortest,
        "longest": row.longest,
        "minutes": range_text(*row.minutes) if row.minutes else None,
    }
    return {key: value for key, value in found.items() if value not in ("", None)}
