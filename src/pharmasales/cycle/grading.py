"""Classify the customers of a region on what was known before a period (分级).

>>> from pharmasales.cycle.policy import ClassPolicy, Policy
>>> from pharmasales.periods import Quarter
>>> from pharmasales.testing import one_rep
>>> only_abc = Policy(classify=ClassPolicy(("abc",)))
>>> print(grades_table(grade_customers(one_rep(), only_abc, Quarter(2026, 1))).text("zh"))
客户编号  客户                                 分级方案  级别  说明
--------  -----------------------------------  --------  ----  -----------------------------------------
H1        First Sample Hospital 第一样本医院   abc       A     销售额 24,000 不低于 14,400：A
H2        Second Sample Hospital 第二样本医院  abc       A     销售额 14,400 不低于 14,400：A
H3        Third Sample Hospital 第三样本医院   abc       B     销售额 7,200 不低于 7,200且低于 14,400：B
H4        Sample Pharmacy 样本药房             abc       C     销售额 2,400 低于 7,200：C
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from attrs import evolve

from pharmasales.archive import Customer, Measured, Sale, by_customer, kind_of
from pharmasales.classification import METHODS, SCHEMES, Classification, Method, Scheme, classify, letters_of, tier_of
from pharmasales.cycle.gating import without_usage
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Region
from pharmasales.display import Cell, Says, Table
from pharmasales.errors import BadRule, BadValue
from pharmasales.periods import Month, Period
from pharmasales.rules import Rule, RuleBook
from pharmasales.units import Amount, Unit

__all__ = ["grade_customers", "grades_table"]

_Person: TypeAlias = tuple[str, str, dict[str, object]]

_ZH = {"sales": "销售额", "quantity": "数量", "potential": "潜力"}


def grades_table(grades: Sequence[Classification]) -> Table:
    """Return the grades of all schemes in one table; a customer without any grade stands in it once.

    Args:
        grades: at least one classification.
    """
    graded = {g.customer for found in grades for g in found.grades if g.grade is not None}
    rows: list[tuple[Cell, ...]] = []
    tables = [found.table() for found in grades]
    ungraded: set[Cell] = set()
    for table in tables:
        for row in table.rows:
            if row[3] is not None or (row[0] not in graded and row[0] not in ungraded):
                rows.append(row)
                ungraded.update(() if row[3] is not None else (row[0],))
    return Table("grades", tables[0].title, tables[0].columns, rows)


def grade_customers(
    region: Region,
    policy: Policy,
    period: Period,
    notes: list[Says] | None = None,
    as_of: date | None = None,
) -> tuple[Classification, ...]:
    """Classify the customers on what was known before the period began (分级): one classification a scheme.

    A customer's record holds `sales` and `quantity`, the sums of the twelve months before the period's first month:
    zero for a customer that bought earlier but not in them, missing for one that never bought. Beside them it holds
    `potential`, `kind`, `level` and the further fields of the archive. Sales of the period itself are never read.

    Args:
        region: what is known.
        policy: its `classify` names the schemes, its `book` the company's own rules.
        period: the period that the grades are for.
        notes: takes a note for each scheme that cannot be fitted because nobody has a value above zero, without which
            such a scheme is an error, and for what is not as it was asked for, such as a list that is too short.
        as_of: the day of classifying, on which the compliance gate is asked; the period's first where left out.

    What single doctors buy or use is not read where the policy in force forbids it (S002-20, S004-12).

    A ready-made method grades the kinds of customer that it is for, and those whose kind is not known. A field that it
    reads and that only some of them have is missing for the others; a value that it does not know is refused. What is
    told of a hospital, its tier and its revenue, a doctor has from the hospital; the tier is read from the level.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.testing import one_rep
    >>> abc, decile = grade_customers(one_rep(), Policy(), Quarter(2026, 1))
    >>> [(graded.customer, str(graded.grade)) for graded in abc.grades]
    [('H1', 'A (abc)'), ('H2', 'A (abc)'), ('H3', 'B (abc)'), ('H4', 'C (abc)')]

    Raises:
        BadConfig: a scheme that is neither in the book nor ready-made, or a cut point that is due.
        BadRule: a rule that gives no grade, or one that cannot be fitted.
        BadValue: a customer without a field that a rule reads.
        BadRows: every value that a ready-made method does not know.
    """
    kinds = policy.classify.kinds
    sales = [sale for sale in region.sales if (sale.day or sale.period.end) < period.start]
    told = [(c, record) for c, record in _records(region, sales, period) if not kinds or c.kind in kinds]
    records = _lawful(policy, told, as_of or period.start, notes)
    if not records:
        return ()
    book = policy.classify.book(policy.book, _read_by_default(sales, policy.classify.on))
    found = []
    for name in policy.classify.schemes:
        try:
            graded = _graded(region, policy.book, name, book[name], records)
            found.append(graded)
            _say(graded, notes)
        except BadRule as error:
            if error.code != "rule.fit" or notes is None:
                raise
            en = f"scheme {name} left out: {error.reason} of {error.where}"
            notes.append(Says(en, f"未使用分级方案 {name}：{_ZH.get(error.where, error.where)}均无正值"))
    return tuple(found)


def _lawful(
    policy: Policy, told: Iterable[tuple[Customer, dict[str, object]]], day: date, notes: list[Says] | None
) -> list[tuple[str, str, dict[str, object]]]:
    """Take out of the records what the compliance gate lets nobody read, and say so once."""
    found, silenced, rule = [], 0, None
    for customer, record in told:
        kept, refused = without_usage(policy, customer, record, day)
        found.append((customer.id, customer.name, kept))
        silenced += refused is not None
        rule = refused or rule
    if rule is not None and notes is not None:
        en, zh = f"usage of {silenced} doctors left out: {rule.en}", f"未读取 {silenced} 名医生的用药数据：{rule.zh}"
        notes.append(Says(en, zh))
    return found


def _read_by_default(sales: Iterable[Sale], on: str) -> str:
    if on != "auto":
        return on
    return "sales" if any(sale.amount is not None for sale in sales) else "potential"


def _scheme(name: str, own: RuleBook, rule: Rule) -> Scheme:
    """Return the ready-made scheme, or that of a rule of the company's book, which bears the book's version."""
    if name not in own:
        return SCHEMES[name]
    letters, version = letters_of(rule), f"{own.name} {own.version}"
    known = SCHEMES.get(name)
    if known and set(letters) <= set(known.letters):
        return evolve(known, version=version)
    return Scheme(name, letters, version=version)


def _graded(region: Region, own: RuleBook, name: str, rule: Rule, records: Sequence[_Person]) -> Classification:
    method = METHODS.get(name) if name not in own else None
    people = _people(region, method, records) if method else records
    return classify(people, _scheme(name, own, rule), rule)


def _say(graded: Classification, notes: list[Says] | None) -> None:
    """Note what is not as it was asked for."""
    if notes is None:
        return
    name = graded.scheme.name
    if not graded.grades:
        en, zh = f"scheme {name}: no customer of the kinds that it is for", f"分级方案 {name}：无适用类型的客户"
        notes.append(Says(en, zh))
    notes.extend(Says(f"scheme {name}: {w.head()}", f"分级方案 {name}：{w.head('zh')}") for w in graded.warnings)


def _people(region: Region, method: Method, records: Sequence[_Person]) -> list[_Person]:
    """Return those whom a ready-made method is for, with every field of it that somebody has."""
    found = [person for person in records if _is_for(method, region.archive[person[0]].kind)]
    places = [one.name for one in method.fields if one.place]
    held = {field for _, _, record in found for field in record} | {"tier"}
    held |= {name for name in places if any(name in customer.fields for customer in region.archive)}
    asked = dict.fromkeys(one.name for one in method.fields if one.name in held)
    filled = []
    for customer, label, record in found:
        told: dict[str, object] = asked | record
        for name in places:
            if name in told and told[name] is None:
                told[name] = _of_place(region, customer, name)
        filled.append((customer, label, told))
    method.check(filled)
    return filled


def _is_for(method: Method, kind: str) -> bool:
    try:
        return not method.kinds or kind_of(kind).name in method.kinds
    except BadValue:
        return True


def _of_place(region: Region, customer: str, name: str) -> object:
    """Return what is told of a customer, or of the nearest one that it belongs to; the tier also by the level."""
    while customer in region.archive:
        one = region.archive[customer]
        value = one.fields.get(name)
        if value is None and name == "tier":
            value = tier_of(one.level)
        if value is not None:
            return value
        customer = one.parent
    return None


def _records(region: Region, sales: Sequence[Sale], period: Period) -> list[tuple[Customer, dict[str, object]]]:
    last = Month.of(period.start).plus(-1)
    sold = _last_twelve(sales, last, "amount", region.money)
    boxes = _last_twelve(sales, last, "quantity", region.goods)
    found = []
    for customer in region.archive:
        record: dict[str, object] = {
            **customer.fields,
            "kind": customer.kind,
            "level": customer.level,
            "potential": customer.potential,
            "sales": sold.get(customer.id),
            "quantity": boxes.get(customer.id),
        }
        found.append((customer, record))
    return found


def _last_twelve(sales: Sequence[Sale], last: Month, measure: Measured, unit: Unit) -> dict[str, Amount]:
    """Sum the twelve months up to `last` by customer; who is known to have bought before them alone has zero."""
    first = last.plus(-11).start
    recent = {sale.customer for sale in sales if (sale.day or sale.period.end) >= first}
    known = by_customer((sale for sale in sales if sale.customer not in recent), measure)
    window = (
        sale for sale in sales if (sale.day or sale.period.start) >= first and (sale.day or sale.period.end) <= last.end
    )
    return dict.fromkeys(known, Amount(0, unit)) | by_customer(window, measure)
