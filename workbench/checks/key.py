"""key: every record has a key of its own."""

from typing import Literal

from .base import Check, text


class Key(Check):
    """No record's key is blank or was used by an earlier record. Dimension: uniqueness."""

    dimension = "uniqueness"
    check: Literal["key"]

    def fails(self) -> str:
        """Standardising had to make a key."""
        return (
            f"EXISTS (FROM std.changes AS c WHERE c.entity = {text(self.on)} AND c.source = r.source "
            "AND c._row = r._row AND c.field = 'key')"
        )

    def value(self) -> str:
        return "r.key"

    def reason(self) -> str:
        return "CASE WHEN r.key = '#' || r._row THEN 'blank key' ELSE 'repeated key' END"
