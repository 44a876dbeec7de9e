"""A project at a glance."""
from __future__ import annotations
from typing import Any

def show_status(status: dict[str, Any]) -> str:
    return ""
