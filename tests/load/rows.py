"""What a server that was loaded into has, and what it was to get."""



from workbench.store import session

from .conftest import Target


def codes(target: Target) -> list[str]:
    return sorted(row["code"] for row in target.rows())


def customers(target: Target) -> list[str]:
    return sorted(target.project.sql("SELECT golden_id FROM wave.members WHERE entity = 'customer' AND NOT later").golden_id)


def items(target: Target) -> list[str]:
    return sorted(target.project.sql("SELECT golden_id FROM wave.members WHERE entity = 'item' AND NOT later").golden_id)


def references(target: Target) -> list[str]:
    return sorted(row["description"] for row in target.rows("account.move"))


def spoil(target: Target, *keys: str) -> None:
    """Give golden customers a name that the server refuses, as a run would."""
    with session(target.root / "state" / "work.duckdb") as con:
        con.execute("UPDATE target.erp__party SET name = 'BAD ' || name WHERE list_contains(?, code)", [list(keys)])
