"""A project at a glance."""

from __future__ import annotations

from typing import Any

from ..reports.fragments import render


def show_status(status: dict[str, Any]) -> str:
    """HTML of Project.status(): the runs, newest first, the results that stand, quality by date."""
    dimensions = sorted({name for scores in status["trend"].values() for name in scores})
    trend = [{"as_of": day, **dict.fromkeys(dimensions), **scores} for day, scores in status["trend"].items()]
    return render("status.html.j2", status=status, dimensions=dimensions, trend=trend)
