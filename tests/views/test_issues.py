"""The issues as people look at them: what is published of them, escaped, by owner and state."""

from pathlib import Path

import pytest

from tests.issues.made import NAME, PHONE, config, ran
from workbench.errors import ConfigError, StoreError
from workbench.issues import change, publish_issues
from workbench.journal import Journal
from workbench.published import Published, write_history
from workbench.views.issues import by_owner, by_owner_data, issues, issues_data, owners

from .made import HOSTILE, published, sound

FIRST, SECOND = "2026-03-02", "2026-03-09"


@pytest.fixture
def run(tmp_path: Path) -> Published:
    """An issue of Wang that is overdue, one of Chen that is closed, and one that nobody has."""
    journal, settings = Journal(tmp_path), config(tmp_path)
    other = f"{HOSTILE}:x.y"
    ran(journal, FIRST, {PHONE: {"erp": ["1", "2"]}, NAME: {"erp": ["3"]}, other: {"erp": ["1"]}})
    last = ran(journal, SECOND, {PHONE: {"erp": ["1"]}, NAME: {"erp": []}, other: {"erp": ["1"]}})
    (tmp_path / "reports" / last / "tables").mkdir(parents=True)
    write_history(tmp_path, "made", journal)
    change(journal, settings, PHONE, "me", {"owner": "Wang", "due": FIRST, "comment": "speaks of Firm 4"})
    change(journal, settings, other, "me", {"owner": HOSTILE})
    return Published(tmp_path)


def test_by_owner_and_state(run: Published) -> None:
    with run.session() as con:
        assert owners(con) == sorted([HOSTILE, "Chen", "Wang"])
        assert [line["check"] for line in issues_data(con, owner="Wang")] == [PHONE]
        assert [line["check"] for line in issues_data(con, state="closed")] == [NAME]
        assert issues_data(con, owner="Chen", state="open") == []
        with pytest.raises(ConfigError, match="There is no owner 'Wong'; did you mean 'Wang'"):
            issues_data(con, owner="Wong")
        with pytest.raises(ConfigError, match="There is no state 'done'"):
            issues_data(con, state="done")


def test_the_list_says_what_is_open_and_overdue(run: Published) -> None:
    html = sound(issues(run, link=lambda check: f"quality?check={len(check)}"))
    assert "2 open, 1 of them overdue; 2 rows to mend." in html and f"As of {SECOND}" in html
    assert html.index(PHONE) < html.index(NAME) and f'href="quality?check={len(PHONE)}"' in html
    assert "overdue</span>" in html and "closed</span>" in html and "&lt;script&gt;" in html
    assert "Firm 4" not in html
    assert "None." in sound(issues(run, owner="Chen", state="open"))


def test_of_an_older_version_there_are_none_and_a_damaged_file_is_named(run: Published, tmp_path: Path) -> None:
    file = tmp_path / "reports" / "issues.parquet"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(StoreError, match=r"issues\.parquet is damaged or gone"):
        issues(Published(tmp_path))
    file.unlink()
    assert "None." in sound(issues(Published(tmp_path)))


def test_where_nothing_was_published_nothing_is_written(tmp_path: Path) -> None:
    publish_issues(Journal(tmp_path), config(tmp_path))
    assert not (tmp_path / "reports").exists()
    assert "None." in sound(issues(published(tmp_path, [(FIRST, [], {})])))


def test_who_has_how_much_left(run: Published) -> None:
    with run.session() as con:
        found = {line["owner"]: (line["open"], line["overdue"], line["rows"]) for line in by_owner_data(con)}
    assert found == {"Wang": (1, 1, 1), HOSTILE: (1, 0, 1)}, "Chen's is closed"
    assert "overdue" in sound(by_owner(run, link=lambda owner: f"issues?owner={len(owner)}"))
