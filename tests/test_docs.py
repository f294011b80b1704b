"""The documentation says what the code does: every setting, every public name, every command of the README."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
import tomllib
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import pharmasales
from pharmasales.testing.worlds import two_districts
from pharmasales.workspace import goal_settings, init_workspace, read_settings, settings
from pharmasales.workspace.agents import settings as agents
from pharmasales.workspace.channel import settings as channel
from pharmasales.workspace.columns import TABLES
from pharmasales.workspace.credit import settings as credit
from pharmasales.workspace.flow import settings as flow
from pharmasales.workspace.stock import settings as stock

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")


def modules() -> list[str]:
    """Return every public module with an `__all__`."""
    walked = (info.name for info in walk_packages(pharmasales.__path__, "pharmasales."))
    public = [name for name in walked if not any(part.startswith("_") for part in name.split("."))]
    return ["pharmasales", *(name for name in public if hasattr(import_module(name), "__all__"))]


DESKS = (agents, channel, credit, flow, stock)


def keys_asked_for() -> set[str]:
    """Return every key that the reader of the settings asks a table for."""
    verbs = {"take", "read", "choice", "texts", "section", "due"}
    sources = [Path(str(module.__file__)).read_text("utf-8") for module in (settings, goal_settings, *DESKS)]
    calls = [node for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in verbs
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def described(page: str) -> set[str]:
    """Return every word that stands in code on a page."""
    text = (DOCS / page).read_text("utf-8")
    return {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[A-Za-z_]+", code)}


def test_the_reference_names_every_module() -> None:
    """Each public module with an `__all__` has its `:::` block, and no block names a module that is gone."""
    named = [
        name
        for page in (DOCS / "reference").glob("*.md")
        for name in re.findall(r"^::: (\S+)$", page.read_text(), re.MULTILINE)
    ]
    assert sorted(named) == sorted(modules())


def test_public_names_exist_and_are_described() -> None:
    """Each name of an `__all__` is there, and `__all__` is sorted as the linter sorts it."""
    missing = [
        f"{name}.{public}"
        for name in modules()
        for public in import_module(name).__all__
        if not hasattr(import_module(name), public)
    ]
    assert missing == []


def test_every_setting_is_described() -> None:
    """Each key that `pharmasales.toml` may hold stands on the settings page."""
    assert len(keys_asked_for()) > 40
    assert keys_asked_for() - described("how-to/settings.md") == set()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the settings that `pharmasales init` writes, from the first section that is no table of data."""
    folder = tmp_path_factory.mktemp("new")
    init_workspace(folder)
    text = (folder / "pharmasales.toml").read_text("utf-8")
    return text[text.index("# [org]") :]


def test_every_setting_of_the_template_is_described(template: str) -> None:
    """Each setting of a new workspace stands on the settings page, with the same default."""
    written = re.findall(r"^(?:# )?(\w+) = (.*?)(?:\s{2,}#.*)?$", template, re.MULTILINE)
    page = (DOCS / "how-to/settings.md").read_text("utf-8").replace("\\|", "|")
    examples = {"levels", "total", "leave", "clinic_weekdays", "off", "work", "cuts"}
    examples |= {"least_growth", "floors", "caps", "fixed", "over_assignment", "clinic_hours", "closed", "contacts"}
    examples |= {
        "contact_caps",
        "minutes_per_day",
        "visit_minutes",
        "notice",
        "flexible",
        "filing_asked",
        "filings",
        "bases",
        "interest",
        "worst_poor",
    }
    assert len(written) > 30
    for key, default in written:
        if key not in examples:
            assert f"| `{key}` | `{default}` |" in page, key


def test_the_template_with_every_setting_switched_on_is_read(template: str) -> None:
    """What a new workspace shows as comments is what the reader takes, and `total` is refused beside `growth`."""
    comment = re.compile(r"^# (?=\w+ = |\[)", re.MULTILINE)
    switched_on = comment.sub("", template)
    with pytest.raises(pharmasales.BadConfig, match="total or growth"):
        read_settings(switched_on)
    found = read_settings(switched_on.replace("total =", "# total ="))
    assert found.levels == ("Sales Team", "Name of Sales Rep")
    assert found.policy.calendar.is_workday(date(2027, 1, 4))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_columns_on_the_page(table: str) -> None:
    """The page of the files is made from the same columns that the loader reads."""
    page = (DOCS / "how-to/map-your-files.md").read_text("utf-8")
    assert "from pharmasales.workspace.columns import TABLES" in page
    assert f"`{table}`" in (DOCS / "how-to/settings.md").read_text("utf-8")


def test_the_outputs_page_names_every_file_and_column() -> None:
    """Each table that a plan or a review gives stands on the page of the outputs, with its columns."""
    region, quarter = two_districts(), pharmasales.period("2026-Q1")
    made = pharmasales.plan(region, pharmasales.Policy(), quarter)
    judged = pharmasales.review(region, pharmasales.Policy(), quarter, goals=made.goals, planned=made.visits)
    words = described("how-to/read-the-outputs.md")
    for name, table in {**made.tables(), **judged.tables()}.items():
        assert {name} | {column.key for column in table.columns} <= words, name


def test_the_glossary_has_both_languages() -> None:
    """At least sixty terms, each once, in order, with a Chinese term and a meaning."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE
    )
    terms = [row[0] for row in rows[2:]] if rows[1][0].startswith("--") else [row[0] for row in rows[1:]]
    assert len(terms) >= 60
    assert terms == sorted(set(terms), key=str.casefold)
    assert all(re.search("[\u4e00-\u9fff]", row[1]) for row in rows if row[0] in terms)


@pytest.mark.parametrize("heading", ["Run it", "Test it"])
def test_the_readme_has_one_command_under_each_heading(heading: str) -> None:
    """A script finds exactly one `sh` block with one command, and the output beside it."""
    script = [sys.executable, str(ROOT / ".ci/readme.py"), heading]
    command = subprocess.run([*script, "sh"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    output = subprocess.run([*script, "text"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert command.count("\n") == 1
    assert command.startswith("python3 -m venv .venv && ")
    assert output.strip()
    assert len(re.findall("^```sh$", README, re.MULTILINE)) == 2


def test_links_of_the_readme_lead_somewhere() -> None:
    """Each file that the README links to is there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_page_stands_in_the_menu() -> None:
    """The menu of the site has every page, and no other."""
    menu = re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8"))
    assert sorted(menu) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


def test_the_changelog_holds_the_fragments() -> None:
    """What is not released yet stands in the changelog as the fragments say it."""
    join = runpy.run_path(str(ROOT / "changelog.d/join.py"))
    paths = join["fragments"]()
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert not paths or join["section"](paths) in text
    assert all(path.read_text("utf-8").count("\n") == 1 for path in paths)


@pytest.mark.parametrize("program", sorted((ROOT / "typing_tests").glob("*.py")), ids=lambda path: path.stem)
def test_the_programs_that_are_type_checked_run(program: Path) -> None:
    """What the type checker takes is a program that works."""
    assert runpy.run_path(str(program))


def test_the_site_asks_nothing_of_the_network() -> None:
    """No font, script or analytics from elsewhere is set up."""
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert "font: false" in text
    assert not re.search(r"https?://|analytics|social", text)


def test_the_version_is_one() -> None:
    """The open part of the changelog bears the version of the package."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version} - " in (ROOT / "CHANGELOG.md").read_text("utf-8")
