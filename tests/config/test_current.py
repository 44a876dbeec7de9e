"""workbench.yml as it is now: read once for all who ask, and again when it changed."""

import os
from pathlib import Path

import pytest

from tests.small import CONFIG
from workbench.config import FILE
from workbench.config.current import current
from workbench.dashboard.runs import Runs
from workbench.errors import ConfigError
from workbench.room.desk import Desk


def test_it_is_read_again_when_it_changed_and_only_then(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(CONFIG, "utf-8")
    first = current(tmp_path)
    assert current(tmp_path) is first is Desk(tmp_path).config is Runs(tmp_path).config()
    times = file.stat()
    file.write_text("no: project", "utf-8")
    for _ in range(2):
        with pytest.raises(ConfigError):
            current(tmp_path)
    other = tmp_path / "other.yml"  # as long and as old as the first, in its place
    other.write_text(CONFIG.replace("Small", "Smart"), "utf-8")
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(file)
    assert current(tmp_path).project == "Smart"
    file.unlink()
    with pytest.raises(ConfigError):
        current(tmp_path)
