"""Names of administrative divisions (行政区划名称) as they are compared: whole, without suffix, and by rank.

>>> place_name("延边朝鲜族自治州").stems, place_name("延边州").stems
(('延边朝鲜族自治州', '延边'), ('延边州', '延边'))
>>> place_name("延边朝鲜族自治州").rank == place_name("延边州").rank == "州"
True
"""

from __future__ import annotations

import re
from functools import lru_cache

from attrs import frozen

from pharmasales.names import fold

__all__ = ["PlaceName", "names_no_place", "place_name", "reads_through"]

_THROUGH = re.compile("市辖区|县|(?:省|自治区)直辖县级行政区划")
_NO_PLACE = re.compile(
    "市辖区|县|(?:省|自治区)?直辖(?:县级行政区划|县级市|县)?|市?本级|[省市州]直(?:属|管|辖)?|市区|(?:中心|主)?城区"
)
_PEOPLES = (
    "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 各"
)
_AUTONOMOUS = re.compile(f"(.{{2,}}?)(?:(?:{'|'.join(_PEOPLES.split())})族?)*自治(区|州|县|旗)")
_SUFFIXES = ("特别行政区", "地区", "林区", "矿区", "特区", "新区", *"省市区县旗盟州")


@frozen
class PlaceName:
    """A name as it is compared.

    Args:
        whole: the folded name without spaces.
        stems: the whole, then without the suffixes that it may bear; a stem has two characters at least.
        rank: 省, 市, 区, 新区, 县, 州 ... as its suffix says, or "".
    """

    whole: str
    stems: tuple[str, ...]
    rank: str

    def fits(self, other: PlaceName) -> bool:
        """Whether both may be one place: a stem in common and no suffix that says otherwise.

        >>> place_name("浦东").fits(place_name("浦东新区")), place_name("监利县").fits(place_name("监利市"))
        (True, False)
        """
        return self.rank in ("", other.rank) and not set(self.stems).isdisjoint(other.stems)

    def shortens(self, other: PlaceName) -> bool:
        """Whether this is the beginning of the other with its rank: 巴州 for 巴音郭楞蒙古自治州.

        >>> place_name("巴州").shortens(place_name("巴音郭楞蒙古自治州"))
        True
        """
        return len(self.whole) > 1 and self.whole[-1] == other.rank and other.whole.startswith(self.whole[:-1])


@lru_cache(maxsize=8192)
def place_name(written: str) -> PlaceName:
    """Return the name as it is compared: without 省, 市, 区, 县, 旗, 盟, 州, 地区, and without the peoples of 自治."""
    whole = "".join(fold(written).split())
    autonomous = _AUTONOMOUS.fullmatch(whole)
    if autonomous:
        stem, rank = autonomous.groups()
        short = stem.removesuffix("族") if len(stem) > 2 else stem
        return PlaceName(whole, tuple(dict.fromkeys((whole, stem, short))), "自治区" if rank == "区" else rank)
    ends = [suffix for suffix in _SUFFIXES if whole.endswith(suffix) and len(whole) - len(suffix) >= 2]
    stems = (whole, *(whole.removesuffix(suffix) for suffix in ends))
    return PlaceName(whole, stems, ends[0] if ends else "")


def names_no_place(name: PlaceName) -> bool:
    """Whether a name says the place above itself: 市本级, 市直, 市区, 市辖区.

    >>> names_no_place(place_name("市本级")), names_no_place(place_name("城关区"))
    (True, False)
    """
    return _NO_PLACE.fullmatch(name.whole) is not None


def reads_through(name: str) -> bool:
    """Whether a city row stands for nothing of its own.

    >>> reads_through("省直辖县级行政区划"), reads_through("朝阳市")
    (True, False)
    """
    return _THROUGH.fullmatch(fold(name)) is not None
