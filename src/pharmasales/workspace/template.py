"""A new workspace: a commented `pharmasales.toml`, a `policy.toml`, and a workbook with one example row a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pharmasales.display import Column, Lang, Says, Table
from pharmasales.errors import BadConfig
from pharmasales.exchange import whole_file, write_xlsx
from pharmasales.workspace.agents import settings as agents
from pharmasales.workspace.channel import settings as channel
from pharmasales.workspace.columns import TABLES
from pharmasales.workspace.credit import settings as credit
from pharmasales.workspace.flow import settings as flow
from pharmasales.workspace.stock import settings as stock

__all__ = ["init_workspace", "template_tables"]

_HEAD = """\
# A pharmasales workspace. Every setting has a default; what is commented out shows it.
# 每项设置都有默认值；注释掉的行即默认值。

# --- Tables 数据表 -----------------------------------------------------------
# file: a name or a glob (*.csv.gz), CSV, TSV or XLSX, relative to this folder; or a list of them.
# sheet: a worksheet by name. encoding: "utf-8" unless set, e.g. "gb18030".
# [tables.X.columns]: map your own headers; known English and Chinese headers need no mapping.
#   customer = "Customer Name"                              one column
#   period = ["Year", "Month"]                              year and month (1, January or 一月)
#   due = { column = "DueDate", format = "M/D/YYYY" }       a date with a named format
#   amount = ["Cash", "Credit"]                             numbers are added
#   currency = { value = "CNY" }                            a constant for all rows
# [tables.customers.fields] use = "Own Usage"               further columns for rules of policy.toml

"""

_TAIL = """
# --- Organisation 组织 -------------------------------------------------------
# Without an org table it is derived from columns of sales (or customers), the top first:
# [org]
# levels = ["Sales Team", "Name of Sales Rep"]

[units]
# money = "CNY"                    # or { code = "XYZ", decimals = 2 }; a constant currency of the tables counts
# quantity = "BOX"
# extra_decimals = "refuse"        # or "half_up": round amounts with too many decimals

[classification]
# schemes = ["abc", "decile"]      # rules of policy.toml, or ready-made: vip, doctor_matrix, nine_grid, hospital, ...
# on = "auto"                      # what schemes by volume read: sales, potential, or a further field
# kinds = []                       # kinds of customer that are classified; all where empty
# cuts = { doctor_matrix = { use = 50, potential = 100 } }    # cut points of ready-made schemes, by name

[goals]
# total = "1200000"                # or growth over the same period of the year before:
# growth = "10%"
# basis = "history"                # "potential" | "blend"
# weights = { history = "50%", potential = "50%" }
# levels = []                      # levels that get goals; all where empty
# periods = "month"                # "quarter" | "year" | "Q1 | Q2+Q3 | Q4"
# season = "auto"                  # "history" | "even" | one share a bucket; auto: history where there are months
# grain = "1"                      # whole yuan; "1000" for a thousand; boxes with measure = "quantity"
# measure = "amount"
# negative = "refuse"              # "zero": a negative basis counts as none
# all_zero = "refuse"              # "even": nobody has a basis, share evenly
# new_hire = "zero"                # who has no figure: "siblings" (their average) | "refuse" | a figure such as "5000"
# ramp = "100%"                    # the share of that average or figure that a new hire carries
# zero = "zero"                    # who has a figure of zero: "siblings" | "refuse"
# least_growth = "3%"              # nobody grows by less over their own base; no floor where left out
# floors = { R1 = "50000" }        # at least, by node, for the period that is planned
# caps = { R2 = "90000" }          # at most
# fixed = { R3 = "60000" }         # exactly
# over_assignment = { district = "5%" }       # by level: its nodes hand on so much more than their own goal

[followup]
# cadence = { A = 4, B = 2, C = 1, D = 0 }    # visits a month; "1/2" every two months; { per_month = 2, gap = 7 }
# visits_per_day = 8
# schemes = []                     # whose letters decide; those of the classification where empty
# kinds = []                       # kinds of customer that are visited
# leave = { R1 = ["2026-02-10", "2026-03-02/2026-03-06"] }
# clinic_weekdays = { H1 = ["Wed", "Thu"] }
# clinic_hours = { H1 = ["Tue 08:00-11:30", "Thu 14:00-17:00"] }   # they count for everybody at H1
# closed = { H1 = ["2026-03-04"] }  # days on which H1 receives nobody
# contacts = [{ grade = "A", channel = "face", visits = "4-8" }]    # what falls due; face to face by cadence
# contact_caps = [{ channel = "any", most = 6, days = 30 }]  # contacts with one person that due may ask for
# minutes_per_day = 420            # minutes of visits in a field day, beside their count; not counted where left out
# visit_minutes = { H1 = 20 }      # how long a visit takes; 30 where left out; it counts for everybody at H1
# notice = { H1 = 2 }              # working days of notice that a visit needs
# flexible = ["H1"]                # whose hours are wished, not required
# filing_asked = ["H1"]            # who receives nobody without a filing number
# filings = { R1 = "BA-2026-001" } # the reps' filing numbers
# bases = { R1 = "H1" }            # from which place a rep sets out; the table places says where it lies

[evaluation]
# measures = { attainment = 50, growth = 10, coverage = 20, frequency = 20 }
#   or with a curve: attainment = { weight = 50, curve = [["60%", 0], ["100%", 1], ["120%", "1.2"]] }
# missing = "reweight"             # "zero" | "missing"
# pace = "working_days"            # or "calendar_days"
# under = "10%"
# over = "10%"

[calendar]
# name = "CN"                      # or "weekdays"
# zone = "Asia/Shanghai"           # the time zone of the hours in calendars
# [calendar.2027]                  # a year that is not announced yet
# off = ["2027-01-01"]
# work = []

[display]
lang = "{lang}"                        # en or zh
# names = "masked"                 # of doctors and other persons in outputs, or "clear"

[storage]
# url = "sqlite:///pharmasales.db"  # or "postgresql://clerk@host/sales"; the password goes into ~/.pgpass

[compliance]
# policy = ["CN-2020", "CN-2026"]  # the one in force on the day is asked; "NONE" asks nothing; or a compliance.toml
"""

_POLICY = """\
# The rule book 规则手册: named rules as versioned data. Every result keeps the fingerprint of its rules.
name = "own"
version = "2026.1"
# since = 2026-01-01
# until = 2026-12-31

# Deciles and ABC are built in; here they are written out, ready to be changed.
[rules.abc]
shape = "pareto"                   # A makes the first 80 %, B the next 15 %, C the rest
of = { field = "sales", zh = "销售额" }
cuts = [["80%", "A"], ["95%", "B"]]
rest = "C"

[rules.decile]
shape = "quantiles"
of = { field = "sales", zh = "销售额" }
parts = 10
by = "count"                       # or "volume"

# Fixed cut points: a band includes its lower cut; { over = 120 } excludes it.
# [rules.potential]
# shape = "bands"
# of = "potential"
# cuts = [[100, "C"], [300, "B"]]
# top = "A"
"""


def template_tables() -> list[Table]:
    """Return each canonical table with one example row and headers in both languages."""
    found = []
    for name, specs in TABLES.items():
        columns = tuple(Column(spec.name, spec.title, spec.title) for spec in specs)
        rows = [tuple(spec.example for spec in specs)]
        found.append(Table(name, Says(name, name), columns, rows))
    return found


def _table(name: str) -> str:
    """Return where a table lies; the old one of receivables is commented out, as the documents say what is owed."""
    lines = (f"[tables.{name}]", 'file = "data.xlsx"', f'sheet = "{name}"')
    mark, head = ("# ", ["# Instead of documents:"]) if name == "receivables" else ("", [])
    return "".join(f"{line}\n" for line in (*head, *(mark + line for line in lines)))


def init_workspace(folder: Path, lang: Lang = "en") -> list[Path]:
    """Write the template files into a folder; a folder that holds a file of the same name is left alone.

    Args:
        folder: where; it is made if it is missing.
        lang: the language that the workspace's outputs get.

    Raises:
        BadConfig: there is a `pharmasales.toml`, `policy.toml` or `data.xlsx` already.
        StorageError: the folder cannot be written.
    """
    settings = folder / "pharmasales.toml"
    for path in (settings, folder / "policy.toml", folder / "data.xlsx"):
        if path.exists():
            raise BadConfig("stands there already", where=path.name, hint="choose another folder", code="config.exists")
    tables = "\n".join(_table(name) for name in TABLES)
    desks = (credit, stock, flow, agents, channel)
    tail = "".join((_TAIL.replace("{lang}", lang), *(desk.TEMPLATE for desk in desks)))
    with whole_file(folder / "data.xlsx") as path:
        write_xlsx(template_tables(), path, lang="en", created=date(2026, 1, 1))
    for place, text in ((folder / "policy.toml", _POLICY), (settings, _HEAD + tables + tail)):
        with whole_file(place) as path:
            path.write_text(text, "utf-8")
    return [settings, folder / "policy.toml", folder / "data.xlsx"]
