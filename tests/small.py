"""A small project made up on the spot: an ERP with a dozen customers and their items, a CRM that shares some of them.

The customers of `CUSTOMERS` are numbered 1 to 12; ERP and CRM know each by its number, and every value about it is its
own, so that a hand can check who is who: the CRM's 1 to 4 are the ERP's 1 to 4.
"""

import csv
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stdnum.cn import uscc

DAY, NEXT, THIRD = "2026-03-02", "2026-03-09", "2026-03-16"
Row = dict[str, str]
ALPHABET = "华瑞东方金龙海天明远中和"

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.preloaded"])

CONFIG = """\
project: Small
region: CN
entities:
  customer:
    fields:
      name: {type: company_name, required: true}
      tax_id: {type: tax_id}
      phone: {type: phone}
      email: {type: email}
      city: {type: text}
      credit: {type: money, currency: CNY}
  item:
    parent: customer
    fields:
      document: {type: identifier, required: true}
      currency: {type: code}
      amount: {type: money, currency: currency}
sources:
  erp:
    trust: 2
    tables: {customers: erp/customers.csv, items: erp/items.csv}
    records:
      customer:
        from: customers
        key: no
        fields: &customer {name: name, tax_id: tax_id, phone: phone, email: email, city: city, credit: credit}
      item:
        from: items
        key: [document, line]
        parent: customer
        fields: {document: document, currency: currency, amount: amount}
  crm:
    tables: {accounts: crm/accounts.csv}
    records:
      customer: {from: accounts, key: no, fields: *customer}
checks:
  - {check: valid, field: customer.phone, warn: 10%, fail: 50%}
match:
  customer:
    block: [[tax_id.key], [phone.tail], [email.key], [name.key]]
targets:
  plain: {kind: plain}
waves:
  - {name: dormant, where: city = '拉萨', later: true}
  - {name: all}
"""


KILLED_COMPACTING = """
import os, shutil
rmtree = shutil.rmtree
def kill(path, *given, **how):
    if path.name == "tables.going":
        os.kill(os.getpid(), 9)
    rmtree(path, *given, **how)
shutil.rmtree = kill"""
"""Put before `workbench compact`: it is killed where it deletes the tables of a run."""


def customer(number: int, key: str | None = None, **changed: str) -> Row:
    """The customer of a number, as any source writes it."""
    code = f"9111010{number % 10}{10_000_000 + 7919 * number:08d}1"
    found = {
        "no": key or f"K{number:02d}",
        "name": f"北京{ALPHABET[number % 12]}{ALPHABET[5 * number % 11]}{ALPHABET[number // 2 % 12]}科技有限公司",
        "tax_id": code + uscc.calc_check_digit(code),
        "phone": f"138{1000_0000 + 1_234_567 * number % 9000_0000:08d}",
        "email": f"office{number}@firm{number}.cn",
        "city": f"第{number}市",
        "credit": f"{number}000.00",
    }
    return found | changed


def item(number: int, owner: str, amount: str, currency: str = "CNY", line: str = "1") -> Row:
    """An open item of the customer with a key."""
    return {"document": f"9{number:05d}", "line": line, "customer": owner, "currency": currency, "amount": amount}


CUSTOMERS = [customer(number) for number in range(1, 13)]
ACCOUNTS = [customer(number, f"C{number:02d}") for number in (1, 2, 3, 4, 21, 22)]
ITEMS = [
    *(item(n, f"K{n:02d}", f"{n}00.25") for n in range(1, 13)),
    item(13, "K01", "-100.25"),
    item(14, "K02", "-0.01"),
    item(15, "K02", "10000", "JPY"),
    item(16, "K03", "99.99", "USD"),
]
EXTRACTS: dict[str, list[Row] | str] = {
    "erp/customers.csv": CUSTOMERS,
    "erp/items.csv": ITEMS,
    "crm/accounts.csv": ACCOUNTS,
}
HEADINGS = {
    "erp/customers.csv": list(CUSTOMERS[0]),
    "erp/items.csv": list(ITEMS[0]),
    "crm/accounts.csv": list(CUSTOMERS[0]),
}


def text(rows: Sequence[Mapping[str, str]], headings: Sequence[str]) -> str:
    """The rows as CSV."""
    out = StringIO()
    writer = csv.DictWriter(out, headings, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def extract(root: Path, day: str, name: str, content: Sequence[Mapping[str, str]] | str) -> None:
    """Write one extract of a date."""
    file = root / "sources" / day / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else text(content, HEADINGS[name]), "utf-8")


def project(
    root: Path, days: Mapping[str, Mapping[str, Any]] | None = None, config: str = CONFIG, **files: str
) -> Path:
    """Write a project: what a date says of an extract stands in place of the usual, None leaves it out.

    `files` are further files by path, dots and slashes written as in `views__it_sql`.
    """
    root.mkdir(parents=True, exist_ok=True)
    (root / "workbench.yml").write_text(config, "utf-8")
    for day, changed in (days or {DAY: {}}).items():
        for name, content in (EXTRACTS | dict(changed)).items():
            if content is not None:
                extract(root, day, name, content)
    for name, content in files.items():
        file = root / "/".join(name.replace("__", "/").rsplit("_", 1)).replace("/sql", ".sql").replace("/csv", ".csv")
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, "utf-8")
    return root


def command(*arguments: object, script: str = "") -> list[str]:
    """The command line of `workbench` with these arguments, `script` run before it."""
    code = f"{script}\nfrom workbench.cli import main\nmain()"
    return [sys.executable, "-c", code, *(str(argument) for argument in arguments)]


def workbench(*arguments: object, script: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line to its end, `script` before it, in a process that has imported what takes seconds to."""
    with TemporaryDirectory() as folder:
        line = [str(argument) for argument in arguments]
        process = FORKS.Process(target=_run, args=(line, script, os.environ | environment, Path.cwd(), Path(folder)))
        process.start()
        process.join(120)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(line)
        said = [(Path(folder) / name).read_text("utf-8") for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(line, process.exitcode, *said)


def _run(line: list[str], script: str, environment: dict[str, str], at: Path, folder: Path) -> None:
    for stream, name in ((sys.stdout, "stdout"), (sys.stderr, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), stream.fileno())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(at)
    tempfile.tempdir = None  # which the environment names
    sys.argv[1:] = line
    exec(script, {})
    from workbench.cli import main

    main()


def told(done: "subprocess.CompletedProcess[str]", code: int, *words: str) -> str:
    """What a command said, after a look that it ended with this code, no traceback and these words."""
    said = done.stderr + done.stdout
    assert done.returncode == code, f"exit {done.returncode}:\n{said}"
    assert "Traceback" not in said, said
    for word in words:
        assert word in said, f"not said: {word}\n{said}"
    return said


def ran(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """The object that `run --json` printed."""
    found: dict[str, Any] = json.loads(done.stdout)
    return found
