"""Three weeks of the small project, and the golden ids of one."""



import workbench as wb

from . import small
from .small import CUSTOMERS, DAY, NEXT, THIRD


def without(key: str, rows: list[small.Row] = CUSTOMERS) -> list[small.Row]:
    return [row for row in rows if row["no"] != key]


def changed(rows: list[small.Row], **values: dict[str, str]) -> list[small.Row]:
    """The rows, those of some keys with other values."""
    return [row | values.get(row["no"], {}) for row in rows]


def ids(project: wb.Project, as_of: str | None = None) -> dict[tuple[str, str], str]:
    """The golden id of each customer record, after a run of a date."""
    if as_of:
        project.run(as_of=as_of, until="golden")
    found = project.sql("SELECT source, key, golden_id FROM gold.xref WHERE entity = 'customer'")
    return {(row.source, row.key): row.golden_id for row in found.itertuples()}


BAD = {"phone": "12"}

WEEKS = {
    DAY: {"erp/customers.csv": changed(CUSTOMERS, K05=BAD, K06=BAD)},
    NEXT: {"erp/customers.csv": changed(CUSTOMERS, K05=BAD, K07=BAD)},
    THIRD: {"erp/customers.csv": changed(CUSTOMERS, K08=BAD)},
}
