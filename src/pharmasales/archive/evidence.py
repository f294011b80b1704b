"""Evidence of identity (同一性证据): what of two customers is compared, what speaks for one customer and what against.

Every piece of evidence is a count of hundredths with its reason; the score is their sum, kept within 0 and 100.

>>> from pharmasales.archive.customers import Customer
>>> pair = [Customer(i, name, "doctor", parent="H1") for i, name in (("D1", "示例医生"), ("D2", "示例 医生"))]
>>> weighed(*files(pair), ratio_of()).why.text()
'100 of 100 (same name; same hospital)'
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from attrs import frozen

from pharmasales.archive.customers import Customer
from pharmasales.archive.kinds import is_person
from pharmasales.archive.likeness import Spelled, differences, hundredths, key, place_path, spelled
from pharmasales.display import Why, because
from pharmasales.extras import need

__all__ = ["Candidate", "File", "Ratio", "files", "least_ratio", "ratio_of", "weighed"]

_SAME_ADDRESS, _ADDRESS_FROM = 5, 90
_SAME_PLACE, _OTHER_PLACE = 20, 20  # a person's hospital
_OTHER_CODE = 30
_TELEPHONE = {False: 10, True: 30}  # a switchboard serves many, a mobile one person
_NAMESAKES = 80  # people share names, so an equal one alone is worth so much
_NO_MAIN = 12  # places share the general names in their brackets

Ratio: TypeAlias = Callable[[str, str], float]
"""rapidfuzz's ratio of two texts, in percent."""


def ratio_of() -> Ratio:
    """Return rapidfuzz's ratio.

    Raises:
        BadConfig: rapidfuzz is not installed.

    >>> ratio_of()("示例", "示例")
    100.0
    """
    return cast("Ratio", need("rapidfuzz.fuzz", "match").ratio)


@frozen
class Candidate:
    """Two customers who may be one.

    Args:
        first: the id that comes first.
        second: the other one.
        score: in whole hundredths.
        reasons: what speaks for it and against it.
    """

    first: str
    second: str
    score: int
    reasons: tuple[Why, ...]

    @property
    def why(self) -> Why:
        """The score with everything that it rests on."""
        return because("{score} of 100", "{score} 分", *self.reasons, score=self.score)


@frozen(eq=False)
class File:
    """What of one customer is compared.

    Args:
        id: its id.
        kind: its kind; kinds never mix.
        person: whether it is a human being.
        name: its name, ready for comparison.
        code: the key of its credit code, or "".
        telephones: the keys of its numbers.
        address: the key of its address, or "".
        home: the topmost customer that it belongs to, or "".
        path: where it is, the widest place first, then its home.
    """

    id: str
    kind: str
    person: bool
    name: Spelled
    code: str
    telephones: frozenset[str]
    address: str
    home: str
    path: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All names, the main one first."""
        return self.name.keys + self.name.aliases


def files(given: Sequence[Customer], level: int = 2) -> list[File]:
    """Take out of some customers what is compared, each with its place down to a level of the divisions.

    >>> [one.path for one in files([Customer("H1", "示例医院", "hospital", division="990102")])]
    [('99', '01')]
    """
    known = {customer.id: customer for customer in given}
    return [_file(customer, _topmost(customer, known), level) for customer in given]


def _topmost(customer: Customer, known: Mapping[str, Customer]) -> Customer | None:
    """Return the hospital of a doctor or a department, if it is known, however many levels up."""
    here, seen = customer, {customer.id}
    while here.parent in known and here.parent not in seen:
        here = known[here.parent]
        seen.add(here.id)
    return None if here is customer else here


def _file(customer: Customer, top: Customer | None, level: int) -> File:
    person = is_person(customer.kind)
    home = top.id if top else customer.parent
    place = place_path((top or customer).division)[:level]
    telephones = {key(_text(customer, name)) for name in ("telephone", "mobile")}
    return File(
        customer.id,
        customer.kind,
        person,
        spelled(customer.name, person=person),
        key(_text(customer, "credit_code")),
        frozenset(telephones - {""}),
        key(_text(customer, "address")),
        home,
        (*place, f"in {home}") if home else place,
    )


def _text(customer: Customer, name: str) -> str:
    held = customer.fields.get(name)
    return str(held) if isinstance(held, str | int) else ""


def least_ratio(one: File, at_least: int) -> int:
    """Return the least ratio of names with which a customer could reach a score, telephones and codes aside.

    Over 100 where no name is enough: a person's, without the hospital.

    >>> least_ratio(files([Customer("D1", "示例医生", "doctor")])[0], 90)
    113
    """
    if one.person:
        return -(-(at_least - (_SAME_PLACE if one.home else 0)) * 100 // _NAMESAKES)
    return at_least - _SAME_ADDRESS


def weighed(first: File, second: File, ratio: Ratio) -> Candidate:
    """Weigh everything that speaks for one customer and against it.

    >>> pair = files([Customer(i, "示例医院" + i, "hospital") for i in ("一院", "二院")])
    >>> weighed(*pair, ratio_of()).score
    63
    """
    found = [*_for(first, second, ratio), *_against(first, second)]
    score = max(0, min(100, sum(points for points, _ in found)))
    return Candidate(first.id, second.id, score, tuple(why for _, why in found))


def _best(first: File, second: File, ratio: Ratio) -> int:
    """Return the best ratio over all names; without either main name it counts less."""
    best = 0
    for ours in first.texts:
        for theirs in second.texts:
            main = ours == first.texts[0] or theirs == second.texts[0]
            less = 0 if main else _NO_MAIN
            best = max(best, hundredths(ratio(ours, theirs), len(ours) + len(theirs)) - less)
    return best


def _for(first: File, second: File, ratio: Ratio) -> Iterator[tuple[int, Why]]:
    score = _best(first, second, ratio)
    points = score * _NAMESAKES // 100 if first.person else score
    if first.code and first.code == second.code:
        yield 100 - points, because("same credit code", "统一社会信用代码相同")
    if score == 100:
        yield points, because("same name", "名称相同")
    elif score:
        yield points, because("name ratio {score}", "名称相似度 {score}", score=score)
    if first.person and first.home and first.home == second.home:
        yield _SAME_PLACE, because("same hospital", "同一单位")
    if first.telephones & second.telephones:
        yield _TELEPHONE[first.person], because("same telephone", "电话相同")
    if not first.person and first.address and second.address:
        near = hundredths(ratio(first.address, second.address), len(first.address) + len(second.address))
        if near >= _ADDRESS_FROM:
            yield _SAME_ADDRESS, because("address ratio {near}", "地址相似度 {near}", near=near)


def _against(first: File, second: File) -> Iterator[tuple[int, Why]]:
    if first.code and first.code == second.code:
        campuses = (Spelled((), campus=one.name.campus) for one in (first, second))
        yield from ((-cost, why) for cost, why in differences(*campuses))
        return
    if first.code and second.code:
        yield -_OTHER_CODE, because("different credit codes", "统一社会信用代码不同")
    if first.home and second.home and first.home != second.home:
        yield -_OTHER_PLACE, because("belongs to another place", "所属单位不同")
    if not first.person:
        yield from ((-cost, why) for cost, why in differences(first.name, second.name))
