"""The kinds of customer, their roles and the fields of their files."""

from __future__ import annotations

from typing import get_args

import pytest

from pharmasales.archive import KINDS, ROLES, is_person, kind_of
from pharmasales.archive.changes import ATTRIBUTES
from pharmasales.archive.kinds import FIELDS, Holds
from pharmasales.compliance.personal import USES, unregistered
from pharmasales.errors import BadValue
from pharmasales.names import fold


def test_the_kinds_and_what_they_are():
    """S001-6, S002-1, S004-76: institutions, persons, distributors, suppliers and contacts."""
    assert {name: kind.group for name, kind in KINDS.items()} == {
        "hospital": "institution",
        "department": "institution",
        "community_centre": "institution",
        "pharmacy": "institution",
        "doctor": "person",
        "pharmacist": "person",
        "distributor": "distributor",
        "agent": "distributor",
        "broker": "contact",
        "supplier": "supplier",
        "contact": "contact",
    }
    assert [name for name, kind in KINDS.items() if kind.person] == ["doctor", "pharmacist", "broker", "contact"]


def test_a_doctors_file_has_ten_parts():
    """S002-19: the ten parts of a doctor's file, in their order."""
    assert [part.zh for part in KINDS["doctor"].parts] == [
        "基本信息",
        "专业背景",
        "处方习惯",
        "沟通历史",
        "需求点",
        "关注点",
        "产品认知程度",
        "使用情况",
        "反馈意见",
        "学术活动参加",
    ]


def test_a_field_means_the_same_in_every_file():
    """One name has one Chinese name and one kind of value; no kind names a field twice or takes an attribute's name."""
    for kind in KINDS.values():
        names = [one.name for one in kind.fields()]
        assert len(set(names)) == len(names)
        assert not set(names) & set(ATTRIBUTES)
        assert all(FIELDS[one.name] == one for one in kind.fields())
    assert {one.holds for one in FIELDS.values()} == set(get_args(Holds))
    assert all(part.fields for kind in KINDS.values() for part in kind.parts)


def test_every_field_has_a_purpose():
    """PIPL 6: what the files ask for is registered, each field of a person for something."""
    assert unregistered([*FIELDS, *ATTRIBUTES]) == ()
    assert all(USES[name].purpose.en for name in FIELDS)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("doctor", "doctor"),
        ("医生", "doctor"),
        (" DOCTOR ", "doctor"),
        ("ｄｏｃｔｏｒ", "doctor"),
        ("社区卫生服务中心", "community_centre"),
    ],
)
def test_a_kind_by_either_name(written, name):
    """English or Chinese, whatever case, width or spaces."""
    assert kind_of(written) is KINDS[name]


@pytest.mark.parametrize("odd", ["", " ", "医师", "canary"])
def test_an_unknown_kind_is_refused_without_being_repeated(odd):
    """The hint names a known kind, the message not the word given."""
    with pytest.raises(BadValue) as caught:
        kind_of(odd)
    assert caught.value.code == "archive.kind"
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "person"),
    [("doctor", True), ("药师", True), ("broker", True), ("医院", False), ("agent", False), ("x", True), ("", False)],
)
def test_who_is_a_person(kind, person):
    """An unknown kind is taken for a person, none at all for nobody."""
    assert is_person(kind) is person


def test_no_two_kinds_or_roles_share_a_name():
    """Names are told apart in both languages."""
    names = [fold(name) for kind in KINDS.values() for name in (kind.name, kind.zh)]
    assert len(set(names)) == len(names)
    for language in ("en", "zh"):
        spoken = [getattr(one, language) for one in ROLES.values()]
        assert len(set(spoken)) == len(spoken)
    assert {"kol", "department_head", "backbone", "resident", "user", "decider", "buyer", "consumer"} <= set(ROLES)
    with pytest.raises(TypeError):
        KINDS["x"] = KINDS["doctor"]  # type: ignore[index]  # that is the case
