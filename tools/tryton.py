"""A Tryton of one's own to load into: installed from PyPI, set up for a company, started on a free port.

    python tools/tryton.py                         # install, make the database, serve until Ctrl-C
    python tools/tryton.py --port 18069 --postgres postgresql://user:password@localhost:5432/

It lives in .tryton/, with a virtual environment of its own: Tryton is GPL-3, so we talk to it and import none of it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbench.load.connector import Unreachable
from workbench.load.rpc import Rpc

HERE = Path(__file__).parents[1] / ".tryton"
VERSION = "8.2"
MODULES = ("trytond", "trytond-party", "trytond-company", "trytond-country", "trytond-currency", "trytond-account")
PACKAGES = [*(f"{name}=={VERSION}.*" for name in MODULES), "phonenumbers>=9", "psycopg[binary,pool]>=3.2"]
DATABASE, USER, PASSWORD = "erp", "admin", "for-rehearsals-only"
YEARS = range(2015, 2028)
"""Fiscal years that are made: an item keeps the date of its document."""
CURRENCIES = {
    "CNY": ("156", 2, "1"),
    "USD": ("840", 2, "0.1400"),
    "EUR": ("978", 2, "0.1300"),
    "JPY": ("392", 0, "21.0"),
}
"""By code: number, decimals, how much of it one yuan is."""


def install(folder: Path = HERE) -> Path:
    """Tryton's programs in a virtual environment, made where it is not there; the folder they are in."""
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    done = folder / "installed.txt"
    if not done.exists() or done.read_text() != "\n".join(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder / "venv"], check=True)
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        done.write_text("\n".join(PACKAGES))
    return programs


def prepared(folder: Path = HERE) -> Path:
    """A SQLite database that is set up and empty, to be copied; made where it is not there, in half a minute."""
    made = folder / "prepared"
    if not (made / "ready").exists():
        shutil.rmtree(made, ignore_errors=True)
        with _started(made, free_port()) as rpc:
            set_up(rpc)
        (made / "ready").touch()
    return made


@contextmanager
def serving(folder: Path, port: int | None = None, postgres: str | None = None) -> Iterator[str]:
    """A server with a database that is set up, its data in a folder; its address. The database stays at the end."""
    new, port = not (folder / "ready").exists(), port or free_port()
    if new and not postgres:
        shutil.copytree(prepared(), folder, dirs_exist_ok=True)
    with _started(folder, port, postgres) as rpc:
        if new and postgres:
            set_up(rpc)
            (folder / "ready").touch()
        yield f"http://localhost:{port}"


@contextmanager
def _started(folder: Path, port: int, postgres: str | None = None) -> Iterator[Rpc]:
    """A server, with the modules it needs; a session with it."""
    programs, settings = install(), _configure(folder, port, postgres)
    if not (folder / "ready").exists():
        _activate(programs, settings, folder)
    with (folder / "trytond.log").open("ab") as log:
        server = subprocess.Popen([programs / "trytond", "-c", settings, "-d", DATABASE], stdout=log, stderr=log)
        try:
            rpc = Rpc(f"http://localhost:{port}", DATABASE, USER, PASSWORD)
            _wait(rpc, server)
            yield rpc
        finally:
            server.terminate()
            server.wait(timeout=20)


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configure(folder: Path, port: int, postgres: str | None) -> Path:
    """Write the server's settings; the file."""
    (folder / "db").mkdir(parents=True, exist_ok=True)
    if not postgres:
        (folder / "db" / f"{DATABASE}.sqlite").touch()
    database = ["[database]", f"uri = {postgres or 'sqlite://'}", f"path = {folder / 'db'}"]
    settings = folder / "trytond.conf"
    settings.write_text("\n".join([*database, "[web]", f"listen = localhost:{port}", ""]), encoding="utf-8")
    return settings


def _activate(programs: Path, settings: Path, folder: Path) -> None:
    """Make the tables of the modules, and the user."""
    word = folder / "password"
    word.write_text(PASSWORD, encoding="utf-8")
    with (folder / "trytond.log").open("ab") as log:
        subprocess.run(
            [programs / "trytond-admin", "-c", settings, "-d", DATABASE, "-u", "account", "party",
             "--activate-dependencies", "--email", "admin@example.com"],
            env=os.environ | {"TRYTONPASSFILE": str(word)}, check=True, stdout=log, stderr=log,
        )  # fmt: skip


def _wait(rpc: Rpc, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            rpc.call("model.res.user.get_preferences", True)
            return
        except Unreachable:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    raise SystemExit("Tryton did not start: see trytond.log in its folder.")


def set_up(rpc: Rpc) -> None:
    """A company in yuan, the universal chart of accounts, fiscal years, currencies with rates, a journal to load by."""
    made = {code: _currency(rpc, code, *told) for code, told in CURRENCIES.items()}
    party = _make(rpc, "party.party", name="Huadong Trading", code="COMPANY")
    company = _make(rpc, "company.company", party=party, currency=made["CNY"])
    user = rpc.call("model.res.user.search", [["login", "=", USER]], 0, 1, None)
    rpc.call("model.res.user.write", user, {"companies": [["add", [company]]], "company": company})
    rpc.context = {"company": company}
    _chart(rpc, company)
    kinds = rpc.call("model.ir.sequence.type.search", [["name", "=", "Account Move"]], 0, 1, None)
    for year in YEARS:
        _fiscal_year(rpc, company, year, kinds[0])
    _raise_party_numbers(rpc)


def _currency(rpc: Rpc, code: str, number: str, digits: int, rate: str) -> int:
    rates = [["create", [{"date": date(YEARS[0], 1, 1), "rate": Decimal(rate)}]]]
    return _make(rpc, "currency.currency", name=code, symbol=code, code=code, numeric_code=number, digits=digits,
                 rounding=Decimal(1).scaleb(-digits), rates=rates)  # fmt: skip


def _fiscal_year(rpc: Rpc, company: int, year: int, sequence_type: int) -> None:
    """A year of one period, with a sequence of its own."""
    sequence = _make(rpc, "ir.sequence.strict", name=f"Moves {year}", sequence_type=sequence_type, company=company)
    days = {"name": str(year), "start_date": date(year, 1, 1), "end_date": date(year, 12, 31)}
    made = _make(rpc, "account.fiscalyear", **days, company=company, move_sequence=sequence)
    _make(rpc, "account.period", **days, fiscalyear=made, type="standard")


def _chart(rpc: Rpc, company: int) -> None:
    """The chart of accounts that comes with Tryton, and what a migration needs of its own."""
    chart = rpc.call("model.account.account.template.search", [["parent", "=", None]], 0, None, None)
    session, *_ = rpc.call("wizard.account.create_chart.create")
    given = {"account": {"company": company, "account_template": chart[0]}}
    rpc.call("wizard.account.create_chart.execute", session, given, "create_account")
    debtors, creditors = (
        _account(rpc, [f"type.{kind}", "=", True], ["party_required", "=", True])
        for kind in ("receivable", "payable")
    )
    given["properties"] = {"company": company, "account_receivable": debtors, "account_payable": creditors}
    rpc.call("wizard.account.create_chart.execute", session, given, "create_properties")
    rpc.call("wizard.account.create_chart.delete", session)
    plain = _account(rpc, ["type.statement", "=", "balance"], ["party_required", "=", False],
                     ["type.receivable", "=", False], ["type.payable", "=", False])  # fmt: skip
    kind = rpc.call("model.account.account.read", [plain], ["type"])[0]["type"]
    _make(rpc, "account.account", name="Migration clearing", code="MIGRATION", type=kind, company=company)
    _make(rpc, "account.journal", name="Migration", code="MIGRATION", type="general")


def _account(rpc: Rpc, *where: list[Any]) -> int:
    return int(rpc.call("model.account.account.search", list(where), 0, 1, None)[0])


def _raise_party_numbers(rpc: Rpc) -> None:
    """Tryton numbers parties from 1 on, which would meet numbers that are loaded."""
    kinds = rpc.call("model.ir.sequence.type.search", [["name", "=", "Party"]], 0, 1, None)
    found = rpc.call("model.ir.sequence.search", [["sequence_type", "in", kinds]], 0, None, None)
    rpc.call("model.ir.sequence.write", found, {"number_next": 1_000_000_000})


def _make(rpc: Rpc, model: str, **values: Any) -> int:
    return int(rpc.call(f"model.{model}.create", [values])[0])


def main() -> None:
    """Serve until Ctrl-C."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--folder", type=Path, default=HERE / "server", help="where its database lies")
    options.add_argument("--port", type=int, default=18069)
    options.add_argument("--postgres", help="such as postgresql://user:password@localhost:5432/; default SQLite")
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with serving(given.folder.resolve(), given.port, given.postgres) as address:
        print(f"Tryton: {address}, database {DATABASE}, user {USER}  (Ctrl-C ends it)")
        print(f"export WORKBENCH_PASSWORD_TRYTON={PASSWORD}")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
