"""Classifying a workspace: the period, the comparison with kept grades, the report, and what shows itself."""

from __future__ import annotations

import pytest
from attrs import evolve

from pharmasales.archive import Archive, Customer
from pharmasales.classification import METHODS, SCHEMES, Scheme, abc, classify
from pharmasales.cycle import Policy, Region
from pharmasales.cycle.policy import ClassPolicy
from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadValue, NotFound, StorageError
from pharmasales.exchange.class_page import class_report, cuts_table, fitted_table, missing_table
from pharmasales.exchange.report import report_html
from pharmasales.periods import Month, period
from pharmasales.rules import Bands, Field, FirstMatch, Grouped, Quantiles, RuleBook, over
from pharmasales.storage import open_store
from pharmasales.testing import one_rep
from pharmasales.units import BOX, CNY
from pharmasales.workspace import Asked, Workspace, schemes_table
from pharmasales.workspace.classifying import classed

Q1 = period("2026-Q1")


def test_without_sales_a_day_must_be_named():
    """The archive alone has no next month: the day of asking says which period; without any the caller must."""
    archive = Archive.of([Customer("H1", "Example", "hospital", potential=5)])
    region = Region(None, archive, CNY, BOX)
    with pytest.raises(BadValue, match=r"name a period or a day \[classify\.period\]"):
        classed(region, Policy(), Asked("abc"))
    from datetime import date

    found = classed(region, Policy(), Asked("abc", today=date(2026, 3, 9)))
    assert (found.period, found.as_of) == (Month(2026, 3), date(2026, 3, 1))
    assert found.about() == Says("2026-03, as of 2026-03-01", "2026-03，截至 2026-03-01")


def test_every_ready_made_scheme_and_every_rule_with_letters_is_listed():
    """The company's own come first, and take the place of a ready-made one; settings fill cut points that are due."""
    size = Bands(Field("beds"), ((100, "small"),), top="large")
    book = RuleBook("own", "2", {"size": size, "abc": size})
    policy = Policy(book=book, classify=ClassPolicy(cuts={"doctor_matrix": {"use": 1, "potential": 2}}))
    rows = {str(row[0]): row for row in schemes_table(policy).rows}
    assert list(rows) == ["size", "abc", *(name for name in METHODS if name != "abc")]
    assert rows["abc"] == ("abc", None, "large > small", None, None, "own 2")
    assert rows["doctor_matrix"][4] == ""
    assert rows["zone"][4] == "potential"


def test_the_asked_scheme_stands_alone_and_cuts_of_others_stay():
    """Only the scheme asked is graded; its cuts overlay the settings; an unknown cut names the setting."""
    policy = Policy(classify=ClassPolicy(("decile",), cuts={"abc": {"a": "50%"}, "vip": {"share": "10%"}}))
    found = classed(one_rep(), policy, Asked("abc", Q1, cuts={"b": "60%"}))
    assert [grade.letter for grade in found.found.by_customer().values()] == ["A", "B", "C", "C"]
    with pytest.raises(BadConfig, match=r"classification\.cuts\.abc\.z"):
        classed(one_rep(), policy, Asked("abc", Q1, cuts={"z": 1}))
    own = Policy(book=RuleBook("own", "1", {"abc": Bands(Field("sales"), ((1, "x"),), top="y")}))
    with pytest.raises(BadConfig, match="the rule book has a rule of this name"):
        classed(one_rep(), own, Asked("abc", Q1, cuts={"a": "50%"}))


def test_a_field_that_nobody_has_is_told_once():
    """However many customers there are, with where to give it; a value that is no number keeps its own error."""
    with pytest.raises(BadValue, match=r"^the record has no field 'move'; give it as a column below"):
        classed(one_rep(), Policy(), Asked("retention"))
    own = Policy(book=RuleBook("own", "1", {"x": Bands(Field("beds"), ((1, "x"),), top="y")}))
    with pytest.raises(BadValue, match=r"no field 'beds'; give it as a column below \[tables\.customers\.fields\]"):
        classed(one_rep(), own, Asked("x"))
    words = Policy(book=RuleBook("own", "1", {"x": Bands(Field("level"), ((1, "x"),), top="y")}))
    with pytest.raises(BadValue, match=r"@ level"):
        classed(one_rep(), words, Asked("x"))


@pytest.fixture
def planned(make) -> Workspace:
    """Return a workspace on which 2025-Q3 and 2025-Q4 were planned."""
    made = make()
    made.plan(period("2025-Q3"))
    made.plan(period("2025-Q4"))
    return made


def test_the_last_period_before_with_the_scheme_is_compared(planned):
    """Not the period itself, nor one in which the scheme was not kept; the first one has none before it."""
    asked = Asked("abc", Q1)
    moved = planned.classify(asked).moved
    assert moved is not None
    assert str(moved.before) == "2025-Q4"
    assert planned.classify(Asked("abc", period("2025-Q4"))).moved.before == period("2025-Q3")
    assert planned.classify(Asked("abc", period("2025-Q3"))).moved is None
    assert planned.classify(Asked("vip", Q1)).moved is None
    assert list(planned.classify(asked).tables()) == [
        "grade_counts",
        "cuts",
        "grade_evidence",
        "grades",
        "transitions",
    ]


def test_what_has_changed_since_is_noted(planned):
    """Other settings are a note; letters that the scheme no longer has are a note and no comparison."""
    text = (planned.root / "pharmasales.toml").read_text()
    (planned.root / "pharmasales.toml").write_text(text + '[classification]\nschemes = ["abc"]\n')
    found = Workspace.open(planned.root).classify(Asked("abc", Q1))
    assert [note.en for note in found.notes] == ["the settings have changed since 2025-Q4"]
    assert found.moved is not None
    (planned.root / "policy.toml").write_text(
        'name = "own"\nversion = "1"\n[rules.abc]\nshape = "bands"\nof = "sales"\ncuts = [[1000, "S"]]\ntop = "L"\n'
    )
    other = Workspace.open(planned.root).classify(Asked("abc", Q1))
    assert (other.moved, [note.zh for note in other.notes]) == (None, ["未与 2025-Q4 对比：其级别不同"])


def test_who_came_and_went_stands_in_the_moves(planned):
    """A new customer and one that is gone have a reason too; a matrix of both ends in the report with its picture."""
    files = (planned.root / "customers.csv").read_text().splitlines()
    kept = [line for line in files if not line.startswith("H4")]
    (planned.root / "customers.csv").write_text("\n".join([*kept, "H5,Example Hospital 5,hospital,R1,7"]) + "\n")
    sales = (planned.root / "sales.csv").read_text()
    (planned.root / "sales.csv").write_text(sales.replace(",H4,", ",H5,"))
    found = planned.classify(Asked("abc", Q1))
    assert found.moved is not None
    rows = {row[0]: row[2:] for row in found.moved.table().rows}
    assert set(rows) == {"H4", "H5"}
    assert rows["H4"][:2] == ("A", None)
    assert rows["H4"][2].text().endswith("; now: not among the customers")
    assert rows["H5"][2].text("zh").startswith("上期：无级别；本期：销售额 ")
    page = report_html(found.report(), "zh")
    assert "2026-Q1，截至 2026-01-01，对比 2025-Q4" in page
    assert page.count("<svg") == 2
    assert "新增" in page
    shown = found._repr_html_()
    assert shown.count("<figure><svg") == 2
    assert shown.count("<table>") == len(found.tables())


def test_a_customer_without_a_grade_then_is_missing_and_not_new(planned):
    """Who was there under another scheme alone had no grade in this one."""
    store = open_store(f"sqlite:///{planned.root / 'pharmasales.db'}", create=False)
    with store:
        kept = {record.data["customer_id"] for record in store.find("grades", prefix="2025-Q4/")}
    assert kept == {"H1", "H2", "H3", "H4"}
    with open_store(f"sqlite:///{planned.root / 'pharmasales.db'}") as store:
        at = store.history("plans", "2025-Q4")[0].at
        with store.unit(by="t", why="take one grade away", at=at) as unit:
            unit.replace("grades", "2025-Q4/H2/abc", [])
    found = planned.classify(Asked("abc", Q1)).moved
    assert found is not None
    assert [(move.customer, move.moved) for move in found.transitions.moves] == [("H2", "graded")]


def test_why_asks_what_was_kept_first(planned):
    """The kept row where there is one; other cut points, another period or another scheme are worked out now."""
    kept = planned.why("grade", "H1", period("2025-Q4"))
    assert planned.why_grade("H1", Asked("abc")) == kept[:1]
    assert planned.why_grade("H1", Asked("abc", period("2025-Q3")))[0][0].en.startswith("Grades 2025-Q3: ")
    ((head, reason),) = planned.why_grade("H1", Asked("abc", cuts={"a": "10%", "b": "20%"}))
    assert head.en == "Grades 2025-Q4, not kept: H1 | Example Hospital 1 | abc | C"
    assert reason.zh.startswith("销售额 ")
    assert planned.why_grade("H1", Asked("abc", Q1))[0][0].zh.startswith("客户分级 2026-Q1（未存储）：H1")
    with pytest.raises(NotFound, match="nothing graded by vip for 2025-Q4 @ H9"):
        planned.why_grade("H9", Asked("vip"))


def test_a_reader_of_a_part_is_told_own_grades_as_kept(planned):
    """Own customers with the kept reasons; no rule, no picture of values; who moved between the plans."""
    part = planned.within("D1").classify(Asked("abc"))
    assert [(one.customer, one.why().text("zh")) for one in part.found.grades] == [
        (row[0].en.split(" | ")[0].rpartition(": ")[2], row[1].zh)
        for key in ("H1", "H2", "H4")
        for row in planned.why("grade", key)[:1]
    ]
    assert (part.period, list(part.tables())) == (period("2025-Q4"), ["grade_counts", "grades", "transitions"])
    assert all(section.chart is None or section.title.en == "Who moved" for section in part.report().sections)
    assert part.moved is not None
    assert (part.moved.before, part.moved.transitions.total) == (period("2025-Q3"), 3)
    assert [note.zh for note in part.notes] == ["依据 2025-Q4 计划存储的级别"]
    for what in (
        lambda: planned.within("D1").why_grade("H3", Asked("abc")),
        lambda: planned.within("D1").why_grade("H1", Asked("vip")),
    ):
        with pytest.raises(NotFound, match="no grade by this scheme kept"):
            what()
    with pytest.raises(StorageError, match=r"storage\.scope"):
        planned.within("D1").why_grade("H1", Asked("abc", cuts={"a": "1%"}))


def test_a_reader_of_a_part_before_anything_was_kept(make):
    """No store, or a period that was not planned, is told as nothing kept."""
    made = make()
    for asked in (Asked("abc"), Asked("abc", Q1)):
        with pytest.raises(NotFound, match=r"no grade of this scheme kept @ abc"):
            made.within("D1").classify(asked)
        with pytest.raises(NotFound):
            made.within("D1").why_grade("H1", asked)


def test_kept_letters_that_the_scheme_no_longer_has_still_show(planned):
    """The letters are those of the rule now, or those that were kept; who had none by the scheme is missing."""
    book = 'name = "own"\nversion = "1"\n[rules.abc]\nshape = "bands"\nof = "sales"\ncuts = [[1, "S"]]\ntop = "L"\n'
    (planned.root / "policy.toml").write_text(book)
    with open_store(f"sqlite:///{planned.root / 'pharmasales.db'}") as store:
        at = store.history("plans", "2025-Q4")[0].at
        with store.unit(by="t", why="take one grade away", at=at) as unit:
            unit.replace("grades", "2025-Q4/H2/abc", [])
            unit.replace("plans", "2025-Q4", [])
    part = Workspace.open(planned.root).within("D1").classify(Asked("abc"))
    assert set(part.found.scheme.letters) <= {"A", "B", "C"}
    assert {one.customer: one.why().text() for one in part.found.grades}["H2"] == "no grade was kept by this scheme"
    assert part.as_of == period("2025-Q4").start
    decile = Workspace.open(planned.root).within("D1").classify(Asked("decile"))
    assert decile.found.scheme == METHODS["decile"].scheme


SIZES = Scheme("size", ("large", "small"), limits=Says("not for pay", "不得用于薪酬"))
BEDS = Bands(Field("beds", "床位"), ((100, "small"),), top="large")


def test_the_report_says_source_limits_and_notes():
    """The foot has what was left out, the limits of the scheme and its source; without any a plain line."""
    found = classify([("H1", "A", {"beds": 5})], evolve(SIZES, source="S000-1"), BEDS)
    foot = class_report(found, Says("Q1", "一季度"), notes=[Says("one left out", "一个未计")]).foot
    assert foot == Says("one left out\nnot for pay\nSource: S000-1", "一个未计\n不得用于薪酬\n来源：S000-1")
    plain = class_report(classify([], Scheme("size", ("large", "small")), BEDS), Says("Q1", "一季度"))
    assert plain.foot.text("zh") == "由 pharmasales 生成。"
    assert [tile.title.en for tile in plain.tiles] == ["Customers", "Graded"]
    assert [tile.value for tile in class_report(found, Says("Q1", "一季度")).tiles] == ["1", "1"]


def test_cut_points_of_groups_and_of_open_sides():
    """Each group has its own cuts; a cut that excludes its value says so; tests have none."""
    late = Bands(Field("days"), ((over(120), "small"),), top="large")
    assert [row[2] and row[2].text("zh") for row in cuts_table(classify([], SIZES, late)).rows] == ["超过 120", None]
    tests = FirstMatch(((Field("beds").over(5), "large"),), otherwise="small")
    assert len(cuts_table(classify([], SIZES, tests))) == 0
    people = [
        ("H1", "", {"city": "N", "beds": 9}),
        ("H2", "", {"city": "S", "beds": 4}),
        ("H3", "", {"city": None, "beds": 4}),
    ]
    found = classify(people, Scheme("half", (2, 1, 0)), Grouped(Quantiles(Field("beds", "床位"), 2), ["city"]))
    assert [(row[0].zh, row[1], row[2]) for row in cuts_table(found).rows] == [
        ("床位（N）", "2", 9),
        ("床位（N）", "0", None),
        ("床位（S）", "2", 4),
        ("床位（S）", "0", None),
    ]
    assert fitted_table(found).columns[0].key == "group"
    half = classify([("H1", "", {"sales": "7.50"})], SCHEMES["abc"], abc())
    assert fitted_table(half).text().splitlines()[2].split() == ["A", "1", "7.5", "100.0%", "7.5", "7.5"]
    assert [(row[0].en, row[1]) for row in missing_table(found).rows] == [("city", 1)]


def test_missing_counts_fields_that_a_rule_never_came_to():
    """A record without a field is as one without its value; graded customers lack nothing."""
    rule = FirstMatch(((Field("a").over(1), "large"), (Field("b").over(1), "small")))
    people = [("1", "", {"a": 9}), ("2", "", {"a": None}), ("3", "", {"a": 0, "b": None})]
    table = missing_table(classify(people, SIZES, rule))
    assert [(row[0].en, row[1]) for row in table.rows] == [("a", 1), ("b", 2)]
