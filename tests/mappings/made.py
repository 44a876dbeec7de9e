"""A small project with a Salesforce mapping: a class of customer with a code list, and one class that it lacks."""

from pathlib import Path

from tests import small

CONFIG = (
    small.CONFIG.replace("      credit: {type: money, currency: CNY}\n",
                         "      credit: {type: money, currency: CNY}\n      class: {type: code}\n")
    .replace("city: city, credit: credit}", "city: city, credit: credit, class: class}")
    .replace("  plain: {kind: plain}\n", "  sf: {kind: salesforce, mapping: mappings/sf.csv, objects: {Item__c: item}}\n")
)  # fmt: skip
TABLE = """object,field,from,codes,default,note,author
Account,Golden_ID__c,golden_id,,,external id,Li Na
Account,Name,name,,,,Li Na
Account,Type,class,mappings/type.csv,Customer,,Li Na
Account,Phone,phone,,,,Li Na
Item__c,Golden_ID__c,golden_id,,,,Li Na
Item__c,Account__r.Golden_ID__c,parent_golden_id,,,,Li Na
Item__c,Amount__c,amount,,,,Li Na
"""
TYPES = "class,type,remark\n01,Key Account,the large ones\n02,Customer,\n"
CLASSES = ("01", "02", "07")


def project(root: Path, table: str = TABLE, types: str = TYPES, config: str = CONFIG) -> Path:
    """Write the project; its customers are of class 01, 02 and 07 in turn, 07 being in no list."""
    def classed(rows: list[small.Row]) -> str:
        told = [row | {"class": CLASSES[int(row["no"][1:]) % 3]} for row in rows]
        return small.text(told, [*small.HEADINGS["erp/customers.csv"], "class"])

    extracts = {"erp/customers.csv": classed(small.CUSTOMERS), "crm/accounts.csv": classed(small.ACCOUNTS)}
    small.project(root, {small.DAY: extracts}, config)
    (root / "mappings").mkdir(exist_ok=True)
    (root / "mappings" / "sf.csv").write_text(table, encoding="utf-8")
    (root / "mappings" / "type.csv").write_text(types, encoding="utf-8")
    return root
