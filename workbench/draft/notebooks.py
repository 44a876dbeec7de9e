"""The bundled notebooks, laid into a new project."""

from __future__ import annotations

import json
from pathlib import Path

from ..bundled import bundled

MATCHING = "03_matching"
DEMO, OWN = "wb.open_demo()", 'wb.open_project("..")'


def lay_notebooks(folder: Path, matched: bool = True) -> None:
    """Copy them without what they said of the demo; their first cell of code opens the project instead.

    The one about matching has nothing to show where nothing is `matched`.
    """
    for file in sorted(bundled("notebooks").glob("*.ipynb")):
        if file.stem == MATCHING and not matched:
            continue
        notebook = json.loads(file.read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for cell in code:
            cell |= {"outputs": [], "execution_count": None}
        for cell in code[:1]:
            cell["source"] = "".join(cell["source"]).replace(DEMO, OWN)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / file.name).write_text(f"{text}\n", encoding="utf-8")
