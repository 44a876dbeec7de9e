"""A server of the tests' own: it speaks as much of Tryton's JSON-RPC as a load needs, and fails as it is told.

python server.py PORT FOLDER: rows lie in FOLDER/rows.sqlite; FOLDER/fault.json says what goes wrong, and how often:
{"fault": "500" | "lost" | "slow" | "gone" | "other" | "short" | "no", "times": 3}. `lost` carries a call out and hangs up,
`gone` hangs up before, `other` answers success and stores something else, `short` stores all and gives one id too few, `no`
refuses. With `method` only calls that end so go wrong; after the first one everything goes wrong as `then` says.
"""

import json
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

COMPANY = {
    "model.res.user.get_preferences": {"company": 1},
    "model.company.company.read": [{"id": 1, "currency": 1, "party": 0}],
    "model.account.journal.search": [1],
    "model.account.account.search": [2],
    "model.account.configuration.read": [{"default_account_receivable": 3}],
    "model.currency.currency.search_read": [
        {"id": number, "code": code, "digits": digits, "rate": {"__class__": "Decimal", "decimal": rate}}
        for number, code, digits, rate in ((1, "CNY", 2, "1"), (2, "USD", 2, "0.14"), (3, "JPY", 0, "21"))
    ],
    "model.account.period.search_read": [
        {"id": 1, "start_date": {"__class__": "date", "year": 2026, "month": 1, "day": 1},
         "end_date": {"__class__": "date", "year": 2026, "month": 12, "day": 31}}
    ],
    "model.country.country.search": [1],
}  # fmt: skip
LOCK = Lock()


class Refused(Exception):  # noqa: N818
    pass


class Server(BaseHTTPRequestHandler):
    folder: Path

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method, parameters = asked["method"], asked["params"]
        fault = self.fault(method)
        if fault == "500":
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if fault == "gone":
            self.connection.close()
            return
        if fault == "slow":
            time.sleep(2)
        if method == "common.db.login":
            if parameters[1]["password"] != "right":
                self.send_response(401)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            said: dict[str, Any] = {"result": [1, "token", None]}
        else:
            try:
                with LOCK:
                    if fault == "no":
                        raise Refused("You are not allowed to read.")
                    said = {"result": self.carry_out(method, parameters, fault)}
            except Refused as no:
                said = {"error": ["UserError", [str(no), ""]]}
        if fault == "lost":
            self.connection.close()
            return
        body = json.dumps({"id": 1} | said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def fault(self, method: str) -> str | None:
        """What goes wrong now: only calls that write, or look up, go wrong."""
        file = self.folder / "fault.json"
        if not file.exists() or not method.startswith(("model.party.party", "model.account.move")):
            return None
        told = json.loads(file.read_text())
        if told["times"] <= 0 or ("method" in told and not method.endswith(told["method"])):
            return None
        left = told | {"times": told["times"] - 1}
        file.write_text(json.dumps({"fault": told["then"], "times": 99} if "then" in told else left))
        return str(told["fault"])

    def carry_out(self, method: str, parameters: list[Any], fault: str | None) -> Any:
        if method in COMPANY:
            return COMPANY[method]
        table, _, verb = method.removeprefix("model.").rpartition(".")
        if table == "account.move.line":
            return self.lines(*parameters[:3])
        with sqlite3.connect(self.folder / "rows.sqlite") as con:
            con.execute(f'CREATE TABLE IF NOT EXISTS "{table}" (id INTEGER PRIMARY KEY AUTOINCREMENT, data TEXT)')
            rows = {key: json.loads(data) for key, data in con.execute(f'SELECT id, data FROM "{table}"')}
            if verb == "create":
                made = []
                for values in parameters[0]:
                    judge(values, [*rows.values(), *made])
                    made.append(values)
                if fault == "other":
                    made = [values | {"name": "stored otherwise"} for values in made]
                insert = f'INSERT INTO "{table}" (data) VALUES (?)'
                ids = [con.execute(insert, [json.dumps(values)]).lastrowid for values in made]
                return ids[:-1] if fault == "short" else ids
            if verb == "write":
                for (number,), values in zip(parameters[0:-1:2], parameters[1:-1:2], strict=True):
                    judge(values, [])
                    con.execute(f'UPDATE "{table}" SET data = ? WHERE id = ?', [json.dumps(rows[number] | values), number])
                return None
            if verb == "delete":
                con.executemany(f'DELETE FROM "{table}" WHERE id = ?', [[number] for number in parameters[0]])
                return None
            if verb == "read":
                return [{"id": number, "addresses.": [], "identifiers.": [], "contact_mechanisms.": [], "lines.": []} for number in parameters[0]]
            where, start, limit = parameters[:3]
            found = [shown(table, key, row) for key, row in sorted(rows.items()) if fits(row, where)]
            return found[start:][: limit or len(found)]

    def lines(self, where: list[list[Any]], start: int, limit: int | None) -> list[dict[str, Any]]:
        """The lines of an account, or those of some moves, with what they know of their move."""
        account = next(value for name, _, value in where if name == "account")
        moves = next((value for name, _, value in where if name == "move"), None)
        asked = "model.account.move.search_read"
        found = [
            {"move": move["id"], "move.": move, **line}
            for move in self.carry_out(asked, [[], 0, None], None) if moves is None or move["id"] in moves
            for line in move["lines."] if line["account"] == account
        ]  # fmt: skip
        for line in found:
            line["party."] = next((row for row in self.carry_out("model.party.party.search_read", [[], 0, None], None)
                                   if row["id"] == line.get("party")), None)  # fmt: skip
        return found[start:][: limit or len(found)]


def judge(values: dict[str, Any], others: list[dict[str, Any]]) -> None:
    if "BAD" in str(values.get("name")):
        raise Refused(f'The phone number "+86 1" for party "{values["name"]}" is not valid.')
    if "code" in values and any(values["code"] == other["code"] for other in others):
        raise Refused("The code on party must be unique.")


def fits(row: dict[str, Any], where: list[list[Any]]) -> bool:
    return all(row.get(name) in value for name, operator, value in where if operator == "in" and name in row)


def shown(table: str, key: int, row: dict[str, Any]) -> dict[str, Any]:
    if table == "party.party":
        return {"addresses.": [], "identifiers.": [], "contact_mechanisms.": [], **row, "id": key}
    lines = [line for command in row["lines"] if command[0] == "create" for line in command[1]]
    told = [{"party.": None, "second_currency.": None, "maturity_date": None, "amount_second_currency": None, **line} for line in lines]
    for line in told:
        if line.get("second_currency"):
            line["second_currency."] = {"code": {2: "USD", 3: "JPY"}[line["second_currency"]]}
    return {**row, "lines.": told, "id": key}


def main(port: int, folder: Path) -> None:
    Server.folder = folder
    Server.log_message = lambda *_: None  # type: ignore[method-assign,assignment]
    ThreadingHTTPServer(("127.0.0.1", port), Server).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
