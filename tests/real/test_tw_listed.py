"""A register of companies, old and new: linked without its codes, and judged by them."""

import csv
import shutil
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb

FILES = {"old": "twse_2023-08.csv", "new": "twse_2024-09.csv"}
CODE, TAX, NAME, ADDRESS = "公司代號", "營利事業統一編號", "公司名稱", "住址"


@pytest.fixture(scope="module")
def project(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    root = tmp_path_factory.mktemp("tw") / "tw_listed_companies"
    shutil.copytree(Path(__file__).parent / "tw_listed_companies", root)
    found = wb.open_project(root)
    result = found.run(until="reconcile")
    assert result.gates == [] and result.outcomes["unexplained"] == 0
    return found


@pytest.fixture(scope="module")
def files(real_data: Path) -> dict[str, dict[str, dict[str, str]]]:
    """The rows of both registers by code."""
    found = {}
    for source, name in FILES.items():
        with (real_data / "tw_listed_companies" / name).open(encoding="utf-8-sig", newline="") as lines:
            found[source] = {row[CODE].strip(): row for row in csv.DictReader(lines)}
    return found


@pytest.fixture(scope="module")
def ids(project: wb.Project) -> dict[tuple[str, str], str]:
    """The golden id of each (source, code)."""
    clusters = project.table("match.company_clusters")
    return {(row.source, row.key): row.golden_id for row in clusters.itertuples()}


def folded(text: str) -> str:
    """An address regardless of how it is written: width, variants of a character, blanks."""
    plain = unicodedata.normalize("NFKC", text).replace("臺", "台").replace("巿", "市").casefold()
    return "".join(plain.split())


def test_neither_code_nor_tax_id_is_looked_at(project: wb.Project) -> None:
    settings = project.config.match["company"]
    used = {name.split(".")[0] for rule in settings.block for name in rule} | set(project.config.compared("company"))
    fields = project.config.sources["old"].records["company"].fields
    secret = {name for name, heading in fields.items() if heading in (CODE, TAX)}
    assert secret == {"code", "tax_id"} and settings.compare and not used & secret
    assert not {name for name, heading in project.config.sources["new"].records["company"].fields.items()
                if heading in (CODE, TAX)} ^ secret  # fmt: skip
    assert set(project.table("match.company_weights")["field"]) & secret == set()


def test_companies_are_linked(files: dict, ids: dict) -> None:
    both = set(files["old"]) & set(files["new"])
    assert len(both) == 990
    members = pd.Series(ids).groupby(pd.Series(ids)).size()
    found = int((members * (members - 1) // 2).sum())
    right = sum(ids["old", code] == ids["new", code] for code in both)
    f1 = 2 * right / (found + len(both))
    assert f1 >= 0.98


def test_all_renamed_companies_are_linked(files: dict, ids: dict) -> None:
    both = set(files["old"]) & set(files["new"])
    renamed = {code for code in both if files["old"][code][NAME].strip() != files["new"][code][NAME].strip()}
    assert len(renamed) == 9
    assert all(ids["old", code] == ids["new", code] for code in renamed)


def test_additions_and_departures_come_out_as_such(files: dict, ids: dict) -> None:
    golden = {source: {ids[source, code] for code in rows} for source, rows in files.items()}
    additions = {code for code in files["new"] if ids["new", code] not in golden["old"]}
    departures = {code for code in files["old"] if ids["old", code] not in golden["new"]}
    assert additions == set(files["new"]) - set(files["old"]) and len(additions) == 41
    assert departures == set(files["old"]) - set(files["new"]) and len(departures) == 2


def test_addresses_written_anew_are_told_from_moves(project: wb.Project, files: dict) -> None:
    """Each changed address is in recon.differences; those of the same key, or the same street and number, were only written otherwise."""
    changed = project.sql("""
        SELECT d.golden_id, o.key AS code, (o.address__key = n.address__key OR o.address__street = n.address__street) IS TRUE AS written_anew
        FROM recon.differences AS d
        JOIN gold.xref AS x ON x.golden_id = d.golden_id AND x.source = 'old'
        JOIN gold.xref AS y ON y.golden_id = d.golden_id AND y.source = 'new'
        JOIN std.company AS o ON o.source = 'old' AND o.key = x.key
        JOIN std.company AS n ON n.source = 'new' AND n.key = y.key
        WHERE d.field = 'address'""")
    both = set(files["old"]) & set(files["new"])
    old, new = ({code: files[source][code][ADDRESS] for code in both} for source in ("old", "new"))
    differing = {code for code in both if " ".join(old[code].split()) != " ".join(new[code].split())}
    assert set(changed["code"]) == differing and len(changed) == len(differing) >= 50
    anew = set(changed[changed["written_anew"]]["code"])
    moved = differing - anew
    assert anew and moved
    assert {code for code in differing if folded(old[code]) == folded(new[code])} <= anew
    assert len(anew) <= 15, "a key that takes moves for ways of writing would hide them"


def test_the_key_of_an_address_hides_no_move(project: wb.Project) -> None:
    """Where the keys of two companies' addresses agree, so do their house numbers and floors, in whatever digits."""
    pairs = project.sql("""
        SELECT o.address AS a, n.address AS b FROM std.company AS o JOIN std.company AS n
        ON o.source = 'old' AND n.source = 'new' AND o.key = n.key AND o.address__key = n.address__key""")
    assert len(pairs) > 900
    for a, b in zip(pairs["a"], pairs["b"], strict=True):
        digits = [
            [char for char in unicodedata.normalize("NFKC", text) if char.isascii() and char.isdigit()]
            for text in (a, b)
        ]
        assert digits[0] == digits[1]
