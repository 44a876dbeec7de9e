"""The notebooks and the demo that come with the package."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def bundled(folder: str) -> Path:
    """The folder "notebooks" or "data/demo": inside an installed package, else beside the package in the repository."""
    installed = HERE / "bundled" / folder
    return installed if installed.is_dir() else HERE.parent / folder
