"""What is unusual in a run: each of its measures held against a robust band from the runs that count before it.

The band is the median of the earlier values +- 3.5 * 1.4826 * MAD (median absolute deviation), the outlier rule of
B. Iglewicz and D. Hoaglin, "How to Detect and Handle Outliers" (1993): one wild run before does not widen it. Weekdays
are not told apart. Two things are added, for runs are few and files are often as they were:

- Few values know their own spread badly, so from n of them the band is wider by 1 + 5/n. Of measures that only swing
  by chance (normal noise) it then calls 4% unusual from 5 runs and 0.8% from 10; unwidened it were 12% and 3%.
- Where values hardly differed the MAD is near 0 and any step were unusual. So the spread is at least what comes and
  goes by chance: of a count m its square root, at least 1 (Poisson), of a share the same for the count it is made of,
  of a score a tenth of a percentage point, which is the least that pages show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from .language import gettext, marked
from .published import Published
from .store import records

NEEDED = 5
"""Earlier runs below which nothing is said."""

WIDTH, NORMAL = 3.5, 1.4826
"""Deviations to each side, and how many MAD a standard deviation of normal noise is."""

LEAST_OF_SCORE = 0.001

USUAL, UNUSUAL, UNKNOWN = marked("usual"), marked("unusual"), marked("not enough history")
READ, REJECTED = marked("rows read"), marked("rows rejected")
FAILING, SCORE, MERGED = marked("share failing"), marked("score"), marked("records merged")
COUNTS = (READ, REJECTED, MERGED)
"""Kinds that are numbers of rows; the others are shares, 0..1."""

# an extract that several runs took is one observation: `taken` names it. `size` is what a share is a share of
_MEASURED = f"""
    SELECT run_id, as_of, counts, max(extract_of) AS taken, kind, source || '.' || "table" AS name,
        sum(value)::DOUBLE AS value, 1 AS size
    FROM (SELECT *, '{READ}' AS kind, rows AS value FROM published.inputs
        UNION ALL SELECT *, '{REJECTED}', rejects FROM published.inputs)
    GROUP BY run_id, as_of, counts, kind, source, "table"
    UNION ALL
    SELECT run_id, as_of, counts, as_of::VARCHAR, '{FAILING}', check_id || ' (' || source || ')',
        coalesce(sum(value) FILTER (metric = 'failed'), 0) / sum(value) FILTER (metric = 'evaluated') AS share,
        sum(value) FILTER (metric = 'evaluated')
    FROM published.metrics WHERE metric IN ('evaluated', 'failed') AND check_id IS NOT NULL
    GROUP BY run_id, as_of, counts, check_id, source HAVING sum(value) FILTER (metric = 'evaluated') > 0
    UNION ALL
    SELECT run_id, as_of, counts, as_of::VARCHAR, '{SCORE}', dimension, value, NULL
    FROM published.metrics WHERE metric = 'score' AND source IS NULL
    UNION ALL
    SELECT run_id, as_of, counts, as_of::VARCHAR, '{MERGED}', entity, max(merged), 1
    FROM (SELECT run_id, as_of, counts, entity, metric, sum(value) AS merged FROM published.metrics
        WHERE metric LIKE 'outcome % merged' GROUP BY ALL)
    GROUP BY run_id, as_of, counts, entity"""

# of each measure of the run the values that earlier runs had, each extract's once
_HELD = f"""
    WITH measured AS ({_MEASURED}),
    now AS (SELECT * FROM measured WHERE run_id = $run),
    earlier AS (
        SELECT m.kind, m.name, m.taken, arg_max(m.value, m.as_of) AS value
        FROM measured AS m JOIN now AS n ON m.kind = n.kind AND m.name = n.name AND m.taken <> n.taken
        WHERE m.counts AND m.as_of < n.as_of GROUP BY ALL),
    spread AS (
        SELECT kind, name, count(*) AS runs, median(value) AS median, mad(value) AS mad FROM earlier GROUP BY ALL)
    SELECT n.kind, n.name, n.value, coalesce(runs, 0) AS runs, median,
        (1 + 5 / runs) * {WIDTH} * greatest({NORMAL} * mad,
            coalesce(sqrt(greatest(median * size, 1)) / size, {LEAST_OF_SCORE})) AS reach
    FROM now AS n LEFT JOIN spread AS s ON s.kind = n.kind AND s.name = n.name"""


@dataclass(frozen=True)
class Reading:
    """A measure of a run: its kind and what it is of, its value, and the band that earlier runs give.

    Numbers are rows or shares (0..1), as the kind says; `median`, `low` and `high` are None where fewer than NEEDED
    `runs` came before. `verdict` is USUAL, UNUSUAL or UNKNOWN.
    """

    kind: str
    name: str
    value: float
    median: float | None
    low: float | None
    high: float | None
    runs: int
    verdict: str

    @property
    def measure(self) -> str:
        """What was measured, in words."""
        return f"{gettext(self.kind)}: {self.name}"

    @property
    def unit(self) -> str:
        """How its numbers are written: `count` or `share`."""
        return "count" if self.kind in COUNTS else "share"


_TOLD: WeakKeyDictionary[Published, list[Reading]] = WeakKeyDictionary()
"""Of runs that are open: what they published does not change, and several views of a page ask for it."""


def anomalies(run: Published) -> list[Reading]:
    """All measures of a run, those that are unusual first, the furthest outside of their band leading.

    Rows read and rejected by table, the share failing by check and source, the score by dimension, and how many
    records of an entity were merged. A measure that the run does not have is not among them.
    """
    if run not in _TOLD:
        with run.session() as con:
            found = [_reading(line) for line in records(con, _HELD, {"run": run.run_id})]
        _TOLD[run] = sorted(found, key=lambda reading: (-_outside(reading), reading.kind, reading.name))
    return list(_TOLD[run])


def _reading(line: dict[str, Any]) -> Reading:
    known = line["runs"] >= NEEDED
    middle, reach = (line["median"], line.pop("reach")) if known else (None, line.pop("reach"))
    if middle is None:
        return Reading(**line | {"median": None}, low=None, high=None, verdict=UNKNOWN)
    low, high = max(0.0, middle - reach), middle + reach
    if line["kind"] not in COUNTS:
        high = min(1.0, high)
    return Reading(**line, low=low, high=high, verdict=USUAL if low <= line["value"] <= high else UNUSUAL)


def _outside(reading: Reading) -> float:
    """How far outside of its band a reading is, in widths of the band; 0 within it."""
    if reading.low is None or reading.high is None:
        return 0.0
    return max(reading.low - reading.value, reading.value - reading.high, 0.0) / ((reading.high - reading.low) or 1.0)
