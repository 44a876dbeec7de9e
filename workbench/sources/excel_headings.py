"""Which rows of a sheet hold the headings, and what the headings are."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from workbench.sources.excel_cells import Texts

Spans = Mapping[int, Mapping[int, int]]
"""Row -> first place -> last place of cells merged from left to right."""


def find_headings(sample: Sequence[Texts], spans: Spans) -> tuple[int, int]:
    """First and last row of the headings: two where the upper one has words over groups of columns."""
    row = _heading(sample)
    for upper in (row - 1, row):
        if 0 <= upper < len(sample) - 1 and _groups(
            sample[upper], sample[upper + 1], spans.get(upper, {}), upper == row
        ):
            return upper, upper + 1
    return row, row


def headings(sample: Sequence[Texts], spans: Spans, first: int, last: int) -> Texts:
    """The words of each column from top to bottom, joined by blanks; a word stands over its whole group."""
    if first == last:
        return sample[first]
    upper: Texts = []
    for place, cell in enumerate(sample[first]):
        covered = (start for start, end in spans.get(first, {}).items() if start < place <= end)
        group = next(covered, None)
        if cell is None and (group is not None or not spans.get(first)):
            cell = upper[place - 1 if group is None else group] if place else None
        upper.append(cell)
    rows = (upper, *sample[first + 1 : last + 1])
    return [" ".join(filter(None, words)) or None for words in zip(*rows, strict=True)]


def _groups(upper: Texts, lower: Texts, spans: Mapping[int, int], upper_likely: bool) -> bool:
    """Whether the upper row groups the columns that the lower one names."""
    over, under = filled(upper), filled(lower)
    if len(over) < 2 or any(is_number(text or "") for text in (*upper, *lower)):
        return False
    if spans:
        grouped = {place for start, end in spans.items() for place in range(start, end + 1)}
        # Under a row that could do as headings, only the groups have words: else it is a record.
        return under == grouped if upper_likely else grouped <= under | over
    starts = [*sorted(over), len(upper)]
    sizes = [after - start for start, after in pairwise(starts)]
    return not upper_likely and min(sizes) > 1 and under >= {*range(starts[0], len(upper))}


def _heading(sample: Sequence[Texts]) -> int:
    """Index of the headings: the first row with words in most columns of those below, else a filled one."""
    rows = [*map(filled, sample)]
    width = max(map(len, rows))

    def likely(index: int) -> int:
        below = set().union(*rows[index + 1 :])
        words = sum(not is_number(sample[index][place] or "") for place in rows[index] & below)
        return 2 if 2 * words > len(below) > 0 else int(2 * len(rows[index]) > width)

    return max(range(len(sample)), key=likely)


def filled(row: Texts) -> set[int]:
    """The places that have a cell."""
    return {place for place, cell in enumerate(row) if cell is not None}


def is_number(text: str) -> bool:
    """Whether a text is a number."""
    return text.replace(".", "", 1).replace("-", "", 1).isdecimal()
