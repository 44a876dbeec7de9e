"""What a test asks of an opened extract."""

from workbench.sources import Extract, Reject


def drained(extract: Extract) -> tuple[list[tuple[object, ...]], list[Reject]]:
    """All rows (ordinal, then texts) and all rejects."""
    batches = list(extract.batches)
    rows = [tuple(row.values()) for batch in batches for row in batch.rows.to_pylist()]
    return rows, [reject for batch in batches for reject in batch.rejects]
