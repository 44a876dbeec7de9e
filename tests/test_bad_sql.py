"""What users get wrong in the SQL and mapping tables they write: clear words, and nothing runs that may not."""

from pathlib import Path

import pytest

from workbench.config.expressions import refused

from . import small
from .saying import Say, changed, say

__all__ = ["say"]


def with_view(text: str) -> str:
    return changed("        from: customers\n", "        from: views/it.sql\n        lead: customers\n")


# expressions


READING = [
    "(select count(*) from 'secret.csv')", "(from 'secret.csv')", '(select 1 from "secret.csv")',
    "exists (from read_csv('secret.csv'))", "exists (from read_csv_auto('secret.csv'))",
    "(select content from read_text('secret.csv'))", "exists (from read_parquet('secret.csv'))",
    "exists (from parquet_scan('secret.csv'))", "exists (from read_json('secret.csv'))", "exists (from glob('*'))",
    "exists (from READ_BLOB('secret.csv'))", "exists (from sniff_csv('secret.csv'))", "getenv('HOME') = ''",
    "exists (from query('select 1'))", "exists (from sqlite_scan('a.db', 'b'))",
]  # fmt: skip
NOT_ONE = [
    "pragma database_list", "copy gold.customer to 'x.csv'", "attach 'x.db' as x", "1; drop table gold.customer", "drop table gold.customer",
    "insert into gold.customer values (1)", "set threads = 1", "1) or (1", "name, phone", "1 +",
    "true) from gold.customer where (true", "true) -- ", "call pragma_version()", "install httpfs", "",
]  # fmt: skip


@pytest.mark.parametrize("expression", [*READING, *NOT_ONE])
def test_only_one_harmless_expression_is_accepted(expression: str) -> None:
    assert refused(expression)


def quoted(expression: str) -> str:
    return '"' + expression.replace('"', '\\"') + '"'


@pytest.mark.parametrize("expression", ["(select count(*) from 'secret.csv')", "1; drop table gold.customer"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("checks:\n", "checks:\n  - {{check: expression, entity: customer, that: {}}}\n"),
        ("  - {name: all}", "  - {{name: all, where: {}}}"),
        ("    block:", "    never: {}\n    block:"),
        ("fields: &customer {name: name,", "fields: &customer {{name: {},"),
    ],
)
def test_a_refused_expression_never_runs(tmp_path: Path, say: Say, old: str, new: str, expression: str) -> None:
    root = small.project(tmp_path / "p", config=changed(old, new.format(quoted(expression))))
    (root / "secret.csv").write_text("a\n13812345678\n", "utf-8")
    text = say("run", root, "--until", "match")
    assert "workbench.yml:" in text or "sources.erp.records.customer.fields.name" in text
    assert "13812345678" not in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "checks:\n",
            "checks:\n  - {check: expression, entity: customer, that: fone <> ''}\n",
            ("expression:", "fone"),
        ),
        (
            "checks:\n",
            "checks:\n  - {check: pattern, field: customer.phone, pattern: '('}\n",
            ("pattern:customer.phone",),
        ),
        ("checks:\n", "checks:\n  - {check: range, field: customer.credit, min: many}\n", ("range:customer.credit",)),
        ("  - {name: all}", "  - {name: all, where: fone is null}", ("waves", "fone")),
        ("    block:", "    never: fone is null\n    block:", ("match.customer.never", "fone")),
        (
            "fields: &customer {name: name,",
            "fields: &customer {name: nothing(name),",
            ("sources.erp.records.customer", "nothing"),
        ),
    ],
)
def test_an_expression_that_duckdb_refuses(
    tmp_path: Path, say: Say, old: str, new: str, words: tuple[str, ...]
) -> None:
    say("run", small.project(tmp_path / "p", config=changed(old, new)), "--until", "plan", words=words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "checks:\n",
            "checks:\n  - {check: expression, entity: customer, that: name::int > 0}\n",
            ("check expression:",),
        ),
        ("  - {name: all}", "  - {name: all, where: email::date > as_of}", ("waves",)),
        ("    block:", "    never: phone::date is null\n    block:", ("match.customer.never",)),
        ("phone: phone, email", "phone: name::int, email", ("sources.erp.records.customer",)),
        ("phone: phone, email", "phone: \"strptime(phone, '%Y-%m')\", email", ("sources.erp.records.customer",)),
        (
            "phone: phone, email",
            "phone: (phone::bigint * 100000000000)::varchar, email",
            ("sources.erp.records.customer",),
        ),
    ],
)
def test_an_expression_that_fails_on_a_value_does_not_show_it(
    tmp_path: Path, say: Say, old: str, new: str, words: tuple[str, ...]
) -> None:
    say("run", small.project(tmp_path / "p", config=changed(old, new)), "--until", "plan", words=words)


# views


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("update raw.erp__customers set name = ''", ("it.sql", "must be one SELECT")),
        ("select 1; select 2", ("it.sql", "must be one SELECT")),
        ("copy raw.erp__customers to 'x.csv'", ("it.sql", "must be one SELECT")),
        ("selec * from raw.erp__customers", ("it.sql",)),
        ("", ("it.sql", "must be one SELECT")),
        (
            "select no, name, tax_id, phone, email, city, credit from raw.erp__customers",
            ("it.sql", "_row of customers"),
        ),
        ("select * from raw.erp__custmers", ("it.sql", "erp__custmers")),
        ("select *, fone from raw.erp__customers", ("it.sql", "fone")),
        ("select * from 'secret.csv'", ("it.sql",)),
        ("select * from read_csv('secret.csv')", ("it.sql",)),
        (
            "select c.* from raw.erp__customers c join raw.erp__items i on i.customer = c.no",
            ("sources.erp.records.customer", "views/it.sql gives row 1 of customers 2 times", "narrow them"),
        ),
        ("select * replace (phone::date as phone) from raw.erp__customers", ("customer",)),
    ],
)
def test_a_view_that_cannot_be_used(tmp_path: Path, say: Say, view: str, words: tuple[str, ...]) -> None:
    root = small.project(tmp_path / "p", config=with_view(view), views__it_sql=view)
    (root / "secret.csv").write_text("_row,no\n1,13812345678\n", "utf-8")
    text = say("run", root, "--until", "standardise", words=words)
    assert "13812345678" not in text


def test_a_view_in_another_encoding(tmp_path: Path, say: Say) -> None:
    root = small.project(tmp_path / "p", config=with_view(""), views__it_sql="")
    (root / "views" / "it.sql").write_bytes("select * from raw.erp__customers -- 客户".encode("gb18030"))
    say("run", root, "--until", "standardise", words=("it.sql", "not UTF-8"))


def test_a_view_without_lead(tmp_path: Path, say: Say) -> None:
    config = changed("        from: customers\n", "        from: views/it.sql\n")
    root = small.project(tmp_path / "p", config=config, views__it_sql="select * from raw.erp__customers")
    say("run", root, words=("'lead' is missing", "name the table"))


# mapping tables


SALESFORCE = changed(
    "  plain: {kind: plain}", "  sf: {kind: salesforce, mapping: mappings/sf.csv, objects: {Item__c: item}}"
)
HEAD = "object,field,from,codes,default,note\n"
GOOD = HEAD + "Account,Name,name,,,\nItem__c,Amount__c,amount,,,\n"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("a,b\n", ("sf.csv:1", "headings must begin with object, field, from")),
        ("", ("sf.csv:1", "headings must begin with")),
        (HEAD + "Acount,Name,name,,,\n", ("sf.csv:2", "unknown object 'Acount'; did you mean 'Account'?")),
        (GOOD + "Account,Fone,phone,,,\n", ("sf.csv:4", "Account has no field 'Fone'", "accepted: Name")),
        (GOOD + "Account,Phone,fone,,,\n", ("sf.csv:4", "no golden field 'fone'; did you mean 'phone'?")),
        (GOOD + "Other__c,Phone,phone,,,\n", ("sf.csv:4", "targets.sf.objects.Other__c")),
        (GOOD + "Account,Phone,(select 1 from 'a.csv'),,,\n", ("sf.csv:4", "may not read files")),
        (GOOD + "Account,Type,city,mappings/none.csv,,\n", ("sf.csv:4", "code list mappings/none.csv")),
        (HEAD + "Account,Phone,phone,,,\n", ("Account.Name is required by the target and not mapped",)),
        (
            HEAD + "Acount,Name,name,,,\nAccount,Nme,name,,,\nAccount,Name,nmae,,,\n",
            ("sf.csv:2", "sf.csv:3", "sf.csv:4"),
        ),
        (GOOD + "Account,Phone,nothing(phone),,,\n", ("the mapping of sf, Account", "nothing")),
        (GOOD + "Account,Phone,name::int,,,\n", ("the mapping of sf, Account",)),
    ],
)
def test_a_mapping_that_cannot_be_used(tmp_path: Path, say: Say, mapping: str, words: tuple[str, ...]) -> None:
    root = small.project(tmp_path / "p", config=SALESFORCE, mappings__sf_csv=mapping)
    say("run", root, "--until", "reconcile", words=words)


def test_a_mapping_or_code_list_in_another_encoding(tmp_path: Path, say: Say) -> None:
    """As a spreadsheet program saves it on a Chinese desktop."""
    root = small.project(tmp_path / "p", config=SALESFORCE, mappings__sf_csv=GOOD)
    (root / "mappings" / "sf.csv").write_bytes((GOOD + "Account,Phone,phone,,,客户电话\n").encode("gb18030"))
    say("run", root, words=("sf.csv", "not UTF-8"))
    (root / "mappings" / "sf.csv").write_text(GOOD + "Account,Type,city,mappings/codes.csv,,\n", "utf-8")
    (root / "mappings" / "codes.csv").write_bytes("code,type\n北京,A\n".encode("gb18030"))
    say("run", root, words=("codes.csv", "not UTF-8"))
    config = changed("city: {type: text}", "city: {type: code, codes: mappings/codes.csv}")
    (root / "workbench.yml").write_text(config, "utf-8")
    say("run", root, words=("codes.csv", "not UTF-8"))
