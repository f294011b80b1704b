"""Master names (主数据名称): the customers and products that we know, ready to be met by the names of a file.

A name is compared by its characters and by its pairs of characters, each weighed by how rarely it occurs among all
known names. 有限公司 and 大药房 stand in thousands of names and hardly count, so a legal form that is missing, added or
written another way costs little; the two characters of a brand count much. Pairs keep the order within words, so that
swapped words still meet.

>>> known = MasterNames.of([Master("H1", ("示例市人民医院",)), Master("H2", ("样本市人民医院",))])
>>> [(one.id, one.score) for one in known.near("人民医院（示例市）")][:1]
[('H1', 95)]

Source: P2-F; S004-74.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest, nsmallest

from attrs import field, frozen

from pharmasales.archive.customers import Customer, Product
from pharmasales.archive.kinds import is_person
from pharmasales.archive.likeness import spelled
from pharmasales.channel.flow.telling import NameReader, ReadName, customer_name, name_key, tells_apart
from pharmasales.errors import BadRows, BadValue
from pharmasales.names import clean, normal_id, two_spellings

__all__ = ["Likely", "Master", "MasterNames", "customer_masters", "product_masters"]

_ENTRIES = 900  # so many entries of the index are looked through for one name, the rarest first
_FEWEST = 4  # but at least so many of its parts
_SLIPS = 3  # where more characters than this stand in one name only, on both sides together, it is another word
_PLAIN = 5  # a name that more masters than this bear or contain names nobody
_COMMON = 16  # a character that stands in more than one name in sixteen tells nobody apart
_WEIGHED = 12  # so many of the nearest are weighed in full


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise BadValue("one text where several are due", where="master names", hint="give a tuple", code="flow.master")
    return tuple(map(clean, given))


def _id(text: str) -> str:
    return normal_id(text, "master id")


@frozen
class Master:
    """One known customer or product under all its names.

    Args:
        id: its id in our own files.
        names: the name, then other names of the same; a product's with its strength and pack.

    Raises:
        BadValue: an empty id, one text where several are due, or a refused character.
    """

    id: str = field(converter=_id)
    names: tuple[str, ...] = field(converter=_texts, repr=False)


def customer_masters(customers: Iterable[Customer]) -> list[Master]:
    """Make masters of the archive's customers; another name in brackets, or under the field `aliases`, is a name too.

    Args:
        customers: an archive, or some of its customers; persons are left out, since goods are not sold to them.

    >>> customer_masters([Customer("H1", "示例医院（原样本医院）", "hospital")])[0].names
    ('示例医院（原样本医院）', '示例医院', '样本医院')
    """
    return [Master(one.id, tuple(_names(one))) for one in customers if not is_person(one.kind)]


def _names(customer: Customer) -> Iterator[str]:
    yield customer.name
    read = spelled(customer.name)
    if read.aliases and not read.campus:
        yield from (*read.keys[:1], *read.aliases)
    further = customer.fields.get("aliases", ())
    yield from (further.split("、") if isinstance(further, str) else ())


def product_masters(products: Iterable[Product]) -> list[Master]:
    """Make masters of products; a product's label should say strength and pack.

    >>> product_masters([Product("P1", "示例片 10mg*24片")])
    [Master(id='P1')]
    """
    return [Master(one.id, (one.name,)) for one in products]


@frozen
class Likely:
    """One master that comes near.

    Args:
        id: its id.
        score: how alike the names are, in whole hundredths.
        apart: what tells the two apart all the same, one of `MARKS`, or nothing.
        said: how much of what the file says the master says too, in whole hundredths.
    """

    id: str
    score: int
    apart: str | None = None
    said: int = 100


@frozen
class _Row:
    """One name of one master."""

    id: str
    key: str
    read: ReadName
    weight: int


@frozen(repr=False, eq=False)
class MasterNames:
    """All known names of one kind, customers or products; build it with `MasterNames.of`.

    Args:
        ids: the ids, sorted.
        rows: one row a name.
        read: reads a name for comparison.
    """

    ids: Sequence[str]
    rows: Sequence[_Row]
    read: NameReader
    _equal: Mapping[str, tuple[str, ...]]
    _having: Mapping[str, Sequence[int]]
    _weights: Mapping[str, int]

    @classmethod
    def of(cls, masters: Iterable[Master], read: NameReader = customer_name) -> MasterNames:
        """Make the names ready. The order in which they are given does not matter.

        Args:
            masters: what is known.
            read: `customer_name`, or `product_name` for products.

        Raises:
            BadRows: ids that differ in case, width or spaces only.
        """
        known = sorted(masters, key=lambda one: one.id)
        bad = two_spellings("master", (one.id for one in known), "flow.twins")
        if bad:
            raise BadRows("the masters cannot be told apart", bad)
        given = sorted({(one.id, name_key(name), name) for one in known for name in one.names if name_key(name)})
        names = [read(name) for _, _, name in given]
        having: dict[str, list[int]] = defaultdict(list)
        equal: dict[str, dict[str, None]] = defaultdict(dict)
        for at, (id_, text, _) in enumerate(given):
            equal[text][id_] = None
            for part in names[at].parts:
                having[part].append(at)
        weights = {part: _weight(part, len(given) // len(at)) for part, at in having.items()}
        rows = [
            _Row(id_, text, name, sum(map(weights.__getitem__, name.parts)))
            for (id_, text, _), name in zip(given, names, strict=True)
        ]
        same = {text: tuple(found) for text, found in equal.items()}
        return cls(sorted({row.id for row in rows}), rows, read, same, {**having}, weights)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"MasterNames({len(self)} masters)"

    def same(self, name: str) -> tuple[str, ...]:
        """Return the ids of everybody who bears this name, case, width, spaces and punctuation aside."""
        return self._equal.get(name_key(name), ())

    def plain(self, name: str) -> bool:
        """Whether many other masters' names contain a name whole, as of 人民医院: it names nobody.

        >>> towns = [Master(f"H{n}", (f"{chr(0x4E00 + n)}县人民医院",)) for n in range(9)]
        >>> MasterNames.of([*towns, Master("H", ("人民医院",))]).plain("人民医院")
        True
        """
        fewest = min((self._having.get(part, ()) for part in self.read(name).parts), key=len, default=())
        return len({self.rows[at].id for at in fewest if name_key(name) in self.rows[at].key}) > _PLAIN

    def near(self, name: str, k: int = 5) -> tuple[Likely, ...]:
        """Return the likeliest masters, the best first, each once; equal ones: those not told apart, then by id.

        Args:
            name: the name as the file has it.
            k: how many.
        """
        asked = self.read(name)
        says = sum(self._weights.get(part, 0) for part in asked.parts)
        strange = sum(_weight(part, len(self.rows)) for part in asked.parts if part not in self._weights)
        best: dict[str, tuple[int, int, int]] = {}
        for at in self._found(asked.parts):
            row = self.rows[at]
            shared = sum(map(self._weights.__getitem__, asked.parts & row.read.parts))
            score = 300 * shared // (2 * says + strange + row.weight)
            if row.id not in best or score > best[row.id][0]:
                best[row.id] = score, at, 200 * shared // (2 * says + strange)
        ranked = nsmallest(k, best.items(), key=lambda one: (-one[1][0], one[0]))
        likely = [Likely(id_, score, self._apart(asked, self.rows[at].read), said) for id_, (score, at, said) in ranked]
        return tuple(sorted(likely, key=lambda one: (-one.score, one.apart is not None, one.id)))

    def _apart(self, asked: ReadName, known: ReadName) -> str | None:
        """Return what tells two names apart: a mark, or more characters than slips of the pen would explain."""
        found = tells_apart(asked.marks, known.marks)
        if found:
            return found
        more, less = self._telling(asked.signs - known.signs), self._telling(known.signs - asked.signs)
        if more and less and len(more) + len(less) > _SLIPS:
            return "words"
        return None

    def _telling(self, signs: Iterable[tuple[str, int]]) -> list[str]:
        """Return the characters that few names share."""
        many = max(2, len(self.rows) // _COMMON)
        return [sign for sign, _ in signs if len(self._having.get(sign, ())) <= many]

    def _found(self, parts: frozenset[str]) -> list[int]:
        """Return the rows that share the rarest parts, those first that share most."""
        having = sorted((len(self._having[part]), part) for part in parts if part in self._having)
        met: dict[int, int] = defaultdict(int)
        entries = 0
        for count, (size, part) in enumerate(having):
            entries += size
            if entries > _ENTRIES and count >= _FEWEST:
                break
            weight = self._weights[part]
            for at in self._having[part]:
                met[at] += weight
        return nlargest(_WEIGHED, met, key=lambda at: (met[at], -at))


def _weight(part: str, rare: int) -> int:
    """Weigh a part by how rare it is: four times the binary logarithm, in whole numbers; a pair of characters half."""
    weight = (rare**4).bit_length()
    return max(1, weight if len(part) == 1 or part[0] == "#" else weight // 2)
