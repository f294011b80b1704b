"""A labelled world of flow lines, by seed: made-up customers and products, and what distributors make of their names.

Every line says which customer and product it truly means; "" is a customer or a product that nobody has in the master
data, where the only right answer is a question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from attrs import frozen

from pharmasales.channel.flow import Master

__all__ = ["Labelled", "World", "corrupted", "labelled", "world"]

PLACE = (
    "嘉乐德化仪真太仓昆丰沛邳句容兰溪桐庐余姚慈象奉舟岱嵊绍诸暨义乌磐缙松遂庆景宿灵泗萧砀涡颍界阜亳霍舒庐"
    "巢含郎绩歙休黟祁婺德弋铅贵鄱万余瑞宜奉靖武修彭共星都湖口吉泰遂永安福新峡乐吉赣安宁平和永康兴隆昌盛泰"
    "富临清河源江海湖山岭峰林溪泉石桥塘浦滨陵阳川原谷州城关口店集镇沙洲云梦龙凤鹤鹿金银铜玉青白黄红丹赤紫"
)
BRAND = (
    "仁济同德善益寿春生民惠普瑞祥庆吉福禄喜乐康健保元正大光明诚信义礼智和顺达通百草本草杏林橘井岐黄华佗扁"
    "鹊九芝鸿茅雷允松鹤延年养颐天汇"
)
ROAD = "人民解放建设新华中山文化胜利和平团结友谊光明东风朝阳迎宾滨河环城学府工农青年长江黄河"
STEM = (
    "阿奥氨苯布达地多恩法氟格环吉甲卡克拉利罗洛马美莫那尼诺帕培匹普奇曲瑞沙舒司他坦替妥维西辛伊英扎唑酮林"
    "平汀定松米星霉素酸钠"
)
FORMS = "片 胶囊 颗粒 注射液 口服液 缓释片 分散片 肠溶片 软膏 滴眼液".split()
PACKS = {"片": "片", "胶囊": "粒", "颗粒": "袋", "注射液": "支", "口服液": "支", "软膏": "支", "滴眼液": "支"}
LEGAL = "有限公司 有限责任公司 股份有限公司".split()
SHORT = (
    ("人民医院", "人医"),
    ("中医医院", "中医院"),
    ("妇幼保健院", "妇幼"),
    ("社区卫生服务中心", "社区中心"),
    ("大药房连锁有限公司", "大药房"),
    ("医药有限公司", "医药"),
    ("中心卫生院", "卫生院"),
    ("有限责任公司", ""),
    ("股份有限公司", ""),
    ("有限公司", ""),
    ("分店", "店"),
)
SHORT_PRODUCT = (("注射液", "针"), ("胶囊", "胶丸"), ("盐酸", ""), ("滴眼液", "眼药水"), ("口服液", "口服"))
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


@frozen
class World:
    """Masters, with the parts of each name, so that a word can be left out or moved."""

    customers: Sequence[Master]
    products: Sequence[Master]
    words: dict[str, tuple[str, ...]]
    strangers: Sequence[tuple[str, ...]]
    aliases: dict[str, str]


@frozen
class Labelled:
    """One line as a distributor writes it, and what it means; half of the distributors have a column for the town."""

    distributor: str
    customer: str
    product: str
    place: str
    means_customer: str
    means_product: str
    slips: int


def world(seed: int, customers: int = 20_000, products: int = 5_000) -> World:
    """Make a world; a fiftieth more of names are kept out of the master data as strangers."""
    chance = Random(seed)  # noqa: S311 - made-up data
    signs = sorted(set(PLACE))
    stems = sorted({"".join(chance.sample(signs, 2)) for _ in range(max(20, customers // 40))})
    towns = [stem + chance.choice("市市县县区") for stem in stems]
    regions = ["".join(chance.sample(signs, 2)) + "省" for _ in range(12)]
    province = {town: chance.choice(regions) for town in towns}
    chains = ["".join(chance.sample(BRAND, 2)) for _ in range(60)]
    named: dict[tuple[str, ...], tuple[str, ...]] = {}
    while len(named) < customers + customers // 50:
        town = chance.choice(towns)
        words = _customer(chance, town, province[town], chains)
        named.setdefault(words[words[0] in regions :], words)  # with and without its province it is one place
    made = list(named.values())
    chance.shuffle(made)
    goods: dict[tuple[str, ...], None] = {}
    while len(goods) < products + products // 50:
        for one in _products(chance):
            goods.setdefault(one)
    wares = list(goods)
    chance.shuffle(wares)
    words = {f"C{n:05}": one for n, one in enumerate(made[:customers])}
    words |= {f"P{n:05}": one for n, one in enumerate(wares[:products])}
    aliases = {id_: "".join(chance.sample(BRAND, 3)) + f"往来户{n}" for n, id_ in enumerate(list(words)[:customers:40])}
    return World(
        [Master(f"C{n:05}", ("".join(one),)) for n, one in enumerate(made[:customers])],
        [Master(f"P{n:05}", (_label(one),)) for n, one in enumerate(wares[:products])],
        words,
        [*made[customers:], *wares[products:]],
        aliases,
    )


def _customer(chance: Random, town: str, province: str, chains: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a name."""
    where = (province, town) if chance.random() < 0.3 else (town,)
    brand = "".join(chance.sample(BRAND, chance.choice((2, 2, 3))))
    road = chance.choice([ROAD[n : n + 2] for n in range(0, len(ROAD), 2)]) + chance.choice("路路街巷")
    sort = chance.random()
    if sort < 0.2:
        kind = chance.choice(
            "人民医院 中医医院 妇幼保健院 第一人民医院 第二人民医院 第三人民医院 口腔医院 骨科医院".split()
        )
        return (*where, kind)
    if sort < 0.3:
        place = "".join(chance.sample(PLACE, 2))
        return (*where, place, chance.choice(("镇中心卫生院", "镇卫生院", "街道社区卫生服务中心", "乡卫生院")))
    if sort < 0.6:
        shop = (
            f"{road}{chance.choice(('店', '店', '分店'))}"
            if chance.random() < 0.6
            else f"第{chance.randint(1, 60)}分店"
        )
        return (*where, chance.choice(chains), "大药房连锁有限公司", shop)
    if sort < 0.8:
        return (*where, brand, chance.choice(("药店", "大药房", "药房", "大药房有限公司")))
    if sort < 0.9:
        return (*where, brand, chance.choice(("医药", "药业", "医药贸易")) + chance.choice(LEGAL))
    return (*where, brand, chance.choice(("诊所", "门诊部", "医院", "综合门诊部")))


def _products(chance: Random) -> list[tuple[str, ...]]:
    """Return some packs of one substance, in the words of its name."""
    name = ("盐酸" if chance.random() < 0.15 else "") + "".join(chance.sample(STEM, chance.choice((3, 4, 4, 5))))
    form = chance.choice(FORMS)
    maker = "".join(chance.sample(BRAND, 2)) + "制药"
    count = PACKS.get(form, "片")
    return [
        (
            name,
            form,
            f" {chance.choice(('5mg', '10mg', '20mg', '0.1g', '0.25g', '0.5g', '50mg'))}",
            f"*{chance.choice((6, 10, 12, 20, 24, 36))}{count}",
            f" {maker}",
        )
        for _ in range(chance.choice((1, 2, 3)))
    ]


def _label(words: Sequence[str]) -> str:
    return "".join(words).strip()


def _spot(words: Sequence[str], chance: Random) -> tuple[int, int]:
    """Return the word and the place of a slip; drawn again where it hits a strength: those are looked at."""
    for _ in range(2):
        at = chance.randrange(len(words))
        if not any(map(str.isdigit, words[at])):
            break
    return at, chance.randrange(len(words[at]))


def _typo(words: list[str], chance: Random, signs: str) -> list[str]:
    """Write one character wrong."""
    at, spot = _spot(words, chance)
    words[at] = words[at][:spot] + chance.choice(signs) + words[at][spot + 1 :]
    return words


def _dropped(words: list[str], chance: Random, _signs: str) -> list[str]:
    at, spot = _spot(words, chance)
    words[at] = words[at][:spot] + words[at][spot + 1 :]
    return words


def _turned(words: list[str], chance: Random, _signs: str) -> list[str]:
    at, spot = _spot(words, chance)
    word = words[at]
    words[at] = word[:spot] + word[spot + 1 : spot + 2] + word[spot] + word[spot + 2 :]
    return words


def _missing(words: list[str], chance: Random, _signs: str) -> list[str]:
    """Leave out a word of three or more, the first one mostly: a province or a town."""
    if len(words) < 3:
        return words
    at = 0 if chance.random() < 0.8 else chance.randrange(len(words))
    return words[:at] + words[at + 1 :]


def _swapped(words: list[str], chance: Random, _signs: str) -> list[str]:
    return [*words[1:], f"（{words[0]}）"] if chance.random() < 0.5 else [*words[1:], words[0]]


def _width(words: list[str], chance: Random, _signs: str) -> list[str]:
    return [("　" if chance.random() < 0.3 else "") + word.translate(WIDE) for word in words]


def _shorter(pairs: Sequence[tuple[str, str]]) -> Callable[[list[str], Random, str], list[str]]:
    def short(words: list[str], chance: Random, _signs: str) -> list[str]:
        text = "".join(words)
        fit = [pair for pair in pairs if pair[0] in text]
        if not fit:
            return words
        long, brief = chance.choice(fit)
        return [text.replace(long, brief)]

    return short


def _legal(words: list[str], chance: Random, _signs: str) -> list[str]:
    text = "".join(words)
    for form in sorted(LEGAL, key=len, reverse=True):
        if form in text:
            return [text.replace(form, chance.choice([one for one in LEGAL if one != form]))]
    return [*words, chance.choice(LEGAL)] if text.endswith(("药房", "药店", "医药")) else words


def _marks(words: list[str], chance: Random, _signs: str) -> list[str]:
    """Write the pack another way."""
    text = "".join(words)
    text = text.replace("*", chance.choice(("×", "x", "*", "：")))
    if chance.random() < 0.5:
        for gram, milli in (("0.1g", "100mg"), ("0.25g", "250mg"), ("0.5g", "500mg")):
            text = text.replace(gram, milli)
    return [text + ("/盒" if chance.random() < 0.3 else "")]


CUSTOMER_SLIPS = (_typo, _typo, _dropped, _turned, _missing, _swapped, _width, _shorter(SHORT), _shorter(SHORT), _legal)
PRODUCT_SLIPS = (_typo, _dropped, _missing, _swapped, _width, _shorter(SHORT_PRODUCT), _marks, _marks)


def corrupted(words: Sequence[str], chance: Random, *, product: bool) -> tuple[str, int]:
    """Return a name with no slip (six in ten), one (seven in twenty) or two, and how many."""
    signs, slips = (STEM, PRODUCT_SLIPS) if product else (PLACE + BRAND, CUSTOMER_SLIPS)
    count = chance.choices((0, 1, 2), (60, 35, 5))[0]
    given = list(words)
    for slip in chance.sample(slips, count):
        given = [word for word in slip(given, chance, signs) if word] or list(words)
    return _label(given), count


def labelled(made: World, seed: int, lines: int) -> list[Labelled]:
    """Return lines of sixty distributors; two in a hundred name a customer that nobody knows, one a product."""
    chance = Random(seed)  # noqa: S311 - made-up data
    customers = [words for words in made.strangers if "制药" not in words[-1]]
    products = [words for words in made.strangers if "制药" in words[-1]]
    found = []
    for _ in range(lines):
        customer = "" if chance.random() < 0.02 else chance.choice(made.customers).id
        product = "" if chance.random() < 0.01 else chance.choice(made.products).id
        alias = made.aliases.get(customer, "")
        meant = made.words[customer] if customer else chance.choice(customers)
        if alias and chance.random() < 0.5:
            theirs, slips = alias, 0
        else:
            theirs, slips = corrupted(meant, chance, product=False)
        ware, more = corrupted(made.words[product] if product else chance.choice(products), chance, product=True)
        distributor = chance.randrange(60)
        town = next((word for word in meant if word[-1] in "市县区"), "") if distributor % 2 else ""
        found.append(Labelled(f"D{distributor:02}", theirs, ware, town, customer, product, slips + more))
    return found
