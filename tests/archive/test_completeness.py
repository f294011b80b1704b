"""How much of a file is there: the default schemas, a company's own, and the laws of the score."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.completeness import COMPLETENESS, completeness, default_schema, schema_of, scored
from pharmasales.archive.customers import Affiliation, Customer
from pharmasales.archive.kinds import KINDS, FileField, FilePart, Kind
from pharmasales.compliance.personal import USES
from pharmasales.errors import BadConfig, BadRule, NotFound
from pharmasales.rules import Bands, Field, FirstMatch, Part, RuleBook, Weighted

OWN = {
    "name": "Example 示例",
    "owner": "r1",
    "parent": "H1",
    "level": "三级甲等",
    "division": "330100",
    "source": "referral",
    "potential": 0,
    "roles": frozenset({"kol"}),
}
HOLDS = {"text": "a word", "number": 0, "date": date(2026, 1, 5), "words": ("one", "two")}


def asked(kind: str) -> list[str]:
    """Return the names that the default schema asks for."""
    return [part.name for part in schema_of(kind).parts]


def customer(kind: str, names: frozenset[str] | set[str] | list[str]) -> Customer:
    """Return a customer of a kind whose file holds these fields."""
    holds = {one.name: HOLDS[one.holds] for one in KINDS[kind].fields()}
    own = {name: OWN[name] for name in names if name in OWN}
    fields = {name: holds[name] for name in names if name not in OWN}
    return Customer("C1", **{"name": "", **own}, kind=kind, fields=fields)  # type: ignore[arg-type]  # any attribute


KIND = st.sampled_from(sorted(KINDS))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_empty_and_full(kind: str) -> None:
    """An empty file has 0.00 points and misses everything; a full one has 100.00 and misses nothing."""
    empty = completeness(Customer("C1", "", kind))
    assert (empty.score, str(empty.score), empty.grade) == (0, "0.00", "C")
    assert set(empty.missing) == set(asked(kind))
    full = completeness(customer(kind, asked(kind)))
    assert (str(full.score), full.missing, full.grade) == ("100.00", (), "A")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_weights_add_up(kind: str) -> None:
    """The weights of every kind are whole points that add up to 100; no field is asked for in vain or twice."""
    parts = schema_of(kind).parts
    assert sum(part.weight for part in parts) == 100
    assert all(type(part.weight) is int and part.weight >= 1 for part in parts)
    assert len({part.name for part in parts}) == len(parts)
    assert {"name", "owner"} <= {part.name for part in parts}
    assert {"parent", "division", "firm"} & {part.name for part in parts}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_has_its_chinese_name(kind: str) -> None:
    """Each field asked for bears a Chinese name, so that reasons speak Chinese."""
    assert all(part.zh and part.zh != part.name for part in schema_of(kind).parts)


@pytest.mark.parametrize("kind", ["doctor", "pharmacist"])
def test_a_doctors_usage_is_not_asked_for(kind: str) -> None:
    """S002-19, S004-12 L: prescribing habit and usage of one doctor are off, and a file is full without them."""
    usage = {name for name, use in USES.items() if use.doctor_usage}
    assert {"prescribing_habit", "product_usage"} <= usage
    assert not usage & set(asked(kind))
    assert {one.name for one in KINDS[kind].fields()} - set(asked(kind)) == {"prescribing_habit", "product_usage"}


def test_a_hospitals_usage_is_asked_for() -> None:
    """S004-12: own and rival usage of a hospital belong to its file; the grade of its data does not ask for itself."""
    assert {"own_usage", "rival_usage", "relations", "payment", "supply_channel"} <= set(asked("hospital"))
    assert "data_quality" not in asked("hospital")


def test_worked_example() -> None:
    """A doctor with name, owner, roles, source, title and mobile: 4 x 8 + 2 x 2 = 36 of 100."""
    fields = {"title": "主治医师", "mobile": "13800000001"}
    doctor = Customer("D1", "Dr Example", "doctor", owner="r1", roles={"kol"}, source="referral", fields=fields)
    found = completeness(doctor)
    assert found.score == 36
    assert found.missing[:4] == ("parent", "needs", "concerns", "product_awareness")
    assert found.missing[-1] == "papers"
    assert [one.hundredths for one in found.points][:4] == [800, 800, 0, 800]


@given(KIND, st.data())
def test_a_further_value_never_lowers_the_score(kind: str, data: st.DataObject) -> None:
    """A law: with one field more the score rises by its weight, and it is no longer missing."""
    names = asked(kind)
    held = data.draw(st.sets(st.sampled_from(names)))
    before = completeness(customer(kind, held))
    for name in set(names) - held:
        after = completeness(customer(kind, held | {name}))
        weight = next(part.weight for part in schema_of(kind).parts if part.name == name)
        assert after.score - before.score == weight > 0
        assert set(before.missing) - set(after.missing) == {name}


@given(KIND, st.data())
def test_score_and_missing_make_up_the_whole(kind: str, data: st.DataObject) -> None:
    """The score and the weights of what is missing add up to 100; missing goes from the heaviest down."""
    found = completeness(customer(kind, data.draw(st.sets(st.sampled_from(asked(kind))))))
    weights = {part.name: part.weight for part in found.schema.parts}
    assert found.score + sum(weights[name] for name in found.missing) == 100
    assert sum(one.points for one in found.points) == found.score
    lacking = [weights[name] for name in found.missing]
    assert lacking == sorted(lacking, reverse=True)
    order = list(weights)
    assert list(found.missing) == sorted(found.missing, key=lambda name: (-weights[name], order.index(name)))


@pytest.mark.parametrize(
    ("value", "there"),
    [
        (0, True),
        ("0", True),
        (False, True),
        (Fraction(1, 3), True),
        (date(2026, 1, 5), True),
        (("", "x"), True),
        ("无", True),
        (None, False),
        ("", False),
        ("   ", False),
        ("\u200b\u3000", False),
        ("-", False),
        ("／", False),
        ("???", False),
        ((), False),
        (("", " - "), False),
        ([], False),
    ],
)
def test_what_counts_as_a_value(value: object, there: bool) -> None:
    """Zero is a value; blanks, invisible characters and dashes are none, and neither is an empty list."""
    found = completeness(Customer("H1", "", "hospital", fields={"beds": value}))
    assert ("beds" not in found.missing) is there
    assert found.score == (4 if there else 0)


def test_further_fields_do_not_count() -> None:
    """A field that nobody asks for brings nothing, and affiliations do not stand in for the main place."""
    found = completeness(Customer("D1", "", "doctor", affiliations=[Affiliation("H2")], fields={"shoe size": 44}))
    assert found.score == 0
    assert "parent" in found.missing


def test_by_either_name() -> None:
    """A kind may be written in Chinese."""
    assert schema_of("经销商") is schema_of("distributor")
    assert completeness(Customer("H1", "x", "医院")).score == completeness(Customer("H1", "x", "hospital")).score


@pytest.mark.parametrize("kind", ["", "blogger", "freshness", "grade"])
def test_a_kind_without_a_schema(kind: str) -> None:
    """A kind that the book does not know is a typed error that names the known ones, and tells nothing else."""
    with pytest.raises(NotFound) as caught:
        completeness(Customer("C1", "Dr Example", kind))
    assert caught.value.code == "completeness.kind"
    assert all(name in caught.value.hint for name in KINDS)
    assert "grade" not in caught.value.hint
    assert "Example" not in str(caught.value)


def test_own_book() -> None:
    """A company's own TOML replaces the schema of one kind, adds a kind, and leaves the others."""
    ours = RuleBook.from_toml(
        """
        name = "ours"
        version = "2"
        [rules.doctor]
        shape = "weighted"
        parts = [
            { name = "place", zh = "单位", weight = 66.67, of = { shape = "first_match", otherwise = 0, cases = [
                { when = { any = [{ of = "parent", at_least = 1 }, { of = "affiliations", at_least = 1 }] }, then = 1 }
            ] } },
            { name = "title", weight = 33.33, of = "title" },
        ]
        [rules.blogger]
        shape = "weighted"
        parts = [{ name = "loyalty tier", weight = 100, of = "loyalty tier" }]
        [rules.grade]
        shape = "bands"
        of = "score"
        cuts = [[50, "poor"]]
        top = "good"
        """
    )
    book = ours.over(COMPLETENESS)
    found = completeness(Customer("D1", "x", "doctor", affiliations=[Affiliation("H2")]), book)
    assert (str(found.score), found.grade, found.missing) == ("66.67", "good", ("title",))
    assert [row[1].text("zh") for row in found.table().rows] == ["单位", "职称"]  # type: ignore[union-attr]  # Says
    blogger = Customer("B1", "x", "blogger", fields={"loyalty tier": "gold"})
    assert str(completeness(blogger, book).score) == "100.00"
    assert completeness(Customer("B1", "x", "blogger"), book).grade == "poor"
    assert schema_of("hospital", book) == schema_of("hospital")
    assert book.version == "2"


def test_the_book_survives_its_data() -> None:
    """The default book is plain data and back, with the same fingerprint."""
    again = RuleBook.from_data(COMPLETENESS.data())
    assert again.fingerprint == COMPLETENESS.fingerprint
    assert completeness(customer("hospital", {"name"}), again).score == 8


def test_weights_that_miss_the_whole_are_refused() -> None:
    """A book whose weights do not add up to 100 cannot be read."""
    with pytest.raises(BadConfig) as caught:
        RuleBook.from_toml(
            '[rules.doctor]\nshape = "weighted"\nparts = [{ name = "title", weight = 90, of = "title" }]'
        )
    assert caught.value.code == "rule.weight"


@pytest.mark.parametrize(
    "schema",
    [
        Weighted([Part("title", 10, Field("title"))], whole=10),
        Weighted([Part(n, Fraction(100, 3), Field(n)) for n in ("a", "b", "c")]),
    ],
)
def test_weights_that_no_file_can_fill_are_refused(schema: Weighted) -> None:
    """A whole that is not 100, and weights finer than hundredths, would leave a full file below 100.00."""
    with pytest.raises(BadRule) as caught:
        schema_of("doctor", RuleBook("b", "1", {"doctor": schema}))
    assert caught.value.code == "completeness.weights"


def test_a_schema_without_a_total_is_refused() -> None:
    """A part that cannot answer leaves no total: a typed error, not a missing score."""
    rule = FirstMatch([(Field("title").at_least(1), 1)])
    book = RuleBook("b", "1", {"doctor": Weighted([Part("t", 100, rule)]), "grade": COMPLETENESS["grade"]})
    with pytest.raises(BadRule) as caught:
        completeness(Customer("D1", "x", "doctor"), book)
    assert (caught.value.code, caught.value.where) == ("completeness.total", "D1")


def test_a_part_without_weight_is_never_missing() -> None:
    """A field of weight zero is shown and not missed."""
    schema = Weighted([Part("title", 100, Field("title")), Part("sex", 0, Field("sex"))])
    found = scored(Customer("D1", "x", "doctor", fields={"title": "t"}), schema, COMPLETENESS["grade"])
    assert (found.missing, len(found.points)) == ((), 2)


@pytest.mark.parametrize(("score", "grade"), [("59.99", "C"), ("60.00", "B"), ("84.99", "B"), ("85", "A")])
def test_the_grade_includes_its_lower_cut(score: str, grade: str) -> None:
    """The data-quality grade (资料质量等级): B from 60, A from 85."""
    assert COMPLETENESS["grade"]({"score": Decimal(score)}) == grade


def test_no_grade_where_the_rule_gives_none() -> None:
    """A grade rule of other fields leaves the grade missing, not the score."""
    rule = FirstMatch([(Field("score").over(100), "never")])
    found = scored(Customer("P1", "x", "pharmacy"), schema_of("pharmacy"), rule)
    assert (found.score, found.grade) == (10, None)


def test_the_reason_tells_no_value() -> None:
    """Reason, table and repr name fields and points in both languages, and no value of the file."""
    mobile = "13800000001"
    fields = {"mobile": mobile, "title": "主治医师"}
    found = completeness(Customer("D1", "Canary Name", "doctor", owner="r1", fields=fields))
    texts = [found.why.text("en"), found.why.text("zh"), str(found.table()), repr(found), found._repr_html_()]
    for text in texts:
        assert mobile not in text
        assert "Canary" not in text
        assert "主治医师" not in text
    assert found.why.head() == "20.00 of 100 points, 19 missing: grade C"
    assert found.why.head("zh") == "完整度 20.00，满分 100，缺 19 项：C 级"
    assert "职称：得分 1 x 权重 2 = 2.00" in texts[1]


def test_the_table() -> None:
    """One row a field, in the schema's order."""
    rows = completeness(Customer("P1", "x", "pharmacy")).table().rows
    assert [(row[0], row[2].text(), str(row[3]), str(row[4])) for row in rows][:2] == [  # type: ignore[union-attr]  # Says
        ("name", "there", "10.00", "10.00"),
        ("owner", "missing", "0.00", "10.00"),
    ]
    assert len(rows) == 10


def test_a_record_of_ones_and_zeros() -> None:
    """What a schema reads knows every name, and lists those that are there."""
    record = completeness(Customer("P1", "x", "pharmacy")).record
    assert list(record) == ["id", "kind", "name"]
    assert (record["name"], record["nobody"], len(record), "nobody" in record) == (1, 0, 3, True)


@given(st.integers(0, 9), st.sampled_from(["institution", "person", "supplier"]))
def test_a_kind_of_your_own(parts: int, group: str) -> None:
    """Whatever parts a kind of your own has, its default schema adds up to 100."""
    made = [FilePart(f"p{n}", "部分", tuple(FileField(f"f{n}{m}", "字段") for m in range(n + 1))) for n in range(parts)]
    kind = Kind("own", "自定", group, tuple(made))  # type: ignore[arg-type]  # drawn from known groups
    schema = default_schema(kind)
    assert sum(part.weight for part in schema.parts) == 100
    weights = {part.name: part.weight for part in schema.parts}
    assert sum(weights.get(name, 0) for name in ("name", "owner", "division", "parent", "level")) > 0
    if parts > 1:
        basics = weights["f00"]
        assert basics >= sum(weights[f"f1{m}"] for m in range(2))


def test_bands_are_configuration() -> None:
    """The cut points stand in the book, where a company finds them."""
    grade = COMPLETENESS["grade"]
    assert isinstance(grade, Bands)
    assert [(cut.at, label) for cut, label in grade.cuts] == [(60, "C"), (85, "B")]
