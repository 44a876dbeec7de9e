"""What a project of Chinese readers sees is Chinese: each page and view of a small project, and what verbs print.

Only names and values may be of Latin letters: those of the project, of its files and of programs.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

import workbench.cli  # noqa: F401  it knows all verbs
from workbench import Project, terminal, views
from workbench.commands.app import app
from workbench.language import speak
from workbench.readiness import write_plan

from . import small
from .proof import over

LEFT = (
    # terms that are the same in Chinese, programs, files and formats
    "workbench", "workbench.yml", "CSV", "ERP", "CRM", "ID", "ISO", "SAP", "SHA", "UTC", "GBK", "A", "B", "a",
    "Salesforce", "Bulk", "API",
    # what the project calls its things
    "Small", "erp", "crm", "customers", "items", "accounts", "customer", "item", "plain", "dormant", "all", "name", "tax_id",
    "phone", "email", "city", "credit", "document", "currency", "amount", "due", "key", "no", "line", "CNY", "JPY", "USD",
    "wang", "li", "Customer", "elsewhere", "test", "broken", "nobody", "tail",
    # how a file was read, as workbench.yml says it
    "FILE", "parent", "readiness", "most_complete",
    "encoding", "utf", "confidence", "delimiter", "comma", "quote", "double", "header", "line",
)  # fmt: skip
QUIET = ("style", "script", "code", "pre")
SPOKEN = ("title", "aria-label", "alt")
WORD = re.compile(r"[A-Za-z][A-Za-z_.'’-]*[A-Za-z]|[A-Za-z]")
NAME = re.compile(
    r"`[^`]*`|\S*[/\\]\S*|\S+\.(csv|yml|ipynb|html|parquet|duckdb|xlsx)\b|\w+__c(\.\w+)?|[KC]\d\d|\b[0-9a-f]{12,}\b|--[\w-]+"
    r"|\w+@\w+\.\w+|\bworkbench( [a-z]+){1,2}\b|\w*\d\w*|\b(customer|item|erp|crm|target|match|gold|recon|state)\.\w+|[\w-]+:[\w.]+"
)  # code, a path, a file, a field or object, a key, an id, an option, an address, a command, a number, a table, a check
CUTOVER = """\
cutover: {freeze: 2026-03-06 18:00, start: 2026-03-07 08:00, end: 2026-03-08 20:00, fallback: 回到旧系统, fallback_minutes: 120}
"""


class Words(HTMLParser):
    """The texts of a page, those of attributes that people hear or see too."""

    def __init__(self, html: str):
        super().__init__()
        self.texts: list[str] = []
        self.languages: set[str] = set()
        self._quiet = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in QUIET
        self.texts += [value or "" for name, value in attrs if name in SPOKEN]
        self.languages |= {value or "" for name, value in attrs if name == "lang"}

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in QUIET

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.texts.append(data)


def english(text: str) -> list[str]:
    """The words of a text that are neither names nor terms."""
    return [word for word in WORD.findall(NAME.sub(" ", text)) if word not in LEFT]


def found(html: str) -> list[str]:
    return sorted({f"{' '.join(words)}  in  {text.strip()[:100]}" for text in Words(html).texts if (words := english(text))})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Two dates with something of everything: values that fail, a line that is none, doubles, a system read back."""
    with pytest.MonkeyPatch.context() as context:
        context.setenv("WORKBENCH_USER", "li")
        yield from _made(tmp_path_factory)


def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    dirty = [
        *small.CUSTOMERS[:10],
        small.customer(5, "K90", phone="12", email="nobody", tax_id="", name=""),
        small.customer(6, "K91", tax_id="", email="", name=small.CUSTOMERS[5]["name"].replace("科技", "技术")),
        small.customer(7, "K07"),
    ]
    text = small.text(dirty, small.HEADINGS["erp/customers.csv"]) + "K99,broken\n"
    config = f"language: zh\n{over.CONFIG}{CUTOVER}"
    config = config.replace("{name: all}", "{name: all, owner: 李, on: 2026-03-07}")
    project = over.project(tmp_path_factory.mktemp("zh") / "p", config)
    for name in ("crm/accounts.csv",):
        small.extract(project.root, small.NEXT, name, small.ACCOUNTS)
    small.extract(project.root, small.NEXT, "erp/items.csv", over.items())
    small.extract(project.root, small.NEXT, "erp/customers.csv", text)
    project.run()
    held = over.expected(project)
    held["Customer__c"].pop()
    held["Customer__c"][0]["Name__c"] = "别的公司"
    over.load(project, held)
    over.read_back(project, held)
    project.reconcile(user="li")
    project.mapping().document()
    write_plan(project.config, project.journal, project.plan())
    yield project
    speak("en")


def test_the_pages_are_chinese(made: Project) -> None:
    run = made.published().run_id
    pages = sorted(
        file for file in (made.root / "reports").rglob("*.html")
        if not file.name.startswith("profiler_") and (file.parent.name in ("reports", run) or run in file.parts)
    )
    assert {"index.html", "plan.html", "mapping_crm.html", "proof_crm.html"} <= {file.name for file in pages}
    left = {str(file.relative_to(made.root)): found(file.read_text("utf-8")) for file in pages}
    assert not any(left.values()), "\n".join(f"{name}: {line}" for name, lines in left.items() for line in lines)
    assert all(Words(file.read_text("utf-8")).languages == {"zh"} for file in pages)


def test_the_views_are_chinese(made: Project) -> None:
    run = made.published()
    pair = views.pairs.__globals__["pairs_data"]
    with run.session() as con:
        ends = [pair(con, "customer", verdict) for verdict in ("match", "review", "no_match")]
    two = next(pairs[0] for pairs in ends if pairs)
    golden = run.records("SELECT golden_id FROM published.match_customer_clusters GROUP BY ALL HAVING count(*) > 1")
    place = ("customer", two.source_l, two.key_l, two.source_r, two.key_r)
    drawn: dict[str, Any] = {
        "trend": views.trend(run), "one source": views.trend(run, "erp"), "burn-down": views.burn_down(run),
        "changes": views.changes(run), "failures": views.failures(run), "flow": views.flow(run),
        "some failures": views.failures(run, source="erp", status="new", search="1"),
        "matrix": views.quality_matrix(run), "amounts": views.amounts(run), "blocking": views.blocking(run, "customer"),
        "clusters": views.clusters(run, "customer"), "completeness": views.completeness(run),
        "consequences": views.consequences(run), "filled": views.filled(run), "issues": views.issues(run),
        "matching trend": views.matching_trend(run, "customer"), "profile": views.profile_cards(run, "erp.items"),
        "review": views.review(run, "customer"), "side by side": views.side_by_side(run, *place),
        "waterfall": views.waterfall(run, *place, review=(0.1, 0.9)), "plan": views.plan(run),
        "graph": views.cluster_graph(run, "customer", golden[0]["golden_id"]),
        "provenance": views.provenance(run, "customer", golden[0]["golden_id"]),
        "check": views.check_trend(run, "valid:customer.phone"),
        "relations": views.relations(run, "customer"),
        **{verdict: views.pairs(run, "customer", verdict) for verdict in ("match", "review", "no_match")},
        "project": made, "trace": made.trace("K01"), "result": made.run(small.NEXT),
        "mapping": made.mapping(), "proof": made.reconcile(user="li"), "facets": made.facets("erp.customers", "city"),
        "suggestions": made.suggest(),
    }  # fmt: skip
    left = {name: found(view._repr_html_()) for name, view in drawn.items()}
    assert not any(left.values()), "\n".join(f"{name}: {line}" for name, lines in left.items() for line in lines)


@pytest.mark.parametrize(
    "verb",
    ["run", "status", "issues", "decisions", "matching", "blocking", "preflight", "plan", "signatures", "rounds", "recipes",
     "suggest", "mapping status", "trace", "archive", "collect"],
)  # fmt: skip
def test_what_verbs_print_is_chinese(made: Project, verb: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal.out, "width", 200)
    speak("en")
    app([*verb.split(), str(made.root), *(["K01"] if verb == "trace" else [])], standalone_mode=False)
    said = capsys.readouterr().out
    assert re.search(r"[\u4e00-\u9fff]", said), said
    words = [f"{' '.join(left)}  in  {line.strip()}" for line in said.splitlines() if (left := english(line))]
    assert not words, "\n".join(words)
