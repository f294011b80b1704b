"""What was known before a day: the day itself does not belong to it."""

from datetime import date

from pharmasales import BOX, CNY, Amount, Archive, Customer, Month, Node, Org, Quarter, Region, Sale

FIRST = date(2026, 1, 1)
ONE = Amount(100, CNY)


def world(*sales: Sale) -> Region:
    """Return a region of two reps and two customers, the second opened on the first day of 2026."""
    org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
    archive = Archive.of([Customer("H1", "Old"), Customer("H2", "New", since=FIRST)])
    return Region(org, archive, CNY, BOX, sales=sales)


def test_a_sale_of_the_day_itself_is_not_known_before_it():
    """A dated line counts from the day after its own; one without a day from the end of its period."""
    dated = [Sale(Month.of(day), ONE, customer="H1", rep="r1", day=day) for day in (date(2025, 12, 31), FIRST)]
    whole = [Sale(month, ONE, customer="H1", rep="r1") for month in (Month(2025, 12), Month(2026, 1))]
    assert list(world(*dated).before(FIRST).sales) == dated[:1]
    assert list(world(*whole).before(FIRST).sales) == whole[:1]
    assert list(world(Sale(Quarter(2025, 4), ONE)).before(date(2025, 12, 31)).sales) == []


def test_owners_come_from_what_was_known():
    """The rep who sold most before the day looks after an orphan, whatever was sold on the day."""
    before = Sale(Month(2025, 12), ONE, customer="H1", rep="r1", day=date(2025, 12, 31))
    on_it = Sale(Month(2026, 1), ONE * 9, customer="H1", rep="r2", day=FIRST)
    assert world(before, on_it).before(FIRST).archive["H1"].owner == "r1"


def test_a_file_opened_on_the_day_is_not_known_before_it():
    """A customer is known from the day after its file was opened."""
    assert "H2" not in world().before(FIRST).archive
    assert "H2" in world().before(date(2026, 1, 2)).archive
