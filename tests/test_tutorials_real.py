"""The tutorials on real data: what a page shows is what its own code prints and draws, wherever the data are."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = (ROOT / "../shared/data").resolve()
PAGES = ("grade-prescribers", "grade-distributor-customers", "a-fair-quarter")
TUTORIAL = runpy.run_path(str(ROOT / ".ci/tutorial.py"))
present = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")


@present
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_its_code_prints_and_draws(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of text to the letter, and every picture in its words and shapes."""
    monkeypatch.chdir(ROOT)
    assert TUTORIAL["run"](ROOT / f"docs/tutorial/{page}.md") == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_of_use_without_the_data(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows figures and pictures that stand in the project; a build without the data says so and goes on."""
    text = (ROOT / f"docs/tutorial/{page}.md").read_text("utf-8")
    kinds = [kind for kind, _, _ in TUTORIAL["parts"](text)]
    assert kinds.count("text") >= 4
    assert kinds.count("picture") >= 2
    assert all(held.strip() for kind, held, _ in TUTORIAL["parts"](text) if kind == "text")
    monkeypatch.setitem(TUTORIAL["told"].__globals__, "DATA", ROOT / "none")
    assert TUTORIAL["told"](f"tutorial/{page}.md").startswith("*The data were not there")


@pytest.mark.parametrize("page", PAGES)
def test_pictures_are_small_and_show_nobody(page: str) -> None:
    """At most 100 kB each, in a few hundred dots at most, with no id of the data and no link."""
    text = (ROOT / f"docs/tutorial/{page}.md").read_text("utf-8")
    for kind, held, _ in TUTORIAL["parts"](text):
        if kind == "picture":
            svg = (ROOT / "docs/tutorial" / held).read_text("utf-8")
            assert len(svg) < 100_000
            assert svg.count("<path") < 700
            assert "P0" not in svg
            assert "Pharm" not in svg
            assert "href" not in svg


def test_a_wrong_figure_and_a_wrong_picture_are_found(tmp_path: Path) -> None:
    """The comparison sees one digit in a block, one word or one dot in a picture, and passes over last decimals."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "img").mkdir()
    page, kept = tmp_path / "docs/page.md", tmp_path / "img/one.svg"
    code = "from pharmasales.exchange.class_charts import pareto_curve\npicture = pareto_curve([9, 5, 1])\nprint(41)\n"
    page.write_text(f"```python\n{code}```\n\n```text\n42\n```\n\n![one](../img/one.svg)\n", "utf-8")
    kept.write_text("", "utf-8")
    assert TUTORIAL["run"](page, write=True) == []
    assert "```text\n41\n```" in page.read_text("utf-8")
    assert TUTORIAL["run"](page) == []
    drawn = kept.read_text("utf-8")
    assert TUTORIAL["same_picture"](drawn, drawn.replace("0.5,", "0.5000001,"))
    page.write_text(page.read_text("utf-8").replace("41\n```\n\n!", "42\n```\n\n!"), "utf-8")
    kept.write_text(drawn.replace("1 customer ", "2 customer "), "utf-8")
    wrong = TUTORIAL["run"](page)
    assert [line.split(": ")[0] for line in wrong] == ["page.md", "page.md"]
    assert wrong[0] == "page.md: printed\n41\n\nand not\n42\n"
    assert wrong[1] == "page.md: ../img/one.svg is not what is drawn"
    assert not TUTORIAL["same_picture"](drawn, drawn.replace('fill="#0072B2"', 'fill="#D55E00"', 1))
