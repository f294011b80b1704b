"""`pharmasales.toml`: every key has a default, a wrong value and a misspelt key say where they stand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pharmasales.errors import BadConfig
from pharmasales.followup import Cadence
from pharmasales.units import BOX, CNY, Unit
from pharmasales.workspace.follow_settings import weekdays
from pharmasales.workspace.settings import read_settings
from pharmasales.workspace.sources import TableSource


def refused(text: str) -> BadConfig:
    """Return the error that a settings text gives."""
    with pytest.raises(BadConfig) as caught:
        read_settings(text)
    return caught.value


def test_an_empty_file_gives_every_documented_default():
    """All that the template shows as commented out is what an empty file means."""
    found = read_settings("")
    assert (dict(found.tables), found.levels, found.money, found.goods) == ({}, (), CNY, BOX)
    assert (found.extra, found.goals_asked, found.lang, found.storage) == ("refuse", False, "en", "")
    goals, follow, score, classify = (getattr(found.policy, part) for part in ("goals", "follow", "score", "classify"))
    assert (classify.schemes, classify.on, classify.kinds) == (("abc", "decile"), "auto", ())
    assert (goals.total, goals.growth, goals.basis, goals.grain) == (None, Fraction(1, 10), "history", Decimal(1))
    assert (goals.levels, goals.periods, goals.season, goals.measure) == ((), "month", "auto", "amount")
    assert (goals.negative, goals.all_zero) == ("refuse", "refuse")
    assert dict(goals.weights) == {"history": Fraction(1, 2), "potential": Fraction(1, 2)}
    assert {letter: int(one.per_month) for letter, one in follow.cadence.by_grade.items()} == {
        "A": 4,
        "B": 2,
        "C": 1,
        "D": 0,
    }
    assert (follow.visits_a_day, dict(follow.leave), dict(follow.weekdays)) == (8, {}, {})
    assert (follow.schemes, follow.kinds) == ((), ())
    assert {name: int(weight) for name, (weight, _) in score.measures.items()} == {
        "attainment": 50,
        "growth": 10,
        "coverage": 20,
        "frequency": 20,
    }
    assert (score.missing, score.pace, score.under, score.over) == (
        "reweight",
        "working_days",
        Fraction(1, 10),
        Fraction(1, 10),
    )
    assert found.policy.calendar.name == "CN"


@pytest.mark.parametrize(
    ("text", "where", "hint"),
    [
        ("[gaols]", "gaols", "goals"),
        ('[tables.slaes]\nfile = "a.csv"', "tables.slaes", "sales"),
        ('[tables.sales]\nfile = "a.csv"\nsheets = "x"', "tables.sales.sheets", "sheet"),
        ('[tables.sales]\nfile = "a.csv"\ncolumns = { amuont = "x" }', "tables.sales.columns.amuont", "amount"),
        ('[org]\nlevel = ["A"]', "org.level", "levels"),
        ('[units]\nmony = "CNY"', "units.mony", "money"),
        ('[units]\nmoney = { code = "X", decimal = 2 }', "units.money.decimal", "decimals"),
        ('[classification]\nscheme = "abc"', "classification.scheme", "schemes"),
        ('[goals]\ngrowht = "1%"', "goals.growht", "growth"),
        ("[followup]\ncadance = { A = 1 }", "followup.cadance", "cadence"),
        ("[followup]\ncadence = { A = { per_month = 2, gpa = 3 } }", "followup.cadence.A.gpa", "gap"),
        ("[evaluation]\nmeasure = {}", "evaluation.measure", "measures"),
        (
            "[evaluation]\nmeasures = { attainment = { weight = 100, curv = [] } }",
            "evaluation.measures.attainment.curv",
            "curve",
        ),
        ('[calendar]\nnmae = "CN"', "calendar.nmae", "name"),
        ('[calendar.2027]\noof = ["2027-01-01"]', "calendar.2027.oof", "off"),
        ('[display]\nlagn = "zh"', "display.lagn", "lang"),
        ('[storage]\nulr = "memory:"', "storage.ulr", "url"),
    ],
)
def test_an_unknown_key_names_its_place_and_the_nearest_right_one(text, where, hint):
    """At every level a misspelt key is refused with its full name and a suggestion."""
    error = refused(text)
    assert (error.reason, error.where, error.code) == ("unknown key", where, "config.unknown")
    assert error.hint == f'did you mean "{hint}"?'


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("goals = 3", "goals"),
        ('tables = "x"', "tables"),
        ("[tables.sales]\nfile = 3", "tables.sales.file"),
        ("[tables.sales]\nfile = []", "tables.sales.file"),
        ('[tables.sales]\nfile = ["a.csv", 3]', "tables.sales.file"),
        ('[tables.sales]\nfile = "a.csv"\nencoding = 8', "tables.sales.encoding"),
        ('[tables.sales]\nfile = "a.csv"\nsheet = 1', "tables.sales.sheet"),
        ('[tables.sales]\nfile = "a.csv"\ncolumns = ["a"]', "tables.sales.columns"),
        ('[tables.sales]\nfile = "a.csv"\ncolumns = { amount = 3 }', "tables.sales.columns.amount"),
        ('[tables.sales]\nfile = "a.csv"\nfields = { use = "Use" }', "tables.sales.fields"),
        ("[org]\nlevels = 3", "org.levels"),
        ('[units]\nmoney = "EGG"', "units.money"),
        ("[units]\nmoney = 3", "units.money"),
        ("[units]\nmoney = { decimals = 2 }", "units.money"),
        ('[units]\nmoney = { code = "X", decimals = 10 }', "units.money"),
        ('[units]\nmoney = { code = "X", decimals = "2" }', "units.money.decimals"),
        ("[units]\nquantity = true", "units.quantity"),
        ('[units]\nextra_decimals = "round"', "units.extra_decimals"),
        ("[classification]\nschemes = 1", "classification.schemes"),
        ("[classification]\non = 1", "classification.on"),
        ("[classification]\nkinds = [1]", "classification.kinds"),
        ("[classification]\ncuts = 3", "classification.cuts"),
        ('[classification]\ncuts = [["abc", 1]]', "classification.cuts"),
        ("[classification.cuts]\nabc = 3", "classification.cuts.abc"),
        ("[classification.cuts.abd]\na = 1", "classification.cuts.abd"),
        ('[classification.cuts.abc]\na = "many"', "classification.cuts.abc.a"),
        ("[classification.cuts.abc]\na = nan", "classification.cuts.abc.a"),
        ("[classification.cuts.abc]\nc = 1", "classification.cuts.abc.c"),
        ("[classification.cuts.doctor_matrix]\nuse = 50", "classification.cuts.doctor_matrix.potential"),
        ("[goals]\ntotal = true", "goals.total"),
        ('[goals]\ntotal = "1/3"', "goals.total"),
        ('[goals]\ntotal = "1_000"', "goals.total"),
        ("[goals]\ntotal = inf", "goals.total"),
        ('[goals]\ngrowth = "ten"', "goals.growth"),
        ("[goals]\ngrowth = nan", "goals.growth"),
        ('[goals]\nbasis = "luck"', "goals.basis"),
        ("[goals]\nweights = 3", "goals.weights"),
        ('[goals]\nweights = { history = "-1", potential = 2 }', "goals.weights"),
        ("[goals]\nweights = { history = 0 }", "goals.weights"),
        ("[goals]\nweights = { luck = 1 }", "goals.weights"),
        ('[goals]\nweights = { history = "60%", potential = "60%" }', "goals.weights"),
        ('[goals]\nweights = { history = "60%", potential = 1 }', "goals.weights"),
        ("[goals]\nlevels = 1", "goals.levels"),
        ("[goals]\nperiods = 4", "goals.periods"),
        ('[goals]\nseason = "rainy"', "goals.season"),
        ("[goals]\nseason = []", "goals.season"),
        ('[goals]\nseason = ["a"]', "goals.season"),
        ("[goals]\nseason = { a = 1 }", "goals.season"),
        ("[goals]\ngrain = 0", "goals.grain"),
        ('[goals]\ngrain = "-1"', "goals.grain"),
        ("[goals]\ngrain = []", "goals.grain"),
        ('[goals]\nmeasure = "weight"', "goals.measure"),
        ('[goals]\nnegative = "ok"', "goals.negative"),
        ('[goals]\nall_zero = "ok"', "goals.all_zero"),
        ('[goals]\nnew_hire = "luck"', "goals.new_hire"),
        ("[goals]\nnew_hire = []", "goals.new_hire"),
        ("[goals]\nnew_hire = -1", "goals.new_hire"),
        ('[goals]\nramp = "101%"', "goals.ramp"),
        ("[goals]\nramp = -1", "goals.ramp"),
        ('[goals]\nzero = "5"', "goals.zero"),
        ('[goals]\nleast_growth = "some"', "goals.least_growth"),
        ("[goals]\nfloors = 3", "goals.floors"),
        ('[goals]\nfloors = { R1 = "1", R2 = "much" }', "goals.floors.R2"),
        ('[goals]\ncaps = { R1 = "1.005" }', "goals.caps.R1"),
        ("[goals]\nfixed = { R1 = true }", "goals.fixed.R1"),
        ("[goals]\nover_assignment = 3", "goals.over_assignment"),
        ('[goals]\nover_assignment = { district = "-5%" }', "goals.over_assignment"),
        ('[followup]\nvisits_per_day = "8"', "followup.visits_per_day"),
        ("[followup]\nvisits_per_day = true", "followup.visits_per_day"),
        ("[followup]\nvisits_per_day = 0", "followup.visits_per_day"),
        ("[followup]\nvisits_per_day = 101", "followup.visits_per_day"),
        ("[followup]\ncadence = 3", "followup.cadence"),
        ('[followup]\ncadence = { A = "often" }', "followup.cadence"),
        ("[followup]\ncadence = { A = -1 }", "followup.cadence"),
        ("[followup]\ncadence = { A = true }", "followup.cadence"),
        ("[followup]\ncadence = { A = { gap = 3 } }", "followup.cadence.A.per_month"),
        ("[followup]\ncadence = { A = { per_month = 2, gap = 0 } }", "followup.cadence"),
        ('[followup]\ncadence = { A = { per_month = 2, gap = "3" } }', "followup.cadence.A.gap"),
        ("[followup]\nleave = 3", "followup.leave"),
        ('[followup]\nleave = { R1 = ["soon"] }', "followup.leave"),
        ('[followup]\nleave = { R1 = ["2026-03-06/2026-03-02"] }', "followup.leave"),
        ('[followup]\nleave = { R1 = ["2026-02-30"] }', "followup.leave"),
        ('[followup]\nclinic_weekdays = { H1 = ["Funday"] }', "followup.clinic_weekdays"),
        ("[followup]\nclinic_weekdays = { H1 = [0] }", "followup.clinic_weekdays"),
        ("[followup]\nclinic_weekdays = { H1 = 3 }", "followup.clinic_weekdays"),
        ("[followup]\nschemes = 3", "followup.schemes"),
        ("[followup]\nkinds = 3", "followup.kinds"),
        ("[evaluation]\nmeasures = 3", "evaluation.measures"),
        ("[evaluation]\nmeasures = { attainment = 60 }", "evaluation.measures"),
        ("[evaluation]\nmeasures = { luck = 100 }", "evaluation.measures"),
        ('[evaluation]\nmeasures = { attainment = "all" }', "evaluation.measures.attainment.weight"),
        ("[evaluation]\nmeasures = { attainment = { curve = [] } }", "evaluation.measures.attainment.weight"),
        (
            "[evaluation]\nmeasures = { attainment = { weight = 100, curve = [[1]] } }",
            "evaluation.measures.attainment.curve",
        ),
        ('[evaluation]\nmissing = "ignore"', "evaluation.missing"),
        ('[evaluation]\npace = "hours"', "evaluation.pace"),
        ('[evaluation]\nunder = "much"', "evaluation.under"),
        ('[evaluation]\nover = "-10%"', "evaluation.over"),
        ('[calendar]\nname = "FR"', "calendar.name"),
        ('[calendar.2027]\noff = ["2028-06-01"]', "calendar.2027"),
        ('[calendar.2027]\noff = ["x"]', "calendar.2027.off"),
        ('[calendar.2027]\nwork = ["2027-03-03"]', "calendar.2027"),
        ("[calendar]\n2027 = 3", "calendar.2027"),
        ('[display]\nlang = "fr"', "display.lang"),
        ("[storage]\nurl = 3", "storage.url"),
    ],
)
def test_a_wrong_value_names_its_setting(text, where):
    """Every key refuses a value of another type or out of range, by its full name."""
    assert refused(text).where == where


@pytest.mark.parametrize("text", ["[goals", "a = " + "[" * 5000, f"a = {'9' * 5000}", "[goals]\n[goals]"])
def test_a_text_that_is_no_toml_is_refused(text):
    """Broken, too deep and too long texts are one typed error."""
    assert refused(text).code == "config.toml"


def test_total_and_growth_exclude_each_other():
    """Two ways to set one total cannot both hold."""
    error = refused('[goals]\ntotal = "100"\ngrowth = "1%"')
    assert (error.reason, error.where, error.code) == ("total or growth, not both", "goals", "config.choice")


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ('"1,200,000"', "1200000"),
        ("1200000", "1200000"),
        ("0.10", "0.10"),
        ('"-5.25"', "-5.25"),
        (f'"{"9" * 40}"', "9" * 40),
    ],
)
def test_a_total_is_read_exactly(text, total):
    """A total keeps all of its digits, however it is written."""
    assert read_settings(f"[goals]\ntotal = {text}").policy.goals.total == Decimal(total)


@pytest.mark.parametrize(
    ("text", "growth"), [('"12%"', Fraction(3, 25)), ("0.12", Fraction(3, 25)), ("-1", -1), ('"1/3"', Fraction(1, 3))]
)
def test_growth_is_a_share(text, growth):
    """A percentage, a decimal and a fraction are the same growth."""
    assert read_settings(f"[goals]\ngrowth = {text}").policy.goals.growth == growth


def test_goals_are_asked_for_by_their_table():
    """Whatever stands under `[goals]` asks for goals; an empty table does not."""
    assert read_settings('[goals]\ngrain = "1"').goals_asked
    assert not read_settings("[goals]").goals_asked


def test_goal_settings_that_take_lists_and_words():
    """Weights, levels, periods, season and grain arrive as values."""
    goals = read_settings(
        '[goals]\nweights = { history = "60%", potential = "40%" }\nlevels = "district"\nperiods = "Q1 | Q2+Q3 | Q4"\n'
        'season = ["20%", "55%", "25%"]\ngrain = 1000\nbasis = "blend"\nnegative = "zero"\nall_zero = "even"'
    ).policy.goals
    assert dict(goals.weights) == {"history": Fraction(3, 5), "potential": Fraction(2, 5)}
    assert (goals.levels, goals.periods, goals.grain) == (("district",), "Q1 | Q2+Q3 | Q4", Decimal(1000))
    assert goals.season == (Fraction(1, 5), Fraction(11, 20), Fraction(1, 4))
    assert (goals.basis, goals.negative, goals.all_zero) == ("blend", "zero", "even")


def test_every_form_of_a_cadence():
    """A number, a fraction in text, a decimal, and a table with a gap."""
    text = '[followup]\ncadence = { A = 4, B = "1/2", C = 0.5, D = { per_month = 2, gap = 7 }, E = { per_month = 2 } }'
    grades = read_settings(text).policy.follow.cadence.by_grade
    assert grades == {"A": Cadence(4), "B": Cadence("1/2"), "C": Cadence("0.5"), "D": Cadence(2, 7), "E": Cadence(2)}


def test_leave_takes_days_ranges_and_toml_dates():
    """Both ends of a range belong to it; one day needs no list; ids come in their normal form."""
    text = '[followup]\nleave = { " R1 " = ["2026-02-10", "2026-03-02/2026-03-04", 2026-04-01], R2 = "2026-05-01" }'
    assert read_settings(text).policy.follow.leave == {
        "R1": {date(2026, 2, 10), date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4), date(2026, 4, 1)},
        "R2": {date(2026, 5, 1)},
    }


@pytest.mark.parametrize(
    "given",
    ["Wed, Thu", "wednesday;THURSDAY", "周三、周四", "星期三，礼拜四", "三/四", [3, 4], ["3", "Thur"], "周三；周四"],
)
def test_weekdays_in_english_chinese_and_numbers(given):
    """All spellings of the same two days."""
    assert weekdays(given) == {2, 3}


@pytest.mark.parametrize("given", ["Wedge", "Money", "8", "周八", "周", "３", "天"])
def test_what_only_begins_like_a_weekday_is_refused(given):
    """`Money` is no Monday."""
    with pytest.raises(ValueError, match="not a weekday"):
        weekdays(given)


def test_sunday_has_three_chinese_names_and_nothing_is_no_day():
    """周日, 周天 and 星期天 are Sunday; an empty text names no day."""
    assert weekdays("周日") == weekdays("周天") == weekdays("星期天") == {6}
    assert weekdays(" , ") == frozenset()


def test_a_year_that_is_not_announced_yet_is_supplied():
    """`[calendar.2027]` makes 2027 known; without it the year is an error elsewhere."""
    settings = read_settings('[calendar.2027]\noff = ["2027-01-01", "2027-02-05/2027-02-11"]\nwork = ["2027-02-20"]')
    calendar = settings.policy.calendar
    assert calendar.known(2027)
    assert not read_settings("").policy.calendar.known(2027)
    assert len(calendar.workdays(date(2027, 2, 1), date(2027, 2, 28))) == 20 - 5 + 1


def test_a_calendar_by_name_and_units_of_ones_own():
    """Another calendar and a unit that is not built in."""
    found = read_settings('[calendar]\nname = "weekdays"\n[units]\nmoney = { code = "XTS", decimals = 3, zh = "测" }')
    assert len(found.policy.calendar.workdays(date(2026, 1, 1), date(2026, 1, 7))) == 5
    assert (found.money, found.money.zh) == (Unit("XTS", 3), "测")
    assert read_settings('[units]\nmoney = "USD"\nquantity = "HOSPITAL"').money.code == "USD"


def test_measures_take_a_weight_or_a_curve():
    """A bare weight keeps the default curve; a measure without one gets the straight line."""
    text = (
        '[evaluation]\nmeasures = { attainment = { weight = 60, curve = [["60%", 0], [1, 1]] }, growth = 10,'
        " receipts = 30 }\n"
        'missing = "zero"\npace = "calendar_days"\nunder = "5%"\nover = 0'
    )
    score = read_settings(text).policy.score
    assert {name: weight for name, (weight, _) in score.measures.items()} == {
        "attainment": 60,
        "growth": 10,
        "receipts": 30,
    }
    assert list(score.measures["attainment"][1]) == [(Fraction(3, 5), 0), (1, 1)]
    assert list(score.measures["growth"][1]) == [(Fraction(-1, 5), 0), (Fraction(1, 10), 1)]
    assert list(score.measures["receipts"][1]) == [(0, 0), (1, 1)]
    assert (score.missing, score.pace, score.under, score.over) == ("zero", "calendar_days", Fraction(1, 20), 0)


def test_a_table_takes_files_encoding_and_sheet():
    """One file or several, and how to read them."""
    found = read_settings('[tables.org]\nfile = ["a.csv", "b*.csv"]\nencoding = "gb18030"\nsheet = "S"').tables["org"]
    assert found == TableSource(("a.csv", "b*.csv"), {}, {}, "gb18030", "S")


def test_only_dates_have_a_format():
    """A format on a number or a further field would be ignored, so it is refused."""
    column = '{ column = "X", format = "M/D/YYYY" }'
    assert (
        refused(f'[tables.sales]\nfile = "a"\ncolumns = {{ amount = {column} }}').where == "tables.sales.columns.amount"
    )
    assert refused(f'[tables.customers]\nfile = "a"\nfields = {{ date = {column} }}').code == "config.column"
    assert read_settings(f'[tables.sales]\nfile = "a"\ncolumns = {{ period = {column} }}').tables["sales"]


def test_cut_points_of_ready_made_schemes_are_read_by_name():
    """E5 from a file: use 50 and potential 100; decimals and shares are exact."""
    toml = """
    [classification]
    schemes = ["doctor_matrix", "vip", "market_product"]
    [classification.cuts.doctor_matrix]
    use = 50.5
    potential = 100
    [classification.cuts.vip]
    share = "70%"
    [classification.cuts.market_product]
    first = ["AA"]
    second = ["AB", "BA"]
    """
    found = read_settings(toml).policy
    assert found.classify.cuts == {
        "doctor_matrix": {"use": Fraction(101, 2), "potential": 100},
        "vip": {"share": Fraction(7, 10)},
        "market_product": {"first": ("AA",), "second": ("AB", "BA")},
    }
    book = found.classify.book(found.book, "sales")
    assert [book["doctor_matrix"]({"use": use, "potential": 100}) for use in ("50.5", "50.4")] == ["B", "C"]


def test_every_decision_is_in_the_fingerprint():
    """Two settings that decide differently never share a fingerprint."""
    texts = [
        "",
        '[goals]\ngrowth = "11%"',
        "[followup]\nvisits_per_day = 7",
        '[followup]\nleave = { R1 = ["2026-01-05"] }',
        '[followup]\ncontact_caps = [{ channel = "sms", most = 1, days = 1 }]',
        '[followup]\ncontact_caps = [{ channel = "sms", most = 1, days = 1, exempt = ["service"] }]',
        "[followup]\nminutes_per_day = 420",
        "[followup]\nvisit_minutes = { H1 = 20 }",
        "[followup]\nnotice = { H1 = 20 }",
        '[followup]\nflexible = ["H1"]',
        '[followup]\nfiling_asked = ["H1"]',
        '[followup]\nfilings = { R1 = "H1" }',
        '[followup]\nbases = { R1 = "H1" }',
        '[evaluation]\nunder = "5%"',
        '[classification]\nschemes = ["abc"]',
        '[classification.cuts.abc]\na = "70%"',
        '[classification.cuts.vip]\nshare = "70%"',
        '[calendar.2027]\noff = ["2027-01-01"]',
    ]
    assert len({read_settings(text).policy.fingerprint for text in texts}) == len(texts)


def test_bounds_policies_and_shares_above_are_read():
    """Amounts in the unit of the measure; words and figures as they are."""
    toml = """
    [goals]
    new_hire = "siblings"
    ramp = "50%"
    zero = "refuse"
    least_growth = "3%"
    floors = { R1 = "1,000.50" }
    caps = { R1 = 2000 }
    fixed = { R2 = "7" }
    over_assignment = { district = "2.5%" }
    """
    goals = read_settings(toml).policy.goals
    assert (goals.new_hire, goals.ramp, goals.zero) == ("siblings", Fraction(1, 2), "refuse")
    assert (goals.least_growth, goals.over) == (Fraction(3, 100), {"district": Fraction(1, 40)})
    told = [(one.node, one.why().text()) for one in goals.constraints]
    assert told == [
        ("R1", "at least 1,000.50 CNY (floor)"),
        ("R1", "at most 2,000.00 CNY (cap)"),
        ("R2", "fixed at 7.00 CNY (fixed)"),
    ]
    boxes = read_settings('[goals]\nmeasure = "quantity"\nnew_hire = "12.5"\ncaps = { R1 = 3 }').policy.goals
    assert (str(boxes.constraints[0].most), boxes.new_hire) == ("3 BOX", Decimal("12.5"))


def test_hours_closed_days_and_contacts():
    """Windows with their weekdays, days on which nobody is received, and what falls due."""
    found = read_settings(
        "[followup]\n"
        'clinic_hours = { H1 = ["Tue, Thu 8:00-11:30", "14:00 - 17:00"], H2 = "周三 09:00-10:00" }\n'
        'closed = { H1 = ["2026-03-04", "2026-03-09/2026-03-10"] }\n'
        'contacts = [{ grade = "A", channel = "phone", visits = "4-8" }]\n'
        '[calendar]\nzone = "Asia/Tokyo"\n'
    )
    follow = found.policy.follow
    assert [str(one) for one in follow.hours["H1"]] == [
        "Tue, Thu 08:00-11:30", "Mon, Tue, Wed, Thu, Fri, Sat, Sun 14:00-17:00",
    ]  # fmt: skip
    assert [str(one) for one in follow.hours["H2"]] == ["Wed 09:00-10:00"]
    assert sorted(day.day for day in follow.closed["H1"]) == [4, 9, 10]
    assert follow.contacts is not None
    assert follow.contacts.rows[0].channel == "phone"
    assert (found.zone, read_settings("").zone) == ("Asia/Tokyo", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[followup]\nclinic_hours = { H1 = "Tue" }', "followup.clinic_hours"),
        ('[followup]\nclinic_hours = { H1 = "Tue 11:00-10:00" }', "followup.clinic_hours"),
        ('[followup]\nclinic_hours = { H1 = "Tue 25:00-26:00" }', "followup.clinic_hours"),
        ('[followup]\nclosed = { H1 = "soon" }', "followup.closed"),
        ('[followup]\ncontacts = [{ channel = "fax", visits = 1 }]', "followup.contacts.0"),
        ('[followup]\ncontacts = [{ chanel = "face", visits = 1 }]', "followup.contacts.0.chanel"),
        ('[followup]\ncontact_caps = { channel = "sms" }', "followup.contact_caps"),
        ('[followup]\ncontact_caps = [{ channel = "fax", most = 1, days = 1 }]', "followup.contact_caps.0.channel"),
        ('[followup]\ncontact_caps = [{ channel = "sms", most = -1, days = 1 }]', "followup.contact_caps.0.most"),
        ('[followup]\ncontact_caps = [{ channel = "sms", most = 1, days = 0 }]', "followup.contact_caps.0.days"),
        ('[followup]\ncontact_caps = [{ channel = "sms", most = 1 }]', "followup.contact_caps.0.days"),
        (
            '[followup]\ncontact_caps = [{ channel = "sms", most = 1, days = 1, exmept = [] }]',
            "followup.contact_caps.0.exmept",
        ),
        ("[followup]\nminutes_per_day = 0", "followup.minutes_per_day"),
        ("[followup]\nminutes_per_day = 1441", "followup.minutes_per_day"),
        ("[followup]\nminutes_per_day = true", "followup.minutes_per_day"),
        ('[followup]\nvisit_minutes = { H1 = "20" }', "followup.visit_minutes.H1"),
        ("[followup]\nvisit_minutes = { H1 = 0 }", "followup.visit_minutes.H1"),
        ("[followup]\nvisit_minutes = 20", "followup.visit_minutes"),
        ("[followup]\nnotice = { H1 = -1 }", "followup.notice.H1"),
        ("[followup]\nflexible = [1]", "followup.flexible"),
        ("[followup]\nfiling_asked = { H1 = true }", "followup.filing_asked"),
        ('[followup]\nfilings = { R1 = " " }', "followup.filings.R1"),
        ("[followup]\nfilings = { R1 = 7 }", "followup.filings.R1"),
        ('[followup]\nbases = ["H1"]', "followup.bases"),
        ('[followup]\nfiling_asked = ["H1", ""]', "followup.filing_asked"),
        ('[followup]\nflexible = [" "]', "followup.flexible"),
        ('[followup]\nleave = { R1 = "2026-01-05/" }', "followup.leave"),
        *(
            (f'[followup]\n{key} = {{ "X1" = {given}, " X1" = {given} }}', f"followup.{key}.X1")
            for key, given in {
                "leave": '"2026-01-05"',
                "closed": '"2026-01-05"',
                "clinic_hours": '"08:00-09:00"',
                "clinic_weekdays": '"Mon"',
                "notice": "3",
                "visit_minutes": "20",
                "filings": '"BA-1"',
                "bases": '"home"',
            }.items()
        ),
        ('[calendar]\nzone = "No/Where"', "calendar.zone"),
        ("[calendar]\nzone = 8", "calendar.zone"),
        ('[calendar]\nzone = "../x"', "calendar.zone"),
    ],
)
def test_what_is_wrong_with_visits_is_named(text, where):
    """The full name of the setting."""
    with pytest.raises(BadConfig) as caught:
        read_settings(text)
    assert caught.value.where.startswith(where)


def test_the_further_settings_of_a_visit_plan_are_read():
    """By id, in their normal form; a single text is a list of one."""
    follow = read_settings(
        "[followup]\nminutes_per_day = 420\nvisit_minutes = { ' H1 ' = 20 }\nnotice = { H1 = 0 }\nflexible = 'H1'\n"
        "filing_asked = ['H1', 'H2']\nfilings = { R1 = 'BA-1' }\nbases = { R1 = 'home' }\n"
        "contact_caps = [{ channel = 'any', most = 0, days = 30, exempt = 'service' }]"
    ).policy.follow
    assert (follow.minutes_a_day, follow.visit_minutes, follow.notice) == (420, {"H1": 20}, {"H1": 0})
    assert (follow.flexible, follow.filing_asked) == ({"H1"}, {"H1", "H2"})
    assert (follow.filings, follow.bases) == ({"R1": "BA-1"}, {"R1": "home"})
    assert [(cap.channel, cap.most, cap.days, cap.exempt) for cap in follow.caps] == [("any", 0, 30, {"service"})]
