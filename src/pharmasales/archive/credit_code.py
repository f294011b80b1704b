"""Unified social credit codes (统一社会信用代码): checked and taken apart.

Eighteen signs name a legal person or other organisation in China for ever: one for the department that registered it,
one for its kind, six for the division where it was registered, nine for itself, one to check the others.

>>> code = credit_code(" 12110000-ＭＢ1234567g ")
>>> code, parts(code).division, parts(code).kind.zh
('12110000MB1234567G', '110000', '事业单位')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.extras import need
from pharmasales.names import clean

__all__ = ["CreditCode", "credit_code", "parts"]

_SIGN = "[0-9A-HJ-NP-RTUWXY]"
_FORM = re.compile(f"[1-9ANY]{_SIGN}[0-9]{{6}}{_SIGN}{{10}}")
_PADDING = re.compile(r"[\s\-\u2010-\u2015\u200b-\u200f\u2060\ufeff]+")
_OTHER = Says("other", "其他")
_UNLISTED = Says("not in the standard's table", "标准未列")

_DEPARTMENTS: Mapping[str, Says] = MappingProxyType(
    {
        "1": Says("public-institution establishment", "机构编制"),
        "2": Says("foreign affairs", "外交"),
        "3": Says("judicial administration", "司法行政"),
        "4": Says("culture", "文化"),
        "5": Says("civil affairs", "民政"),
        "6": Says("tourism", "旅游"),
        "7": Says("religion", "宗教"),
        "8": Says("trade unions", "工会"),
        "9": Says("market regulation", "市场监管（工商）"),
        "A": Says("Central Military Commission", "中央军委改革和编制办公室"),
        "N": Says("agriculture", "农业"),
        "Y": _OTHER,
    }
)
_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "11": Says("government body", "机关"),
        "12": Says("public institution", "事业单位"),
        "13": Says("mass organisation", "群众团体"),
        "21": Says("resident foreign press", "外国常驻新闻机构"),
        "31": Says("law firm", "律师执业机构"),
        "32": Says("notary office", "公证处"),
        "33": Says("local legal service", "基层法律服务所"),
        "34": Says("forensic institute", "司法鉴定机构"),
        "35": Says("arbitration commission", "仲裁委员会"),
        "41": Says("foreign cultural centre", "外国在华文化中心"),
        "51": Says("social association", "社会团体"),
        "52": Says("private non-enterprise unit", "民办非企业单位"),
        "53": Says("foundation", "基金会"),
        "61": Says("foreign tourism office", "外国旅游部门常驻代表机构"),
        "62": Says("Hong Kong, Macao or Taiwan tourism office", "港澳台地区旅游部门常驻内地代表机构"),
        "71": Says("place of worship", "宗教活动场所"),
        "72": Says("religious school", "宗教院校"),
        "81": Says("trade union", "基层工会"),
        "91": Says("company", "企业"),
        "92": Says("individual business", "个体工商户"),
        "93": Says("farmers' cooperative", "农民专业合作社"),
        "A1": Says("military institution", "军队事业单位"),
        "N1": Says("collective of a group", "组级集体经济组织"),
        "N2": Says("collective of a village", "村级集体经济组织"),
        "N3": Says("collective of a township", "乡镇级集体经济组织"),
        "Y1": _OTHER,
    }
)


@frozen
class CreditCode:
    """The parts of a unified social credit code. The `repr` shows what no single organisation can be known by.

    Args:
        code: the whole code, compact.
        department: the department that registered it (登记管理部门).
        kind: what it is registered as (机构类别): 事业单位 is a public hospital, 民办非企业单位 many a private one.
        division: the six digits of the division that registered it (登记管理机关行政区划).
        organisation: the nine signs of the organisation itself (主体标识码, 组织机构代码).
    """

    code: str = field(repr=False)
    department: Says
    kind: Says
    division: str
    organisation: str = field(repr=False)


def credit_code(text: str) -> str:
    """Return a unified social credit code (统一社会信用代码) in its compact form, or refuse it.

    Spaces, hyphens, width and case make no difference. The check sign (ISO 7064, MOD 31-3) finds every single wrong
    sign and every swap of two neighbours. Codes that begin with A, N or Y are legal too. Needs `pharmasales[match]`.

    Source: GB 32100-2015 with its amendments; S004-12 (the hospital's file).

    >>> credit_code("12110000MB1234567B")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: the check sign does not fit; one sign is wrong or two are swapped [credit_code.check]

    Raises:
        BadValue: no text, not eighteen signs of the right kinds (`credit_code.form`), or a wrong check sign
            (`credit_code.check`). The value itself is in no message.
        BadConfig: python-stdnum is not installed.
    """
    code = _PADDING.sub("", unicodedata.normalize("NFKC", clean(text, "credit code"))).upper()
    if not _FORM.fullmatch(code):
        hint = "digits and capitals without I, O, S, V and Z; perhaps 1, 0, 5 or 2 is meant"
        raise BadValue(f"not a credit code: {len(code)} signs", hint=hint, code="credit_code.form")
    if need("stdnum.cn.uscc", "match").calc_check_digit(code[:17]) != code[17]:
        hint = "one sign is wrong or two are swapped"
        raise BadValue("the check sign does not fit", hint=hint, code="credit_code.check")
    return code


def parts(code: str) -> CreditCode:
    """Take a unified social credit code apart, checked first.

    >>> parts("52110000MJ00000003").department.en
    'civil affairs'

    Raises:
        BadValue: as `credit_code`.
        BadConfig: python-stdnum is not installed.
    """
    whole = credit_code(code)
    kind = _OTHER if whole[1] == "9" else _KINDS.get(whole[:2], _UNLISTED)
    return CreditCode(whole, _DEPARTMENTS[whole[0]], kind, whole[2:8], whole[8:17])
