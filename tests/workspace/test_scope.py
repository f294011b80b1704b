"""Who sees what of a workspace: the marks of kept results, `Workspace.within`, and `--as` on the command line."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales.cli import app
from pharmasales.errors import BadRows, NotFound, StorageError
from pharmasales.periods import period
from pharmasales.storage import open_store
from pharmasales.workspace import Workspace
from pharmasales.workspace.keep import KEYS

Q4 = period("2025-Q4")
OWNER = {"H1": "R1", "H2": "R2", "H3": "R3", "H4": "R1"}


def store_of(workspace: Workspace):
    """Open the store beside the library's back."""
    return open_store(f"sqlite:///{workspace.root / 'pharmasales.db'}")


def test_every_row_that_is_kept_bears_its_node(turned):
    """Goals and the like their node, visits their rep, grades the rep of their customer; heads are everybody's."""
    with store_of(turned) as store:
        found = set()
        for kind in KEYS:
            for record in store.find(kind):
                data, found = record.data, found | {kind}
                due = data.get("rep_id") or data.get("node_id") or OWNER.get(str(data.get("customer_id")))
                assert (data.get("@node"), due is None) == (due, False)
        assert found == set(KEYS) - {"unmet_visits", "standings"}
        for kind in ("tables", "plans", "reviews"):
            assert {record.data["@node"] for record in store.find(kind)} == {"*"}
        assert ["@node" in record.data for record in store.find("outputs")] == [False]


def test_what_everybody_reads_says_nothing_of_anybody(turned):
    """Heads of tables, days and fingerprints: no id of a customer or a rep, no name, no amount."""
    with store_of(turned) as store:
        told = json.dumps([record.data for record in store.within([]).find("tables")])
        told += json.dumps([dict(store.get(kind, "2025-Q4").data) for kind in ("plans", "reviews")])
        told += json.dumps([record.data for record in store.within([]).find("goal version")])
        told += json.dumps([record.data for record in store.within([]).find("visit version")])
        assert store.within([]).kinds() == ["goal version", "plans", "reviews", "tables", "visit version"]
    for text in ("H1", "R1", "Example", "Rep One", "D1", "1000", ".ics"):
        assert text not in told


def test_grades_are_looked_up_by_customer_and_by_letter(turned):
    """The labels of grades find the rows that bear them, and within a node only those."""
    with store_of(turned) as store:
        every = [record.data for record in store.find("grades")]
        for letter in {row["grade"] for row in every}:
            found = [record.data for record in store.find("grades", where={"grade": str(letter)})]
            assert found == [row for row in every if row["grade"] == letter]
        assert {r.data["customer_id"] for r in store.find("grades", where={"customer": ["H2", "H3"]})} == {"H2", "H3"}
        assert store.within(["R1"]).count("grades", where={"customer": ["H2", "H3"]}) == 0


@pytest.mark.parametrize("node", ["C", "D1", "D2", "R1", "R2", "R3"])
def test_why_answers_within_a_node_and_no_further(turned, node):
    """On a real plan and review: own results are told as to the whole, others as if they had never been."""
    part = turned.within(node)
    below = {"C": {"C", "D1", "D2", "R1", "R2", "R3"}, "D1": {"D1", "R1", "R2"}, "D2": {"D2", "R3"}}.get(node, {node})
    asked = [("grade", one) for one in OWNER] + [("visit", one) for one in OWNER]
    asked += [("goal", one) for one in ("C", "D1", "D2", *OWNER.values())] + [("score", one) for one in OWNER.values()]
    for what, key in asked:
        try:
            whole = turned.why(what, key)
        except NotFound:
            whole = None
        if whole is not None and OWNER.get(key, key) in below:
            assert part.why(what, key) == whole
        else:
            with pytest.raises(NotFound, match=f"@ {key};") as raised:
                part.why(what, key)
            with pytest.raises(NotFound) as nobody:
                part.why(what, "none")
            assert str(raised.value).replace(key, "") == str(nobody.value).replace("none", "")


def test_a_visit_is_found_by_its_own_id_within_its_node(turned):
    """The id that a calendar or a CSV shows works for who sees the visit."""
    with store_of(turned) as store:
        visit = next(record.data for record in store.find("visits") if record.data["rep_id"] == "R2")
    assert turned.within("D1").why("visit", str(visit["visit_id"])) == turned.why("visit", str(visit["visit_id"]))
    with pytest.raises(NotFound):
        turned.within("R1").why("visit", str(visit["visit_id"]))


def test_results_of_nobody_are_shown_to_the_whole_alone(make):
    """A grade of a customer without an owner belongs to no node; nor does anything of an id that means everybody."""
    files = dict(make.small)
    files["customers.csv"] = files["customers.csv"].replace("H4,Example Hospital 4,hospital,R1", "H4,X,hospital,")
    for name in ("org.csv", "customers.csv", "sales.csv", "visits.csv"):
        files[name] = files[name].replace("R3", "*")
    made = make(make.tables, files)
    made.plan(Q4)
    assert made.why("grade", "H4")
    assert made.why("goal", "*")
    for node in ("C", "R1", "*"):
        for what, key in (("grade", "H4"), ("grade", "H3"), ("goal", "*"), ("visit", "H3")):
            with pytest.raises(NotFound):
                made.within(node).why(what, key)
    assert made.within("C").why("goal", "R1") == made.why("goal", "R1")


def test_an_unknown_node_and_a_missing_organisation_are_refused(make):
    """Nobody reads as a node that the files do not have."""
    with pytest.raises(NotFound, match=r"no such node in the organisation @ org id 'R9' \[org\.id\]"):
        make().within("R9")
    alone = make('[tables.customers]\nfile = "customers.csv"\n', {"customers.csv": "id,name\nH1,Example\n"}, "alone")
    with pytest.raises(NotFound, match=r"org\.none"):
        alone.within("R1")
    broken = make(make.tables, {**make.small, "org.csv": "id,name,level,parent\nC,X,company,Z\n"}, "broken")
    with pytest.raises(BadRows):
        broken.within("C")


def test_a_part_of_a_part_is_refused_and_so_is_every_write(turned):
    """One node at a time; nothing is loaded, planned or made for a reader of a part."""
    part = turned.within("D1")
    for act in (part.load, lambda: part.plan(Q4), lambda: part.review(Q4), lambda: part.within("R1")):
        with pytest.raises(StorageError, match=r"a reader of a part only reads what is kept; .* \[storage\.scope\]"):
            act()
    with pytest.raises(StorageError, match=r"storage\.scope"), part.cabinet(create=True):
        pass


def test_only_the_organisation_is_read_where_it_has_a_table(make):
    """Bad sales, and settings of customers who are in the archive alone, keep nobody from reading."""
    toml = '[followup]\nclinic_weekdays = { Z9 = ["Wed"] }\nleave = { R1 = ["2025-10-01"] }\n'
    made = make(make.tables + toml, {**make.small, "sales.csv": "nonsense\n1\n"})
    assert made.within("D1").nodes == {"D1", "R1", "R2"}


def test_a_derived_organisation_has_nodes_as_well(make):
    """Without an org table the levels make the tree; each row belongs to the path of its rep."""
    rows = "".join(
        f"2025-{month:02d},{team},{who},H{who}{team},5\n" for month in range(1, 13) for team in "NS" for who in "AB"
    )
    toml = '[tables.sales]\nfile = "s.csv"\n[org]\nlevels = ["team", "who"]\n'
    made = make(toml, {"s.csv": "period,team,who,customer,amount\n" + rows})
    made.plan(period("2026-Q1"))
    assert made.within("N").nodes == {"N", "N/A", "N/B"}
    assert made.within("N").why("goal", "N/A") == made.why("goal", "N/A")
    with pytest.raises(NotFound):
        made.within("N").why("goal", "S/A")
    assert made.within("TOTAL").why("goal", "S/A") == made.why("goal", "S/A")


def test_nothing_kept_is_nothing_seen(make):
    """Before the first run there is no store, and reading as somebody makes none."""
    made = make()
    with pytest.raises(NotFound, match=r"why\.none"):
        made.within("R1").why("goal", "R1")
    assert len(made.within("R1").register()) == 0
    assert not (made.root / "pharmasales.db").exists()


def test_results_planned_before_a_customer_moves_stay_with_who_they_were_made_for(turned):
    """A grade belongs to the rep of the day it was made; the next run gives it to the new one."""
    text = (turned.root / "customers.csv").read_text().replace("H2,Example Hospital 2,hospital,R2", "H2,E,hospital,R3")
    (turned.root / "customers.csv").write_text(text)
    assert turned.within("R2").why("grade", "H2") == turned.why("grade", "H2")
    turned.plan(Q4)
    assert turned.within("R3").why("grade", "H2") == turned.why("grade", "H2")
    with pytest.raises(NotFound):
        turned.within("R2").why("grade", "H2")


def run(*args: object) -> tuple[int, dict]:
    """Run a command and return its exit code and report."""
    found = CliRunner().invoke(app, [*map(str, args), "--json"])
    return found.exit_code, json.loads(found.stdout)


def test_the_command_line_reads_as_a_node(turned):
    """`why --as NODE` tells own results, and of others that nothing is kept; an unknown node is an error."""
    own, whole = run("why", turned.root, "goal", "R1", "--as", "D1"), run("why", turned.root, "goal", "R1")
    assert own == whole == (0, own[1])
    code, report = run("why", turned.root, "goal", "R3", "--as", "D1")
    assert (code, [error["code"] for error in report["errors"]]) == (1, ["not-found"])
    assert run("why", turned.root, "goal", "R0", "--as", "D1")[1]["errors"][0] == {
        **report["errors"][0],
        "where": "R0",
    }
    code, report = run("why", turned.root, "goal", "R1", "--as", "D9")
    assert (code, report["errors"][0]["code"]) == (1, "org.id")


def test_a_store_that_was_kept_without_nodes_shows_a_part_nothing(turned, tmp_path: Path):
    """What an earlier version kept belongs to nobody; planning again gives it nodes."""
    copy = Workspace.open(shutil.copytree(turned.root, tmp_path / "copy"))
    with store_of(copy) as store, store.unit(by="t", why="as before", at=_moment(store)) as unit:
        for record in list(store.find("goals")):
            unit.put("goals", record.id, {key: value for key, value in record.data.items() if key != "@node"})
    assert copy.why("goal", "R1")
    with pytest.raises(NotFound):
        copy.within("R1").why("goal", "R1")
    copy.plan(Q4)
    assert copy.within("R1").why("goal", "R1")


def _moment(store):
    return store.history("plans", "2025-Q4")[0].at
