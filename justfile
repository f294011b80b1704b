# The contributor's guide: `just` lists it. Recipes use the environment in .venv, which `just venv` makes.

bin := ".venv/bin"

# list the recipes
default:
    @just --list

# make .venv with everything
venv:
    python3 -m venv .venv && {{bin}}/pip install --quiet -e '.[dev,docs]'

# run the tests, or those named: just test tests/goals
test *args:
    {{bin}}/python -m pytest -q -n auto {{args}}

# run all tests with branch coverage, as the README does
coverage:
    {{bin}}/python -m pytest -q -n auto --cov

# format and lint
lint:
    {{bin}}/ruff format .
    {{bin}}/ruff check .

# check the types, those of users' programs too
types:
    {{bin}}/mypy

# check that imports point down and every module has its place
architecture:
    {{bin}}/lint-imports

# build the documentation and run its pages
docs:
    {{bin}}/mkdocs build --strict

# measure every case beside its floor
bench *cases:
    {{bin}}/python bench/run.py {{cases}}

# make the example region and run the cycle on it
demo:
    {{bin}}/pharmasales demo

# put the demo's output into the README
readme:
    rm -rf build/demo && mkdir -p build/demo
    cd build/demo && ../../{{bin}}/pharmasales demo | python3 ../../.ci/readme.py "Run it" text --write

# put the fragments of changelog.d into the changelog; on a release with its day: just changelog 2026-01-31
changelog *day:
    python3 changelog.d/join.py {{day}}

# everything that must hold, on fresh copies
ci:
    bash .ci/run
