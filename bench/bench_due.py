"""What is due on a day over 100,000 customers, beside a loop over tuples that compares two dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from timing import timed

from pharmasales.compliance.contacts import ContactCap
from pharmasales.display import Says
from pharmasales.followup.due.followed import Followed, Occasion, Touch
from pharmasales.followup.due.listing import DueRules, due_on
from pharmasales.followup.due.ranking import DueOrder
from pharmasales.followup.due.recurrence import Recurrence
from pharmasales.followup.due.recurring import Recurring
from pharmasales.followup.due.restraints import Restraints
from pharmasales.followup.due.tables import BY_CLASS
from pharmasales.followup.due.triggers import KEEP_IN_TOUCH, Silence
from pharmasales.workdays import CHINA

MANY = 100_000
START, AS_OF = date(2026, 1, 5), date(2026, 5, 11)
AFTER = {"A": (8, 12), "B": (15, 23), "C": (30, 45)}
"""Days after which a visit of each class is due and late, as `BY_CLASS` has them."""
AGEING = {"A": 20, "B": 30, "C": 60}


def crowd(seed: int = 1) -> list[Followed]:
    """Customers of three classes, each with four visits, about a third of them due on the day."""
    random = Random(seed)  # noqa: S311 - a seeded example, no secret
    found = []
    for n in range(MANY):
        grade = "ABBCCC"[n % 6]
        last = AS_OF - timedelta(days=random.randrange(AFTER[grade][0] * 3 // 2))
        days = [last - timedelta(days=10 * k) for k in range(4)]
        found.append(Followed(f"c{n:06d}", f"r{n % 400:03d}", grade, START, value=n % 97, touches=map(Touch, days)))
    return found


def floor(customers: list[tuple[str, str, int, list[date]]]) -> list[tuple[int, int, int, str, date, date]]:
    """Compare the last visit of each customer with two counts of days, and sort: no reason, no cap, no working day."""
    found = []
    for customer, grade, value, days in customers:
        due, late = AFTER[grade]
        last = max(day for day in days if day <= AS_OF)
        since = last + timedelta(days=due)
        if since <= AS_OF:
            until = last + timedelta(days=late)
            found.append(("ABC".index(grade), min(0, (until - AS_OF).days), -value, customer, since, until))
    return sorted(found)


def floor_of_all(customers: list[tuple[str, str, int, list[date]]], fallen: list[date]) -> int:
    """Compare dates for a cadence, a recurrence, a silence and a promise, and count the visits of two windows."""
    found = 0
    for n, (_, grade, _, days) in enumerate(customers):
        last = max(day for day in days if day <= AS_OF)
        asks = (AS_OF - last).days >= AFTER[grade][0]
        asks += any(day > last for day in fallen)
        asks += (AS_OF - last).days >= AGEING[grade]
        asks += n % 10 == 0
        if asks:
            full = (
                sum((AS_OF - day).days < 30 for day in days) >= 4 or sum((AS_OF - day).days < 60 for day in days) >= 8
            )
            found += 0 if full else asks
    return found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    customers = crowd()
    plain = [(one.customer, one.grade, int(one.value or 0), [t.day for t in one.touches]) for one in customers]
    least, sought = timed(lambda: floor(plain))
    rules = DueRules(BY_CLASS, silences=(), order=DueOrder("ABC", ("class", "overdue", "value")))
    ours, found = timed(lambda: due_on(customers, AS_OF, rules, CHINA))
    assert [item.need.customer for item in found] == [row[3] for row in sought]
    yield f"due by cadence: {MANY:,} customers, {len(found):,} due", ours, least
    round_ = Recurring("round", Recurrence.weekly(date(2026, 1, 7), [2], every=2))
    ageing = Silence("ageing", AGEING, Says("call", "致电"))
    everything = DueRules(BY_CLASS, recurring=[round_], silences=[KEEP_IN_TOUCH, ageing], order=DueOrder("ABC"))
    promises = [Occasion(f"T{n}", "promise", f"c{n:06d}", AS_OF - timedelta(days=5)) for n in range(0, MANY, 10)]
    bound = Restraints(caps=[ContactCap("face", 4, 30), ContactCap("any", 8, 60)])
    fallen = [date(2026, 1, 7) + timedelta(days=14 * n) for n in range(9)]
    least, _ = timed(lambda: floor_of_all(plain, fallen))
    ours, found = timed(lambda: due_on(customers, AS_OF, everything, CHINA, occasions=promises, restraints=bound))
    yield f"due by all rules under two caps: {MANY:,} customers, {len(found.everything):,} items", ours, least


def main() -> None:
    """Print each case with the ratio to the floor, and microseconds a customer."""
    for name, ours, least in cases():
        each = f"{ours / MANY * 1e6:.1f} microseconds a customer"
        print(f"{name}: {ours:.3f} s, floor {least:.3f} s, ratio {ours / least:.1f}, {each}")


if __name__ == "__main__":
    main()
