"""A register of companies as two dates of one table: headings and codes are others a year later."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import SourceError

FILES = {"2023-08-31": "twse_2023-08.csv", "2024-09-14": "twse_2024-09.csv"}
FIRST, SECOND = FILES
CONFIG = """\
project: Register
region: TW
entities:
  company:
    fields:
      name: {type: company_name, required: true}
      website: {type: url}
      founded: {type: date}
      tax_id: {type: tax_id}
      industry: {type: code}
      capital: {type: money, currency: TWD}
sources:
  register:
    tables:
      companies: {file: companies.csvMORE}
    records:
      company:
        from: companies
        key: 公司代號
        fields: {name: 公司名稱, website: 網址, founded: 成立日期, tax_id: 營利事業統一編號, industry: 產業別, capital: 實收資本額}
"""
COLUMNS = "columns: {產業別: 產業類別, 實收資本額: 實收資本額(元)}"


def configured(root: Path, more: str = "") -> wb.Project:
    (root / "workbench.yml").write_text(CONFIG.replace("MORE", more), "utf-8")
    return wb.open_project(root)


@pytest.fixture(scope="module")
def files(real_data: Path) -> dict[str, dict[str, dict[str, str]]]:
    """The rows of both registers by code."""
    found = {}
    for day, name in FILES.items():
        with (real_data / "tw_listed_companies" / name).open(encoding="utf-8-sig", newline="") as lines:
            found[day] = {row["公司代號"]: {k: v.strip() for k, v in row.items()} for row in csv.DictReader(lines)}
    return found


@pytest.fixture(scope="module")
def root(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after a run of the first date; the second was refused."""
    root = tmp_path_factory.mktemp("register")
    for day, name in FILES.items():
        (root / "sources" / day).mkdir(parents=True)
        shutil.copy(real_data / "tw_listed_companies" / name, root / "sources" / day / "companies.csv")
    assert configured(root).run(as_of=FIRST, until="standardise").remarks == []
    return root


def agreed(files: dict, old: str, new: str) -> str:
    """The share of the records in both registers with the same value, counted here."""
    both = [code for code in files[FIRST] if code in files[SECOND] and files[FIRST][code][old]]
    assert len(both) == 990
    same = sum(files[FIRST][code][old] == files[SECOND][code][new] for code in both)
    return f"{same / 990:.1%} of 990 records have the same value"


def test_what_is_not_certain_is_asked_with_the_line_to_add(root: Path, files: dict) -> None:
    with pytest.raises(SourceError) as refused:
        configured(root).run(as_of=SECOND)
    said = str(refused.value)
    assert f"    companies: {{file: companies.csv, {COLUMNS}}}" in said.splitlines()
    assert "'產業別' is gone since 2024-09-14; it is used in sources.register.records.company.fields.industry" in said
    assert f"'實收資本額(元)' ({agreed(files, '實收資本額', '實收資本額(元)')})" in said and "(64.5% of" in said
    assert "網址'" not in said.replace("公司網址'", ""), "that one is certain"
    assert configured(root).journal.read("SELECT * FROM learned") == []


def test_with_the_line_added_it_runs_and_codes_stay_codes(root: Path, files: dict) -> None:
    project = configured(root, f", {COLUMNS}")
    for place in range(2):
        result = project.run(as_of=SECOND, until="standardise")
        said = {remark["column"]: remark["said"] for remark in result.remarks}
        for old, new in (("網址", "公司網址"), ("私募股數", "私募普通股(股)"), ("特別股", "特別股(股)")):
            figure = f" ({agreed(files, old, new)})" if place == 0 else ""  # the second time it is known
            assert said[old] == f"is called {new} since 2024-09-14{figure}"
        columns = {day: set(next(iter(files[day].values()))) for day in FILES}
        known = {"網址": "公司網址", "私募股數": "私募普通股(股)", "特別股": "特別股(股)",
                 "產業別": "產業類別", "實收資本額": "實收資本額(元)"}  # fmt: skip
        gone = {column for column, words in said.items() if words == "is gone since 2024-09-14"}
        came = {column for column, words in said.items() if words == "is new since 2024-09-14"}
        assert gone == columns[FIRST] - columns[SECOND] - set(known) and len(gone) == 3
        assert came == columns[SECOND] - columns[FIRST] - set(known.values()) and len(came) == 9
        # the words stand for the codes that the same companies had
        codes = Counter((row["產業類別"], files[FIRST][code]["產業別"])
                        for code, row in files[SECOND].items() if code in files[FIRST])  # fmt: skip
        assert len(codes) == 33 == len({word for word, _ in codes})
        standard = project.sql("SELECT key, industry, website, founded::VARCHAR AS founded FROM std.company")
        assert len(standard) == 1031
        for row in standard.itertuples():
            assert row.industry == dict(codes.keys())[files[SECOND][row.key]["產業類別"]]
            assert row.founded == files[SECOND][row.key]["成立日期"].replace("/", "-")
        changes = project.sql("SELECT rule, count(*) AS n FROM std.changes WHERE field = 'industry' GROUP BY ALL")
        assert changes.to_numpy().tolist() == [["code as before", 1031]]
        learned = project.journal.read("SELECT kind, count(*) FROM learned GROUP BY kind ORDER BY kind")
        assert learned == [("code", 33), ("column", 3)]


def test_the_words_may_be_listed_by_hand(root: Path, files: dict) -> None:
    listed, other, *_ = sorted({row["產業類別"] for row in files[SECOND].values()})
    (root / "mappings").mkdir()
    (root / "mappings" / "industry.csv").write_text(f"value,code\n{listed},by hand\n", "utf-8")
    project = configured(root, f", {COLUMNS}, values: {{產業別: mappings/industry.csv}}")
    project.run(as_of=SECOND, until="standardise")
    found = set(project.sql("SELECT industry FROM std.company")["industry"])
    assert {"by hand", other} <= found and listed not in found and len(found) == 33


def test_the_first_date_again_is_as_it_was(root: Path, files: dict) -> None:
    project = configured(root, f", {COLUMNS}")
    assert project.run(as_of=FIRST, until="standardise").remarks == []
    found = project.sql("SELECT key, industry FROM std.company").set_index("key")["industry"].to_dict()
    assert found == {code: row["產業別"] for code, row in files[FIRST].items()}
