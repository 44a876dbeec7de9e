"""The demo's extracts of the first date without their configuration: the untouched draft knows who is who."""

from __future__ import annotations

from pathlib import Path

from benchmarks.drafts import link_demo


def test_the_untouched_draft_links_the_demo(tmp_path: Path) -> None:
    found = link_demo(tmp_path / "demo")
    print(found)
    assert found.f1 >= 0.93
