"""What is unusual in a run: each measure that left the band of the runs before it."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from ..anomalies import NEEDED, UNKNOWN, UNUSUAL, Reading, anomalies
from ..language import gettext as _
from ..published import Published
from ..reports.fragments import FORMATS
from .svg import strip
from .view import View, draw

SHOWN = 20


def unusual(run: Published) -> View:
    """The measures of a run that are unusual, each beside its band; how many there is too little history for."""
    found = anomalies(run)
    told = Counter(reading.verdict for reading in found)
    lines = [
        {"measure": reading.measure, "value": _written(reading.value, reading), "verdict": reading.verdict,
         "band": f"{_written(reading.low, reading)} – {_written(reading.high, reading)}", "runs": reading.runs,
         "picture": _strip(reading)}
        for reading in found if reading.verdict == UNUSUAL
    ]  # fmt: skip
    most = max((reading.runs for reading in found), default=0)
    return draw("unusual", lines=lines[:SHOWN], of=len(lines), measures=len(found), unknown=told[UNKNOWN],
                most=most, needed=NEEDED)  # fmt: skip


def _written(value: float | None, reading: Reading) -> str:
    return "–" if value is None else FORMATS[reading.unit](round(value) if reading.unit == "count" else value)


def _strip(reading: Reading) -> Markup:
    """The band as a strip with the median in it, and the value outside."""
    low, high, middle = reading.low or 0.0, reading.high or 0.0, reading.median or 0.0
    said = _("{value}; usual is {low} to {high}").format(
        value=_written(reading.value, reading), low=_written(low, reading), high=_written(high, reading)
    )
    return strip((min(low, reading.value), max(high, reading.value)), (low, high), middle, reading.value, said)
