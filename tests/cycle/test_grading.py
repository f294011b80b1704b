"""Grades of a region's customers: what was known before the period, nothing later; each customer once a scheme."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.classification import SCHEMES, abc, doctor_matrix
from pharmasales.cycle import ClassPolicy, Policy, Region, grade_customers
from pharmasales.cycle.grading import grades_table
from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadRows, BadRule, BadValue
from pharmasales.periods import Month, Period, Quarter, Week, Year
from pharmasales.rules import Bands, Curve, Field, RuleBook
from pharmasales.testing import one_rep, quarter_with_gap, two_districts
from pharmasales.units import BOX, CNY, Amount

DATA = Path(__file__).parents[2] / "../shared/data/cms_partd_2024_diabetes_prescribers_south_midwest.csv"
Q1 = Quarter(2026, 1)


def region(sales: list[Sale], *customers: Customer) -> Region:
    """Make a region without an organisation."""
    return Region(None, Archive.of(customers or (Customer("A", "A"), Customer("B", "B"))), CNY, BOX, sales=sales)


def sold(period: Period, customer: str, yuan: int | None, boxes: int | None = None, day: date | None = None) -> Sale:
    """Make a line."""
    amount = None if yuan is None else Amount.of(yuan, CNY)
    return Sale(period, amount, None if boxes is None else Amount.of(boxes, BOX), customer, day=day)


def records(world: Region, period: Period = Q1) -> dict[str, object]:
    """Return what the rules read of each customer."""
    (found,) = grade_customers(world, Policy(RULE, classify=ClassPolicy(("any",))), period)
    return {graded.customer: graded.record for graded in found.grades}


RULE = RuleBook("test", "1", {"any": Bands(Field("kind_"), ((1, "x"),), top="y")})


def read(world: Region, field: str, period: Period = Q1) -> dict[str, object]:
    """Return one field of every record."""
    book = RuleBook("test", "1", {"any": Bands(Field(field), ((1, "x"),), top="y")})
    (found,) = grade_customers(world, Policy(book, classify=ClassPolicy(("any",))), period)
    return {graded.customer: graded.record[field] for graded in found.grades}  # type: ignore[index]  # a mapping


def test_one_rep_by_hand() -> None:
    """24,000 of 48,000 starts below 80 %, 14,400 too; 7,200 starts at 80 %; 2,400 at 95 %."""
    abc, decile = grade_customers(one_rep(), Policy(), Q1)
    assert {c: g.letter for c, g in abc.by_customer().items()} == {"H1": "A", "H2": "A", "H3": "B", "H4": "C"}
    assert {c: g.letter for c, g in decile.by_customer().items()} == {"H1": "10", "H2": "8", "H3": "5", "H4": "3"}


def test_the_window_is_the_twelve_months_before() -> None:
    """The thirteenth month back and the period itself do not count."""
    lines = [
        sold(Month(2024, 12), "A", 1000),
        sold(Month(2025, 1), "A", 100),
        sold(Month(2025, 12), "A", 10),
        sold(Month(2026, 1), "A", 1),
        sold(Quarter(2025, 4), "B", 7),
    ]
    assert read(region(lines), "sales") == {"A": Amount.of(110, CNY), "B": Amount.of(7, CNY)}


def test_never_bought_is_missing_and_no_longer_buying_is_zero() -> None:
    """Zero for who bought before the window; missing for who never did, or whose lines straddle its edge."""
    customers = [Customer(letter, letter) for letter in "ABCD"]
    lines = [
        sold(Month(2024, 1), "A", 5, 1),
        sold(Month(2026, 2), "B", 9, 9),
        sold(Quarter(2024, 4), "C", 9),
        sold(Month(2025, 3), "D", None, 4),
        sold(Month(2024, 3), "D", 6),
    ]
    world = region(lines, *customers)
    assert read(world, "sales") == {"A": Amount.of(0, CNY), "B": None, "C": Amount.of(0, CNY), "D": None}
    assert read(world, "quantity") == {"A": Amount.of(0, BOX), "B": None, "C": None, "D": Amount.of(4, BOX)}
    assert read(world, "sales", Month(2025, 9))["C"] == Amount.of(9, CNY)
    assert read(world, "sales", Month(2025, 11))["C"] is None


def test_days_count_where_they_are_known() -> None:
    """A line with a day belongs to its day, also for a period that begins within a month."""
    lines = [sold(Month(2026, 1), "A", 5, day=date(2026, 1, 31)), sold(Month(2026, 1), "B", 3)]
    assert read(region(lines), "sales", Week(2026, 7)) == {"A": Amount.of(5, CNY), "B": Amount.of(3, CNY)}
    assert read(region(lines), "sales", Month(2026, 1)) == {"A": None, "B": None}


def test_fields_of_the_archive_are_there_and_ours_come_first() -> None:
    """Further fields can be read; they never hide what the record computes."""
    customer = Customer("A", "A", "doctor", level="主任", potential=7, fields={"beds": 9, "sales": 1, "kind": "x"})
    (record,) = records(region([], evolve(customer, fields={**customer.fields, "kind_": 1}))).values()
    assert record == {
        "beds": 9,
        "kind_": 1,
        "kind": "doctor",
        "level": "主任",
        "potential": 7,
        "sales": None,
        "quantity": None,
    }


@pytest.mark.parametrize(
    ("on", "sales", "expected"),
    [
        ("auto", [sold(Month(2025, 1), "A", 5)], "sales"),
        ("auto", [sold(Month(2026, 1), "A", 5)], "potential"),
        ("auto", [sold(Month(2025, 1), "A", None, 5)], "potential"),
        ("auto", [], "potential"),
        ("potential", [sold(Month(2025, 1), "A", 5)], "potential"),
        ("beds", [], "beds"),
    ],
)
def test_what_the_default_schemes_read(on: str, sales: list[Sale], expected: str) -> None:
    """Auto takes sales where there were any before the period, else potential; a field is taken by name."""
    customer = Customer("A", "A", potential=3, fields={"beds": 4})
    found, *_ = grade_customers(region(sales, customer), Policy(classify=ClassPolicy(on=on)), Q1)
    assert found.grades[0].why().text().startswith(expected)


def test_kinds_narrow_who_is_classified() -> None:
    """Only the kinds asked for are graded, and only they make the population."""
    policy = Policy(classify=ClassPolicy(("abc",), "potential", ("doctor",)))
    (found,) = grade_customers(two_districts(), policy, Q1)
    assert {c: g.letter for c, g in found.by_customer().items()} == {"D1": "A", "D2": "A"}
    assert grade_customers(two_districts(), Policy(classify=ClassPolicy(kinds=("nobody",))), Q1) == ()


def test_nobody_above_zero_is_an_error_alone_and_a_note_beside_notes() -> None:
    """Without notes the scheme that cannot be fitted is a typed error; with notes it is left out, in both languages."""
    world = region([])
    with pytest.raises(BadRule, match=r"rule\.fit"):
        grade_customers(world, Policy(), Q1)
    notes: list[Says] = []
    assert grade_customers(world, Policy(), Q1, notes) == ()
    assert [note.en for note in notes] == [
        "scheme abc left out: nobody has a value above zero of potential",
        "scheme decile left out: nobody has a value above zero of potential",
    ]
    assert notes[0].zh == "未使用分级方案 abc：潜力均无正值"


def test_other_errors_of_a_rule_are_never_notes() -> None:
    """A scheme that does not exist stays an error although notes are taken."""
    with pytest.raises(BadConfig, match="no such scheme"):
        grade_customers(one_rep(), Policy(classify=ClassPolicy(("abx",))), Q1, [])
    curve = RuleBook("own", "1", {"c": Curve(Field("sales"), ((0, 0), (1, 1)))})
    with pytest.raises(BadRule, match="gives no grade"):
        grade_customers(one_rep(), Policy(curve, classify=ClassPolicy(("c",))), Q1, [])


def test_own_letters_make_an_own_scheme() -> None:
    """A known scheme is used for a rule of its name and letters; other letters make a scheme of the rule's order."""
    book = RuleBook(
        "own", "1", {"doctor_matrix": doctor_matrix(1, 1), "abc": Bands(Field("potential"), ((10, "Z"),), top="Y")}
    )
    customer = Customer("A", "A", potential=5, fields={"use": 1})
    matrix, own = grade_customers(
        region([], customer), Policy(book, classify=ClassPolicy(("doctor_matrix", "abc"))), Q1
    )
    assert matrix.scheme.letters == ("B", "C", "A", "D")
    assert (own.scheme.letters, str(own.grades[0].grade)) == (("Y", "Z"), "Z (abc)")


def test_a_rule_of_the_book_bears_the_books_version() -> None:
    """A ready-made scheme has its own version, the company's rule that of its book: they are not the same scheme."""
    own = RuleBook("own", "2026.1", {"abc": abc(Field("potential"), a="70%")})
    customer = Customer("A", "A", potential=5)
    policy = Policy(own, classify=ClassPolicy(("abc", "vip"), on="potential"))
    mine, ready = grade_customers(region([], customer), policy, Q1)
    assert (mine.scheme.version, ready.scheme.version) == ("own 2026.1", "1")
    assert mine.grades[0].grade != SCHEMES["abc"].grade("A")
    assert mine.grades[0].grade.under(SCHEMES["abc"]) == SCHEMES["abc"].grade("A")
    assert ready.scheme == SCHEMES["vip"]


def ward() -> Region:
    """A hospital with its department and doctors, and a dealer: each with fields of its own kind."""

    def doctor(id_: str, parent: str, **fields: object) -> Customer:
        return Customer(id_, "Dr Example", "doctor", parent=parent, potential=90, fields=fields)

    return region(
        [],
        Customer("H1", "Example", "hospital", level="三级甲等", potential=600, fields={"revenue": 250_000_000}),
        Customer("H2", "Sample", "医院", level="二級", potential=600, fields={"revenue": 90_000_000}),
        Customer("W1", "Example Ward", "department", parent="H1"),
        doctor("D1", "W1", title="主治医师", behaviour=2),
        doctor("D2", "H2", title="住院医师", behaviour=1),
        doctor("D3", "H1", title="主治医师"),
        Customer("X1", "Example Dealer", "distributor", fields={"owed": 60_000, "days_late": 130}),
        Customer("U1", "Unknown kind"),
    )


FREE = {"gates": ()}


def test_a_rule_of_the_book_grades_whomever_the_policy_names() -> None:
    """The kinds and values of a ready-made scheme say nothing about the company's own rule of its name."""
    own = RuleBook("own", "1", {"agent": Bands(Field("potential"), ((10, "B"),), top="A")})
    world = region([], Customer("D1", "E", "doctor", potential=10), Customer("H1", "E", "hospital", potential=9))
    (found,) = grade_customers(world, Policy(own, classify=ClassPolicy(("agent",))), Q1)
    assert {c: g.letter for c, g in found.by_customer().items()} == {"D1": "A", "H1": "B"}


def test_a_ready_made_scheme_by_name_grades_the_kinds_that_it_is_for() -> None:
    """E6 by name: doctors, and whoever has no kind; tier and revenue come from where the doctor works."""
    (found,) = grade_customers(ward(), Policy(classify=ClassPolicy(("nine_grid",)), **FREE), Q1)
    assert {g.customer: g.grade and g.grade.letter for g in found.grades} == {
        "D1": "A",
        "D2": "B",
        "D3": None,
        "U1": None,
    }
    assert {g.customer: g.record["tier"] for g in found.grades} == {"D1": 3, "D2": 2, "D3": 3, "U1": None}


def test_several_ready_made_schemes_side_by_side() -> None:
    """Hospitals by tier and potential, dealers by what they owe, everybody by volume: each its own people."""
    cuts = {"hospital": {"high": 500, "middle": 200}, "worst": {"poor": 1}}
    policy = Policy(classify=ClassPolicy(("hospital", "worst", "vip"), on="potential", cuts=cuts), **FREE)
    hospital, worst, vip = grade_customers(ward(), policy, Q1)
    assert {c: g.letter for c, g in hospital.by_customer().items()} == {"H1": "A", "H2": "B"}
    assert [g.customer for g in worst.grades] == ["X1", "U1"]
    assert [g.grade for g in worst.grades] == [None, None], "who never bought has no sales, and poor sales are unknown"
    assert len(vip.grades) == 8


def test_the_field_of_a_customer_goes_before_its_level() -> None:
    """Where the files have a tier of their own it is taken as it is."""
    world = region([], Customer("H1", "E", "hospital", level="三级", potential=9, fields={"tier": 1}))
    policy = Policy(classify=ClassPolicy(("hospital",), cuts={"hospital": {"high": 5, "middle": 2}}))
    assert grade_customers(world, policy, Q1)[0].by_customer()["H1"].letter == "B"


def test_a_field_that_nobody_has_is_an_error_not_missing_data() -> None:
    """Doctors without any behaviour in the files: the scheme cannot be asked for."""
    world = region([], Customer("D1", "E", "doctor", fields={"title": "主治", "revenue": 1}))
    with pytest.raises(BadValue, match="no field 'behaviour'"):
        grade_customers(world, Policy(classify=ClassPolicy(("nine_grid",)), **FREE), Q1)


def test_a_value_that_the_scheme_does_not_know_is_refused_with_the_customer() -> None:
    """Behaviour 4 of 3: no grade is made, and the error names the customer and the field."""
    world = region([], Customer("D1", "E", "doctor", fields={"title": "主治", "revenue": 1, "behaviour": 4}))
    with pytest.raises(BadRows) as caught:
        grade_customers(world, Policy(classify=ClassPolicy(("nine_grid",)), **FREE), Q1)
    assert [str(error) for error in caught.value.exceptions] == [
        "not a value of this field @ customer 'D1', behaviour; one of 1, 2, 3 [grade.value]"
    ]


def test_a_list_that_is_too_short_and_a_scheme_for_nobody_are_notes() -> None:
    """What a method warns of, and that it is for none of the customers, stands among the notes in both languages."""
    dealer = Customer("X1", "E", "distributor", fields={"on_time": 1})
    world = region([sold(Month(2025, 12), "X1", 5)], dealer)
    notes: list[Says] = []
    policy = Policy(classify=ClassPolicy(("best", "agent")))
    best, agent = grade_customers(world, policy, Q1, notes)
    assert (best.grades[0].grade, agent.grades) == (SCHEMES["best"].grade("best"), [])
    assert [(note.en, note.zh) for note in notes] == [
        ("scheme best: 1 are listed, fewer than 30", "分级方案 best：名单 1 家，不足 30 家"),
        ("scheme agent: no customer of the kinds that it is for", "分级方案 agent：无适用类型的客户"),
    ]
    assert len(grade_customers(world, policy, Q1)) == 2


def test_each_customer_stands_at_least_once_and_never_twice_under_a_scheme() -> None:
    """A customer without any grade stands once, with its reason; the others once for each scheme that grades them."""
    book = RuleBook("own", "1", {"big": Bands(Field("potential"), ((20000, "small"),), top="big")})
    policy = Policy(book, classify=ClassPolicy(("abc", "decile", "big")))
    table = grades_table(grade_customers(quarter_with_gap(), policy, Q1))
    rows = [(str(row["customer_id"]), row["scheme"], row["grade"]) for row in table.records()]
    assert len(set(rows)) == len(rows)
    assert {row[0] for row in rows} == {"K1", "K2", "K3", "K4", "K5"}
    assert max(Counter((customer, scheme) for customer, scheme, _ in rows).values()) == 1
    assert [row for row in rows if row[0] == "K3"] == [("K3", "big", "small")]
    only = grades_table(grade_customers(quarter_with_gap(), Policy(), Q1))
    assert [row[:2] for row in only.rows if row[3] is None] == [
        ("K3", "Mu Pharmacy 缪药房"),
        ("K4", "Nu Hospital 纽医院"),
    ]
    assert [column.key for column in table.columns] == ["customer_id", "customer", "scheme", "grade", "why"]


def test_a_table_of_two_populations_forgets_nobody() -> None:
    """Schemes over different kinds still show everybody without a grade once."""
    one = grade_customers(quarter_with_gap(), Policy(classify=ClassPolicy(("abc",), kinds=("hospital",))), Q1)
    two = grade_customers(quarter_with_gap(), Policy(classify=ClassPolicy(("abc",))), Q1)
    ids = [str(row[0]) for row in grades_table([*one, *two]).rows if row[3] is None]
    assert ids == ["K4", "K3"]


def test_real_prescribers_deciles_and_abc() -> None:
    """Deciles and ABC on real claims equal an independent restatement: ties together, decile 10 the best."""
    if not DATA.is_file():
        pytest.skip("the prescribers file is not there")
    with DATA.open(encoding="utf-8") as file:
        claims = {row["prescriber_id"]: int(row["actual_claims"]) for row in csv.DictReader(file)}
    customers = [Customer(key, key, "doctor", fields={"claims": value}) for key, value in claims.items()]
    policy = Policy(classify=ClassPolicy(on="claims"))
    abc, decile = grade_customers(Region(None, Archive.of(customers), CNY, BOX), policy, Year(2025))
    larger: dict[int, tuple[int, int]] = {}
    count = volume = 0
    for value, times in sorted(Counter(claims.values()).items(), reverse=True):
        larger[value] = (count, volume)
        count, volume = count + times, volume + value * times
    assert (count, volume) == (5721, sum(claims.values()))
    tenths = {key: grade.letter for key, grade in decile.by_customer().items()}
    assert tenths == {key: str(10 - 10 * larger[value][0] // count) for key, value in claims.items()}
    cut = {
        key: "A"
        if Fraction(larger[value][1], volume) < Fraction(4, 5)
        else "B"
        if Fraction(larger[value][1], volume) < Fraction(19, 20)
        else "C"
        for key, value in claims.items()
    }
    assert {key: grade.letter for key, grade in abc.by_customer().items()} == cut
    best = max(claims, key=lambda key: claims[key])
    assert (tenths[best], cut[best]) == ("10", "A")
    assert len(set(tenths.values())) == 10
