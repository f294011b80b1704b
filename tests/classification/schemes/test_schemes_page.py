"""The page of the schemes: every ready-made method stands on it, made from itself, with an example that runs."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from pharmasales.classification import METHODS

PAGE = (Path(__file__).parents[3] / "docs/schemes.md").read_text("utf-8")
SECTIONS = {found[0]: found[1] for found in re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)}


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """Run the blocks of the page that make tables, and return what each of them prints, by the method it names."""
    blocks = re.findall(r'^```python exec="true" session="schemes"\n(.*?)^```', PAGE, re.MULTILINE | re.DOTALL)
    session: dict[str, object] = {}
    found = {}
    for block in blocks:
        out = StringIO()
        with redirect_stdout(out):
            exec(block, session)  # noqa: S102 - the page's own words, as the site runs them
        name = re.search(r'described\("(\w+)"\)', block)
        found[name[1] if name else "index"] = out.getvalue()
    return found


def test_every_method_has_its_section_in_the_catalogues_order() -> None:
    """No method is left out and none is made up."""
    assert list(SECTIONS) == list(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_a_section_says_all_of_a_method(name: str, shown: dict[str, str]) -> None:
    """Source, version, letters and what each means, fields with their values, cut points with their origin, limits."""
    one, text = METHODS[name], shown[name]
    assert f'print("\\n".join(described("{name}")))' in SECTIONS[name]
    assert f"version {one.scheme.version}. Source: {one.scheme.source}." in text
    assert f"Limits: {one.scheme.limits.en} {one.scheme.limits.zh}" in text
    for letter, means in one.meanings.items():
        assert f"| {letter} | {means.en} | {means.zh} |" in text
    for read in one.fields:
        assert f"| `{read.name}` | {read.zh} | {read.holds.en} | {read.allowed or 'any number'} |" in text
    for cut in one.cuts:
        value = one.defaults.get(cut.name, "to be given")
        assert f"| `{cut.name}` | {cut.means.en} | {cut.means.zh} | {value} | {cut.source or 'the company'} |" in text
    assert ("legally sensitive" in text) == one.usage


@pytest.mark.parametrize("name", METHODS)
def test_a_section_has_an_example_that_runs(name: str) -> None:
    """The example asks the method by its name; that it is right the page's doctests say."""
    examples = re.findall(r"^```python\n(.*?)^```", SECTIONS[name], re.MULTILINE | re.DOTALL)
    assert any(f'METHODS["{name}"]' in example for example in examples)


def test_the_index_lists_every_method(shown: dict[str, str]) -> None:
    """One row a scheme: letters best first, and what is to be given."""
    assert (
        "| [`doctor_matrix`](#doctor_matrix) | 医生矩阵 | B > C > A > D | doctor | `use`, `potential` |"
        in shown["index"]
    )
    assert len(re.findall(r"^\| \[`", shown["index"], re.MULTILINE)) == len(METHODS)
