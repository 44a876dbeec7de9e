"""Arrivals: who they are, and that the next run says the same of them."""

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from benchmarks.linkage.persons import write_arrivals, write_persons
from workbench.errors import ConfigError, SourceError, StoreError
from workbench.store import session

from . import small

HEADINGS = small.HEADINGS["crm/accounts.csv"]
BY_ALL = "block: [[tax_id.key], [phone.tail], [email.key], [name.key]]"
PERSONS = Path(__file__).parents[1] / "benchmarks" / "linkage" / "tuned" / "persons.yml"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("arrivals") / "p")
    wb.open_project(root).run(until="match")
    return root


@pytest.fixture
def project(ran: Path, tmp_path: Path) -> wb.Project:
    shutil.copytree(ran, tmp_path / "p")
    return wb.open_project(tmp_path / "p")


def made(root: Path, config: str, accounts: list[small.Row] | None = None) -> wb.Project:
    """A project of another configuration, after its run."""
    changed = {} if accounts is None else {"crm/accounts.csv": accounts}
    project = wb.open_project(small.project(root, {small.DAY: changed}, config))
    project.run(until="match")
    return project


def told(project: wb.Project, *accounts: small.Row, source: str = "crm", more: str = "") -> pd.DataFrame:
    """The answers about these accounts."""
    file = project.root / "new.csv"
    file.write_text(small.text(accounts, HEADINGS) + more, "utf-8")
    return project.arrivals(file, source).set_index("key", drop=False)


def ids(project: wb.Project, entity: str = "customer") -> dict[str, str]:
    """The golden id of each CRM record, as the newest run has it."""
    found = project.table(f"match.{entity}_clusters")
    return {line["key"]: line["golden_id"] for line in found.to_dict("records") if line["source"] != "erp"}


def next_run(project: wb.Project, accounts: list[small.Row]) -> dict[str, str]:
    """What a run makes of the accounts of the next date."""
    sources = project.root / "sources"
    shutil.copytree(sources / small.DAY, sources / small.NEXT)
    small.extract(project.root, small.NEXT, "crm/accounts.csv", accounts)
    project.run(until="match")
    return ids(project)


def hashed(key: str) -> str:
    """The golden id that a record of the CRM founds."""
    return hashlib.sha256("\x1f".join(["Small", "customer", "crm", key]).encode()).hexdigest()[:16]


def test_every_record_of_the_file_is_answered(project: wb.Project) -> None:
    erp = project.table("match.customer_clusters").set_index("key")["golden_id"]
    found = told(
        project,
        small.customer(5, "C50"),
        small.customer(40, "C51"),
        small.customer(40, "C52"),
        small.customer(1, "C01", phone=small.customer(60)["phone"]),
        small.customer(9, "C50"),
        small.customer(9) | {"no": ""},
        more='C99,"too",few\n',
    )
    assert found["row"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert found["what"].tolist() == ["known", "new", "new", "changed", *["rejected"] * 3]
    assert found["golden_id"].tolist()[:4] == [erp["K05"], hashed("C51"), hashed("C51"), erp["K01"]]
    assert found["before"].tolist()[:4] == [None, None, None, erp["C01"]]
    assert list(zip(found["best_source"], found["best_key"], strict=True))[:4] == [
        ("erp", "K05"), ("crm", "C52"), ("crm", "C51"), ("erp", "K01")]  # fmt: skip
    assert found["probability"].iloc[0] > 0.99 and found["weight"].iloc[0] > 10
    assert found["reason"].tolist()[4:6] == ["an earlier record has the same key", "it has no key"]
    assert "3 fields" in found["reason"].iloc[6]


def test_a_file_without_records_has_no_answers(project: wb.Project) -> None:
    assert told(project).empty
    nobody = told(project, small.customer(40) | {"no": ""})
    assert nobody["what"].tolist() == ["rejected"]
    alone = told(project, small.customer(40, "C50"))
    assert alone["what"].tolist() == ["new"] and alone["best_key"].tolist() == [None]


def test_what_is_too_near_to_call_comes_with_its_best_candidate(tmp_path: Path) -> None:
    config = small.CONFIG.replace(BY_ALL, f"review: [0.000001, 0.999999]\n    {BY_ALL}")
    project = made(tmp_path / "p", config)
    found = told(project, small.customer(40, "C50", name=small.customer(6)["name"], tax_id=""))
    assert found.loc["C50", ["what", "best_key", "golden_id"]].tolist() == ["review", "K06", hashed("C50")]
    assert 0.000001 <= found.loc["C50", "probability"] < 0.999999


def test_records_that_never_match_do_not_make_a_block_too_large(tmp_path: Path) -> None:
    """Six walk-in accounts share a phone with K05: left in, the block would be over the budget, and out of it is none."""
    config = small.CONFIG.replace(BY_ALL, "block: [[phone.tail]]\n    budget: 10\n    never: city = '门店'")
    phone = small.customer(5)["phone"]
    walk_ins = [small.customer(n, f"W{n}", phone=phone, city="门店") for n in range(30, 36)]
    project = made(tmp_path / "p", config, [*small.ACCOUNTS, *walk_ins])
    found = told(project, small.customer(5, "C50"), small.customer(36, "C51", phone=phone, city="门店"))
    assert found["best_key"].tolist() == ["K05", None]


def test_records_that_are_there_get_the_weights_and_ids_that_the_run_gave_them(project: wb.Project) -> None:
    found = told(project, *small.ACCOUNTS)
    assert found["what"].tolist() == ["changed"] * 6
    assert found["golden_id"].tolist() == found["before"].tolist() == [ids(project)[key] for key in found["key"]]
    pairs = project.table("match.customer_pairs").set_index("key_l")
    assert found["weight"].dropna().to_dict() == pytest.approx(pairs["weight"].to_dict())


@pytest.mark.parametrize(("source", "file"), [
    ("erp", "erp/KNA1.csv"), ("crm", "crm/accounts.csv"), ("sales", "sales/客户清单.xlsx"),
])  # fmt: skip
def test_the_demo_sent_again_is_as_the_run_had_it(demo: wb.Project, source: str, file: str) -> None:
    newest = sorted((demo.root / "sources").iterdir())[-1]
    found = demo.arrivals(newest / file, source)
    there = found[found["what"] != "rejected"]
    assert (there["what"] == "changed").all() and len(there) > 0.9 * len(found)
    assert there["golden_id"].tolist() == there["before"].tolist()


def test_the_next_run_gives_the_same_ids(project: wb.Project) -> None:
    arrived = [
        *(small.customer(n, f"D{n:02d}", email="") for n in range(5, 9)),
        *(small.customer(n, f"D{n:02d}") for n in (50, 51, 52)),
        small.customer(50, "D60"),
        small.customer(21, "D61", phone=""),
        small.customer(9, "C04"),  # was 4
        small.customer(22, "C22", email="other@firm.cn"),
    ]
    found = told(project, *arrived)
    keys = {line["no"] for line in arrived}
    assert set(found["what"]) == {"known", "new", "changed"}
    after = next_run(project, [*(line for line in small.ACCOUNTS if line["no"] not in keys), *arrived])
    assert found["golden_id"].to_dict() == {key: after[key] for key in found["key"]}


def test_the_next_run_gives_the_same_ids_to_persons(tmp_path: Path) -> None:
    write_persons(3000, tmp_path / "made")
    write_arrivals(3000, 60, tmp_path / "made")
    root = tmp_path / "p"
    for day in (small.DAY, small.NEXT):
        (root / "sources" / day).mkdir(parents=True)
    people = pd.read_parquet(tmp_path / "made" / "people.parquet")
    arrived = pd.read_parquet(tmp_path / "made" / "arrivals.parquet")
    people.to_parquet(root / "sources" / small.DAY / "people.parquet")
    shutil.copy(PERSONS, root / "workbench.yml")
    project = wb.open_project(root)
    project.run(small.DAY, until="match")
    found = project.arrivals(tmp_path / "made" / "arrivals.parquet", "people").set_index("key")
    assert len(found) == 120 and found["what"].value_counts()["new"] >= 60
    pd.concat([people, arrived]).to_parquet(root / "sources" / small.NEXT / "people.parquet")
    project.run(small.NEXT, until="match")
    after = ids(project, "person")
    assert found["golden_id"].to_dict() == {key: after[key] for key in found.index}


def test_a_key_that_comes_back_has_its_id_again(project: wb.Project) -> None:
    before = ids(project)["C21"]
    next_run(project, [line for line in small.ACCOUNTS if line["no"] != "C21"])
    found = told(project, small.customer(33, "C21"))
    assert found.loc["C21", ["what", "golden_id"]].tolist() == ["new", before]


def test_an_id_whose_founder_has_left_is_kept(project: wb.Project) -> None:
    before = ids(project)["C01"]  # founded by K01
    small.extract(project.root, small.DAY, "erp/customers.csv", small.CUSTOMERS[1:])
    assert next_run(project, small.ACCOUNTS)["C01"] == before
    assert told(project, small.customer(1, "C50")).loc["C50", "golden_id"] == before
    assert told(project, small.customer(30, "C01")).loc["C01", "golden_id"] == before


def test_a_record_that_becomes_another_leaves_its_golden_record(project: wb.Project) -> None:
    erp = project.table("match.customer_clusters").set_index("key")["golden_id"]
    found = told(project, small.customer(7, "C02"), small.customer(34, "C03"))
    assert found.loc["C02", ["what", "before", "golden_id"]].tolist() == ["changed", erp["K02"], erp["K07"]]
    assert found.loc["C03", ["what", "before", "golden_id"]].tolist() == ["changed", erp["K03"], hashed("C03")]


def test_people_outrank_the_model(project: wb.Project) -> None:
    project.decisions.no_match("crm C02", "erp K02", why="another firm of the family")
    project.decisions.match("crm C21", "erp K09", why="seen on an invoice")
    erp = project.table("match.customer_clusters").set_index("key")["golden_id"]
    arrived = [small.customer(2, "C02"), small.customer(35, "C21")]
    found = told(project, *arrived)
    after = next_run(project, [*(line for line in small.ACCOUNTS if line["no"] not in ("C02", "C21")), *arrived])
    assert found["golden_id"].to_dict() == {key: after[key] for key in ("C02", "C21")}
    assert found.loc["C02", "golden_id"] == hashed("C02") != erp["K02"]
    assert found.loc["C21", "best_key"] == "K09"


def test_what_rules_forbid_does_not_join(tmp_path: Path) -> None:
    config = small.CONFIG.replace("block:", "apart: city.key\n    never: credit = 77000\n    block:")
    found = told(
        made(tmp_path / "p", config), small.customer(5, "C50", city="第99市"), small.customer(6, "C51", credit="77000"),
        small.customer(7, "C52", tax_id=small.customer(41)["tax_id"]), small.customer(9, "C53"),
    )  # fmt: skip
    assert found["what"].tolist() == ["new", "new", "new", "known"]
    assert found["best_key"].tolist() == [None, None, None, "K09"]


def test_a_source_without_duplicates_has_each_thing_once(tmp_path: Path) -> None:
    project = made(tmp_path / "p", small.CONFIG.replace("block:", "distinct: crm\n    block:"))
    found = told(project, small.customer(1, "C50"), small.customer(7, "C51"), small.customer(7, "C52"))
    assert found["what"].tolist() == ["new", "known", "new"]


@pytest.mark.parametrize(("rule", "known"), [
    ("[tokens(name.sorted)]", "C51"),
    ("[near(name.latin)]", "C50"),
    ("[tokens(name.sorted), city]", "C51"),
])  # fmt: skip
def test_blocks_of_words_and_neighbours(tmp_path: Path, rule: str, known: str) -> None:
    names = ["Alder Pumps", "Birch Pumps", "Cedar Valves", "Elm Valves", "Fir Motors", "Holly Motors", "Juniper Gears",
             "Larch Gears", "Maple Wheels", "Oak Wheels", "Pine Belts", "Rowan Belts"]  # fmt: skip
    config = small.CONFIG.replace("[[tax_id.key], [phone.tail], [email.key], [name.key]]", f"[{rule}]")
    customers = [line | {"name": name} for line, name in zip(small.CUSTOMERS, names, strict=True)]
    root = small.project(tmp_path / "p", {small.DAY: {"erp/customers.csv": customers, "crm/accounts.csv": [
        customers[n] | {"no": f"C{n:02d}"} for n in (1, 2)]}}, config)  # fmt: skip
    project = wb.open_project(root)
    project.run(until="match")
    found = told(project, customers[6] | {"no": "C50"}, customers[8] | {"no": "C51", "name": "Wheels of Maple"})
    assert found.loc[known, "what"] == "known"


def test_dates_are_read_as_the_whole_column_told(tmp_path: Path) -> None:
    config = small.CONFIG.replace("city: {type: text}", "city: {type: date}")
    config = config.replace(BY_ALL, "block: [[name.key, city.key]]")
    dated = [line | {"city": f"{n:02d}/2{n % 10}/1980"} for n, line in enumerate(small.CUSTOMERS, 1)]
    dated[4]["city"] = "03/04/1980"
    extracts = {"erp/customers.csv": dated, "crm/accounts.csv": dated[:3]}
    project = wb.open_project(small.project(tmp_path / "p", {small.DAY: extracts}, config))
    project.run(until="match")
    found = told(project, dated[4] | {"no": "C50"})
    assert found.loc["C50", ["what", "best_key"]].tolist() == ["known", "K05"]


def test_recipes_change_arrivals_too(project: wb.Project) -> None:
    name, wrong = small.customer(5)["name"], "n/n"
    alone = small.customer(40, "C50", name=wrong, tax_id="", phone="", email="")
    assert told(project, alone).loc["C50", "what"] == "new"
    (project.root / "recipes").mkdir()
    (project.root / "recipes" / "crm.accounts.yml").write_text(
        f'- {{column: name, values: {{"{wrong}": "{name}"}}, why: typed so, by: li, on: "2026-03-02"}}\n', "utf-8"
    )
    assert told(project, alone).loc["C50", "best_key"] == "K05"


def test_records_that_a_view_leaves_out_are_told(tmp_path: Path) -> None:
    view = "SELECT * FROM raw.crm__accounts WHERE city <> '测试'"
    config = small.CONFIG.replace(
        "customer: {from: accounts, key", "customer: {from: views/crm.sql, lead: accounts, key"
    )
    root = small.project(tmp_path / "p", config=config, views__crm_sql=view)
    project = wb.open_project(root)
    project.run(until="match")
    found = told(project, small.customer(5, "C50"), small.customer(6, "C51", city="测试"))
    assert found["what"].tolist() == ["known", "rejected"]
    assert found["reason"].tolist()[1] == "views/crm.sql leaves it out"


def test_what_is_wrong_is_said(project: wb.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = project.root / "good.csv"
    good.write_text(small.text([small.customer(5, "C50")], HEADINGS), "utf-8")
    short = project.root / "short.csv"
    short.write_text("no,name\nC50,x\n", "utf-8")
    with pytest.raises(SourceError, match=r"short.csv: .*fields\.\w+: no column"):
        project.arrivals(short, "crm")
    with pytest.raises(SourceError, match="no such file"):
        project.arrivals("none.csv", "crm")
    with pytest.raises(ConfigError, match="There is no source 'web' of customer; accepted: erp, crm"):
        project.arrivals(good, "web")
    with pytest.raises(ConfigError, match="Records of item are not matched"):
        project.arrivals(good, "erp", "item")
    with pytest.raises(StoreError, match="has no results yet"):
        wb.open_project(small.project(tmp_path / "none")).arrivals(good, "crm")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    with pytest.raises(ConfigError, match="Masked, a project is only looked at"):
        wb.open_project(project.root).arrivals(good, "crm")


def test_a_run_that_is_no_ground_is_said(project: wb.Project) -> None:
    good = project.root / "good.csv"
    good.write_text(small.text([small.customer(5, "C50")], HEADINGS), "utf-8")
    config = project.root / "workbench.yml"
    for changed, said in (
        (small.CONFIG.replace("city: {type: text}", "town: {type: text}").replace("city: city", "town: city")
         .replace("where: city", "where: town"), "has other fields of customer"),
        (small.CONFIG.replace("block:", "compare: [name, phone]\n    block:"), "email .*differ. Run the project again"),
    ):  # fmt: skip
        config.write_text(changed, "utf-8")
        with pytest.raises((ConfigError, StoreError), match=said):
            wb.open_project(project.root).arrivals(good, "crm")
    config.write_text(small.CONFIG, "utf-8")
    with session(project.root / "state" / "work.duckdb") as con:
        con.execute("DROP TABLE match.shares")
    with pytest.raises(StoreError, match="was of an older version"):
        project.arrivals(good, "crm")
    project.run(until="standardise")
    with pytest.raises(StoreError, match="has not come to matching"):
        project.arrivals(good, "crm")


def test_nothing_is_written(project: wb.Project) -> None:
    def state() -> dict[str, str]:
        files = (path for path in project.root.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    accounts = small.customer(5, "C50"), small.customer(40, "C51")
    told(project, *accounts)
    before = state()
    told(project, *accounts)
    assert state() == before and "work.duckdb" in before and "journal.sqlite" in before


def test_on_the_command_line(project: wb.Project, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(small.text([small.customer(5, "C50"), small.customer(40, "C51")], HEADINGS), "utf-8")
    given = ("arrivals", file, "--source", "crm", project.root)
    small.told(small.workbench(*given), 0, "C50", "known", "erp K05", "1 new")
    done = small.workbench(*given, "--json", "--out", tmp_path / "answers.csv")
    assert [line["what"] for line in json.loads(done.stdout)] == ["known", "new"]
    answers = pd.read_csv(tmp_path / "answers.csv")
    assert answers["key"].tolist() == ["C50", "C51"] and answers["golden_id"].notna().all()
    small.told(small.workbench(*given[:3], "web", project.root), 2, "There is no source 'web'")
