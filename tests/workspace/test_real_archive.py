"""A real list of 3,699 hospitals: taken in, asked about, searched, compared; the figures were looked at by eye."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pharmasales.archive import NameIndex, candidates
from pharmasales.workspace import Stamp, Workspace, take_in

DATA = (Path(__file__).parents[2] / "../shared/data/cn_fever_clinic_hospitals_2020_a.csv").resolve()
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the list of hospitals is not there")
DAY = date(2026, 1, 5)
STAMP = Stamp(DAY, datetime(2026, 1, 5, 9, tzinfo=UTC), "u1", "tender catalogue")
TOML = f"""[archive]
file = "{DATA.as_posix()}"
facts = {{ about = "company", published = true }}
[archive.columns]
id = ["city", "county", "name"]
kind = {{ value = "hospital" }}
source = {{ value = "tender" }}
division = "city_code"
"""


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """Return the workspace into which the list was taken, and what became of it."""
    folder = tmp_path_factory.mktemp("hospitals")
    (folder / "pharmasales.toml").write_text(TOML, "utf-8")
    workspace = Workspace.open(folder)
    return workspace, take_in(workspace, STAMP, permissive=True)


@pytest.fixture(scope="module")
def kept(taken):
    """Return the archive of the day."""
    return taken[0].register().on(DAY)


def test_every_row_is_accounted_for(taken):
    """3,677 hospitals; 22 rows repeat one above under the same place and name."""
    _, found = taken
    (count,) = found.counts
    assert (count.read, count.accepted, count.rejected, count.skipped) == (3699, 3677, 22, 0)
    assert {row.code for row in found.bad} == {"row.twin"}
    assert [found.bad[0].row, found.bad[0].reason] == [1216, f"the same id as {DATA.name} row 1215"]
    assert sorted(found.left_out) == ["city_node", "date", "isDesignated", "province_code", "province_node"]


def test_what_became_of_the_levels(taken, kept):
    """Two spellings are asked about, the others have their canonical level or none."""
    assert [(one.text, one.count) for one in taken[1].questions] == [("省级", 1), ("市级机构", 1)]
    assert Counter(one.level or "-" for one in kept) == {
        "-": 3173,
        "二级": 340,
        "三级": 104,
        "一级甲等": 19,
        "二级乙等": 17,
        "三级甲等": 9,
        "二级甲等": 8,
        "一级乙等": 4,
        "三级乙等": 2,
        "一级": 1,
    }


def test_the_same_list_again_changes_nothing(taken):
    """Taken in again on another day: nothing opened, nothing amended."""
    later = Stamp(date(2026, 3, 1), datetime(2026, 3, 1, 9, tzinfo=UTC), "u2", "again")
    again = take_in(taken[0], later, permissive=True)
    assert (again.opened, again.amended, again.same) == (0, 0, 3677)


def test_searching_by_name_and_pinyin(kept):
    """A part of a name and its pinyin lead to the hospital; initials to several."""
    pytest.importorskip("pypinyin")
    index = NameIndex.of(kept)
    union = "北京市/东城/中国医学科学院北京协和医院"
    assert [hit.id for hit in index.search("北京协和")] == [union]
    assert union in [hit.id for hit in index.search("beijingxiehe")]
    found = [kept[hit.id].name for hit in index.search("xhyy", limit=99)]
    assert len(found) == 11
    assert [name for name in found if "协和" not in name and "新华" not in name] == []


def test_duplicates_with_reasons(kept):
    """46 pairs; three bear the same name in two counties of one city, which a renamed county explains."""
    pytest.importorskip("rapidfuzz")
    found = candidates(kept)
    assert len(found.pairs) == 46
    same = [(one.first, one.second) for one in found.pairs if one.score == 100]
    assert same == [
        ("烟台市/牟平区/滨州医学院烟台附属医院", "烟台市/高新区/滨州医学院烟台附属医院"),
        ("荆门市/掇刀区/荆门市第一人民医院", "荆门市/漳河新区/荆门市第一人民医院"),
        ("长治市/潞城区/潞州区人民医院", "长治市/潞州区/潞州区人民医院"),
    ]


def test_the_chain_is_whole(taken):
    """One entry a hospital."""
    with taken[0].cabinet() as cabinet:
        assert (bool(cabinet.verify()), cabinet.head().count) == (True, 3677)


def test_places_from_the_divisions_file(tmp_path):
    """The division of each hospital told from province, city and county: 95 of 35 spellings are asked, none guessed."""
    lists = [DATA.parent / f"cn_divisions_2023_{part}.csv" for part in ("provinces", "cities", "areas")]
    named = ", ".join(f'"{path.as_posix()}"' for path in lists)
    toml = TOML.replace('division = "city_code"', 'division = { value = "" }')
    text = toml.replace("[archive.columns]", f"divisions = [{named}]\n[archive.columns]")
    (tmp_path / "pharmasales.toml").write_text(text, "utf-8")
    workspace = Workspace.open(tmp_path)
    found = take_in(workspace, STAMP, permissive=True)
    asked = [one for one in found.questions if one.column == "division"]
    codes = Counter(len(one.division) for one in workspace.register().on(DAY))
    assert (found.opened, codes) == (3677, {4: 1947, 6: 1635, 0: 95})
    assert (len(asked), sum(one.count for one in asked)) == (35, 95)
