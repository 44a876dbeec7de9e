"""What stands above the columns of the report's tables, by the keys of their rows."""

from __future__ import annotations

from ..language import gettext, marked

Column = tuple[str, str, str]
"""Key of the row, kind of value as in `reports.fragments.FORMATS`, heading."""

HEADINGS = {
    "as_of": ("moment", marked("As of")),
    "at": ("moment", marked("On")),
    "band": ("text", marked("Range before")),
    "check": ("text", marked("Check")),
    "check_id": ("text", marked("Check")),
    "clusters": ("count", marked("Golden records")),
    "collected": ("count", marked("Collected")),
    "currency": ("text", marked("Currency")),
    "day": ("moment", marked("On")),
    "derived": ("count", marked("Derived")),
    "entity": ("text", marked("Entity")),
    "environment": ("text", marked("Environment")),
    "evaluated": ("count", marked("Looked at")),
    "failed": ("count", marked("Failing")),
    "field": ("text", marked("Field")),
    "gate": ("word", marked("Gate")),
    "goes": ("status", marked("Goes")),
    "high": ("share", marked("At most")),
    "joined": ("count", marked("Joined")),
    "key": ("code", marked("Key")),
    "low": ("share", marked("At least")),
    "meaning": ("text", marked("Meaning")),
    "measure": ("word", marked("Measure")),
    "missing": ("count", marked("Still missing")),
    "n": ("count", marked("How many")),
    "next": ("word", marked("Next")),
    "now": ("share", marked("Now")),
    "of": ("text", marked("Entity")),
    "open": ("count", marked("Open")),
    "outcome": ("status", marked("Outcome")),
    "override": ("count", marked("Overridden")),
    "owner": ("text", marked("Owner")),
    "points": ("number", marked("Points")),
    "read": ("count", marked("Rows read back")),
    "reason": ("word", marked("Reason")),
    "records": ("count", marked("Records")),
    "reference": ("count", marked("Looked up")),
    "reviewed": ("count", marked("Decided pairs")),
    "run_id": ("text", marked("Run")),
    "runs": ("count", marked("Dates before")),
    "said": ("text", marked("In short")),
    "share": ("share", marked("Share")),
    "size": ("text", marked("Records in each")),
    "source": ("text", marked("Source")),
    "state": ("status", marked("State")),
    "stated": ("count", marked("From a source")),
    "status": ("status", marked("Status")),
    "target": ("text", marked("Target")),
    "then": ("share", marked("Failing then")),
    "title": ("text", marked("Measure")),
    "value": ("value", marked("Value")),
    "values": ("count", marked("Values")),
    "waiting": ("count", marked("Pairs to decide")),
    "wave": ("text", marked("Wave")),
    "weak": ("count", marked("Golden records to decide")),
    "what": ("word", marked("What")),
    "word": ("text", marked("Word")),
}


def columns(names: str, **kinds: str) -> list[Column]:
    """The columns of a table by the keys of its rows; `kinds` of those that are of another kind there."""
    return [(name, kinds.get(name, HEADINGS[name][0]), gettext(HEADINGS[name][1])) for name in names.split()]
