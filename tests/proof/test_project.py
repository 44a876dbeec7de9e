"""A small project goes over: what became of each row, what people look at, what they sign, and what lapses."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from workbench.errors import ConfigError, SourceError, StoreError
from workbench.project import Project, open_project
from workbench.signatures import PARTS

from .. import small
from . import over


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return over.project(tmp_path_factory.mktemp("over") / "p").root


@pytest.fixture
def made(ran: Path, tmp_path: Path) -> Project:
    return open_project(shutil.copytree(ran, tmp_path / "p"))


def test_without_a_read_back_there_is_nothing_to_hold_against(made: Project) -> None:
    with pytest.raises(StoreError, match="Nothing was read back of crm yet"):
        made.reconcile()
    with pytest.raises(ConfigError, match="There is no target 'erp'"):
        made.reconcile("erp")


def test_what_arrived_as_expected_has_nothing_open(made: Project) -> None:
    over.read_back(made, over.expected(made))
    found = made.reconcile()
    assert found.open == {} and "nothing open" in str(found)
    assert made.reconcile().rounds.columns.tolist() == ["figure", "1"]  # the same read-back is the same round
    page = (made.root / "reports" / "proof_crm.html").read_text("utf-8")
    assert "Reconciliation with crm" in page and small.CUSTOMERS[0]["name"] not in page
    totals = found.controls[found.controls.line == "difference"]
    assert totals.amount.tolist() == [0, 0, 0]
    fates = {(line.source, line.fate): line.records for line in found.technical[found.technical.entity == "customer"].itertuples()}
    assert fates == {("erp", "loaded"): 12, ("crm", "merged"): 4, ("crm", "loaded"): 2}


def test_currencies_that_the_target_calls_otherwise_balance_too(tmp_path: Path) -> None:
    table = over.MAPPING.replace("Currency__c,currency,,,", "Currency__c,currency,mappings/money.csv,XXX,")
    made = over.project(tmp_path / "p", mappings__crm_csv=table, mappings__money_csv="old,new\nCNY,RMB\nUSD,USD\nJPY,YEN\n")
    over.read_back(made, over.expected(made))
    found = made.reconcile()
    assert found.open == {} and set(found.controls.currency) == {"RMB", "USD", "YEN"}


def test_what_was_read_back_of_another_environment_proves_nothing(made: Project) -> None:
    over.read_back(made, over.expected(made))
    text = (made.root / "workbench.yml").read_text("utf-8")
    (made.root / "workbench.yml").write_text(text.replace("kind: salesforce,", "kind: salesforce, environment: production,"), "utf-8")
    with pytest.raises(StoreError, match=r"crm is production now, and what was read back last is of test\. Read it back"):
        open_project(made.root).reconcile()


def test_each_row_has_the_fate_that_ledger_and_read_back_tell(made: Project) -> None:
    held = over.expected(made)
    lost, refused, late, doubled = (str(line["_golden_id"]) for line in held["Customer__c"][:4])
    told = {"Customer__c": [line for line in held["Customer__c"] if line["_golden_id"] != late], "Item__c": held["Item__c"]}
    over.load(made, told, **{refused: "refused"})
    there = [line for line in held["Customer__c"] if line["_golden_id"] not in (lost, refused, late)]
    twice = next(line for line in there if line["_golden_id"] == doubled)
    foreign = twice | {"_golden_id": "ffff", "Key__c": "ffff"}
    over.read_back(made, {"Customer__c": [*there, twice, foreign, twice | {"_golden_id": None}], "Item__c": held["Item__c"]})
    found = made.reconcile()
    assert found.open["technical"] == {"doubled": 1, "extra": 1, "lost": 1, "without our key": 1}
    customers = found.technical[found.technical.entity == "customer"]
    sizes = {fate: int(customers[customers.fate == fate].records.sum()) for fate in set(customers.fate)}
    records = made.sql("SELECT golden_id, count(*) AS n FROM gold.xref WHERE entity = 'customer' GROUP BY ALL")
    of = dict(records.to_numpy().tolist())
    assert [sizes[fate] for fate in ("lost", "refused", "written", "doubled")] == [of[i] for i in (lost, refused, late, doubled)]
    assert customers.records.sum() == 18
    stages = found.counts[found.counts.object == "Customer__c"]
    assert [int(n) for n in stages.rows.dropna()] == [18, 14, 14, 14, 13, 12, 11, 14]
    assert {(line.why, int(line.less)) for line in stages[stages.less.notna()].itertuples()} == {
        ("merged", 4), ("written", 1), ("refused", 1), ("lost", 1), ("doubled", -1), ("extra", -1), ("without our key", -1)}
    with pytest.raises(ConfigError, match=r"technical reconciliation of crm is not to be signed yet: 1 doubled"):
        found.sign("technical")


def test_counts_add_up_whatever_is_there(made: Project) -> None:
    held = over.expected(made)
    over.read_back(made, {title: lines[::2] for title, lines in held.items()})
    counts = made.reconcile().counts
    for _, lines in counts.groupby("object"):
        at = None
        for line in lines.itertuples():
            if line.stage:
                assert at is None or at == line.rows
                at = line.rows
            else:
                at -= line.less


def test_people_look_sign_and_the_signature_lapses(made: Project, tmp_path: Path) -> None:
    over.read_back(made, over.expected(made))
    found = made.reconcile(user="zhang")
    with pytest.raises(ConfigError, match="Nobody has looked at records"):
        found.sign("business")
    sheet = tmp_path / "look.xlsx"
    assert made.proofs.write_sample(sheet) == 14
    book = openpyxl.load_workbook(sheet)
    lines = [row for row in book["sample"].iter_rows(min_row=3)]
    heads = [cell.value for cell in book["sample"][2]]
    assert heads == ["golden_id", "readback", "stratum", "field", "erp", "crm", "new", "verdict", "note"]
    whole = [row for row in lines if row[3].value == "(the record)"]
    for row in whole:
        row[7].value = "Right "
    book.save(sheet)
    assert made.proofs.read_sample(sheet, user="li") == 14
    found = made.reconcile(user="zhang")
    assert found.sure and (found.accuracy.low, found.accuracy.looked) == (1.0, 14)
    for part in PARTS:
        found.sign(part, "zhang")
    assert [(s.part, s.user, s.status) for s in made.proofs.signatures()] == [(part, "zhang", "signed") for part in PARTS]
    with (made.root / "mappings" / "city.csv").open("a", encoding="utf-8") as file:
        file.write("x,y\n")
    made.decisions.override(str(lines[0][0].value), "city", "上海", why="said on the phone")
    assert {s.changed for s in made.proofs.signatures()} == {("mapping", "decisions")}
    whole[0][7].value = "wrong"
    book.save(sheet)
    made.proofs.read_sample(sheet, user="li")
    found = made.reconcile(user="zhang")
    assert not found.sure and found.accuracy.more is None and "that cannot be shown" in found.said
    with pytest.raises(ConfigError, match="say with a note why it is accepted"):
        found.sign("business", "zhang")
    found.sign("business", "zhang", "the one is mended by hand")
    assert found.signatures[-1].note == "the one is mended by hand"


def test_a_signature_lapses_when_the_next_run_makes_other_rows_of_the_same(made: Project) -> None:
    held = over.expected(made)
    over.read_back(made, held)
    made.decisions.override(str(held["Customer__c"][0]["_golden_id"]), "phone", "13912345678", why="said on the phone")
    made.reconcile().sign("technical", "zhang")  # of the run before the decision
    made.run()
    (signature,) = made.proofs.signatures()
    assert signature.changed == ("rows",)
    made.reconcile().sign("technical", "zhang")
    made.run()
    assert [one.status for one in made.proofs.signatures()] == ["signed"]


def test_a_worksheet_with_mistakes_is_refused_whole(made: Project, tmp_path: Path) -> None:
    over.read_back(made, over.expected(made))
    sheet = tmp_path / "look.xlsx"
    made.proofs.write_sample(sheet)
    book = openpyxl.load_workbook(sheet)
    rows = list(book["sample"].iter_rows(min_row=3))
    rows[0][0].value, rows[1][7].value = 1.2e17, "yes"
    rows[2][3].value = rows[3][3].value
    book.save(sheet)
    with pytest.raises(SourceError) as told:
        made.proofs.read_sample(sheet)
    said = str(told.value)
    assert all(words in said for words in ("line 3: there is no record", "a spreadsheet made a number of it",
                                           "line 4: 'yes' is no verdict", "is twice in the sheet", "Nothing was taken"))
    assert made.journal.read("SELECT count(*) FROM sampled") == [(0,)]


def test_a_worksheet_of_another_read_back_is_refused(made: Project, tmp_path: Path) -> None:
    held = over.expected(made)
    over.read_back(made, held)
    made.proofs.write_sample(tmp_path / "look.xlsx")
    held["Customer__c"][0]["Name__c"] = "another"
    over.read_back(made, held)
    with pytest.raises(SourceError, match="was written of another read-back"):
        made.proofs.read_sample(tmp_path / "look.xlsx")


def test_a_note_has_to_say_why_it_is_signed_with_rows_of_others_and_rows_that_are_not_there(made: Project) -> None:
    held = over.expected(made)
    refused = str(held["Customer__c"][0]["_golden_id"])
    over.load(made, held, **{refused: "refused"})
    over.read_back(made, held | {"Customer__c": held["Customer__c"][1:], "Item__c": held["Item__c"]})
    found = made.reconcile()
    assert found.open == {} and found.waiting == {"refused": 1} and "not there yet: 1 refused" in str(found)
    assert "Not there yet: 1 refused." in (made.root / "reports" / "proof_crm.html").read_text("utf-8")
    with pytest.raises(ConfigError, match="1 refused: say with a note why the technical part is signed"):
        found.sign("technical", "zhang")
    found.sign("technical", "zhang", "it is blocked in the old system too")

    before = held["Customer__c"][1] | {"_golden_id": None, "Key__c": None}
    over.read_back(made, held | {"Customer__c": [*held["Customer__c"][1:], before]})
    found = made.reconcile()
    with pytest.raises(ConfigError, match=r"1 without our key\. If they were there before, say so with a note"):
        found.sign("technical", "zhang")
    found.sign("technical", "zhang", "one was there before")
    assert [(one.part, one.status) for one in made.proofs.signatures()] == [("technical", "signed")]

    held["Customer__c"][1]["Phone__c"] = "1"
    over.read_back(made, held | {"Customer__c": held["Customer__c"][1:]})
    found = made.reconcile()
    with pytest.raises(ConfigError, match="is not to be signed yet: 1 "):
        found.sign("logical", "zhang", "a note does not help")


def test_who_is_no_approver_does_not_sign(made: Project) -> None:
    text = (made.root / "workbench.yml").read_text("utf-8")
    (made.root / "workbench.yml").write_text(text + "roles: {approver: [zhang]}\n", "utf-8")
    made = open_project(made.root)
    over.read_back(made, over.expected(made))
    found = made.reconcile()
    with pytest.raises(ConfigError, match="needs the role approver, which li has not"):
        found.sign("technical", "li")
    with pytest.raises(ConfigError, match="There is no part 'all' to sign"):
        found.sign("all", "zhang")
    found.sign("technical", "zhang")


def test_a_value_that_changed_after_the_load_says_so(made: Project) -> None:
    held = over.expected(made)
    over.load(made, held)
    over.read_back(made, held)
    assert made.reconcile().open == {}
    later, damaged = held["Customer__c"][:2]
    made.decisions.override(str(later["_golden_id"]), "phone", "13912345678", why="said on the phone")
    made.run()
    damaged["Name__c"] = str(damaged["Name__c"])[:3]
    over.read_back(made, held)
    found = made.reconcile()
    assert {line.reason: line.golden_id for line in found.findings.itertuples()} == {
        "changed since load": later["_golden_id"], "truncated": damaged["_golden_id"]}


def test_the_way_of_a_record_ends_in_the_new_system_and_starts_from_there(made: Project) -> None:
    held = over.expected(made)
    over.load(made, held)
    over.read_back(made, {title: [line | {"_target_id": f"T{n}"} for n, line in enumerate(lines)] for title, lines in held.items()})
    made.reconcile().sign("technical", "zhang")
    ours = str(held["Customer__c"][5]["_golden_id"])
    trace = made.trace("T5")
    assert trace.golden_id == ours == made.trace(ours).golden_id
    step = trace.steps[-1]
    assert step.title == "Loaded into crm" and step.rows[0]["by"] == "wang" and step.rows[0]["event"] == "created"
    assert step.sentences[0] == "Read back last as Customer__c T5."
    assert "technical reconciliation is signed by zhang" in step.sentences[1]


def test_the_verbs_say_what_is_open_by_their_exit_codes(made: Project, tmp_path: Path) -> None:
    held = over.expected(made)
    over.read_back(made, held)
    small.told(small.workbench("reconcile", made.root, "--target", "crm"), 0, "nothing open", "proof_crm.html", "│ 18   │")
    held["Item__c"][0]["Amount__c"] = "1.00"
    over.read_back(made, held)
    small.told(small.workbench("reconcile", made.root), 1, "1 UNEXPLAINED", "1 control totals")
    small.told(small.workbench("sign", "logical", made.root), 2, "is not to be signed yet")
    small.told(small.workbench("sign", "technical", made.root, "--user", "zhang"), 0, "is signed")
    small.told(small.workbench("signatures", made.root), 0, "technical", "zhang")
    small.told(small.workbench("rounds", made.root), 0, "Customer__c read back")
    small.told(small.workbench("sample", made.root), 2, "Give either --to FILE")
    small.told(small.workbench("sample", made.root, "--to", tmp_path / "look.xlsx"), 0, "14 records to look at")


def test_masked_it_shows_pseudonyms_and_writes_nothing(made: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    held = over.expected(made)
    name = str(held["Customer__c"][0]["Name__c"])
    held["Customer__c"][0]["Name__c"] = name[:4]
    over.read_back(made, held)
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    found = open_project(made.root).reconcile()
    (line,) = found.findings.to_dict("records")
    assert (line["field"], line["reason"]) == ("Name__c", "truncated") and line["expected"] != name
    assert name not in found._repr_html_() and not (made.root / "reports" / "proof_crm.html").exists()
    assert made.journal.read("SELECT count(*) FROM rounds") == [(0,)]
    with pytest.raises(ConfigError, match="only looked at"):
        found.sign("technical")
