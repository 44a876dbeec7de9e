"""What an open page notices while runs are published and loads go; no filter is lost by it."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests import small
from tests.issues.made import PHONE, config, ran
from tests.views.made import published
from workbench.dashboard.pages import build
from workbench.dashboard.pages.watch import Watch
from workbench.dashboard.runs import Runs
from workbench.dashboard.visitor import Visitor
from workbench.issues import change
from workbench.journal import Journal
from workbench.load.ledger import Ledger, Line
from workbench.published import write_history

LEE = Visitor("lee", frozenset({"analyst"}), "en")
CHECK = "valid:customer.phone"
FIRST, SECOND = "2026-03-02", "2026-03-09"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "workbench.yml").write_text(small.CONFIG, "utf-8")
    published(tmp_path, [(FIRST, [("crm", "validity", CHECK, 10, 3)], {})])
    return tmp_path


def watch(root: Path, name: str = "quality", **query: str) -> Watch:
    found = build(Runs(root), "Small", name, query, LEE).watch
    assert found is not None
    return found


def test_nothing_new_is_no_news(root: Path) -> None:
    open_page = watch(root)
    for _ in range(3):
        news = open_page.look()
        assert (str(news.notice), news.above, news.below) == ("", None, None)


def test_a_newer_run_is_offered_with_the_filters_as_they_are(root: Path) -> None:
    open_page = watch(root, check=CHECK, source="crm")
    published(root, [(SECOND, [("crm", "validity", CHECK, 10, 2)], {})])
    for _ in range(2):  # and stays until it is taken
        news = open_page.look()
        assert f"Run {SECOND}.1 was published" in news.notice and news.below is None
        assert f'href="quality?check={CHECK.replace(":", "%3A")}&amp;source=crm"' in news.notice
    assert f"run {SECOND}.1" in build(Runs(root), "Small", "quality", {"source": "crm"}, LEE).masthead


def test_who_looks_at_an_older_run_is_offered_the_newest(root: Path) -> None:
    published(root, [(SECOND, [("crm", "validity", CHECK, 10, 2)], {})])
    open_page = watch(root, run=f"{FIRST}.1", source="crm")
    assert open_page.look().notice == ""
    published(root, [("2026-03-16", [("crm", "validity", CHECK, 10, 2)], {})])
    assert 'href="quality?source=crm"' in open_page.look().notice


def test_what_is_said_of_an_issue_is_drawn_again(root: Path) -> None:
    journal, settings = Journal(root), config(root)
    last = ran(journal, SECOND, {PHONE: {"erp": ["1"]}})
    (root / "reports" / last / "tables").mkdir(parents=True)
    write_history(root, "made", journal)
    open_page = watch(root, "issues")
    change(journal, settings, 1, "me", {"owner": "Wang"})
    news = open_page.look()
    assert news.notice == "" and "Wang" in str(news.below)


def test_a_load_is_followed_while_it_goes_and_once_more_at_its_end(root: Path) -> None:
    ledger, open_page = Ledger(Journal(root), "plain", "test"), watch(root, "migration")
    assert open_page.look().above is None
    load = ledger.start(f"{FIRST}.1", "all", "zhou", "b")
    assert "Nothing was sent yet" in str(open_page.look().above)
    ledger.record(load, [Line("customer", "g1", "sent"), Line("customer", "g1", "created")])
    news = open_page.look()
    assert "going" in str(news.above) and "customer" in str(news.above) and news.below is None
    ledger.finish(load, "done")
    assert "done" in str(open_page.look().above)
    assert open_page.look().above is None


def test_a_history_that_is_damaged_meanwhile_leaves_the_page_as_it_is(root: Path) -> None:
    open_page = watch(root)
    history = root / "reports" / "history.parquet"
    whole = pq.read_table(history)
    history.write_bytes(history.read_bytes()[:100])
    assert open_page.look().notice == ""
    pq.write_table(whole, history)
    assert open_page.look().notice == ""
