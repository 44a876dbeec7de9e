"""Every picture and page that a text of ours leads to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "data").rglob("*.md")]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.relative_to(ROOT).as_posix())
def test_what_it_leads_to_is_there(text: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (text.parent / link).exists()] == []
