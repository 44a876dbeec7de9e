"""What every page is in any language, width and light: drawn within its window, and open to everybody who reads it."""

from pathlib import Path
from typing import Any

PICTURES = Path(__file__).parents[2] / "build" / "pictures"
"""Where a picture of every page that was looked at lies after the tests."""

SHADES = """elements => elements.map(element => getComputedStyle(element).backgroundColor.match(/\\d+/g).slice(0, 3)
    .reduce((sum, part) => sum + +part, 0) / 3)"""


def sound(page: Any, axe: str, name: str) -> None:
    """Take a page's picture; it is not wider than its window, and axe-core finds nothing serious in it."""
    width = page.viewport_size["width"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}_{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert kept_out(page, axe) == []


def sound_in_any_light(page: Any, axe: str, name: str, language: str) -> None:
    """A page that was opened light is sound so, and dark too: all languages are alike in how they are dark."""
    has_shade(page, dark=False)
    sound(page, axe, f"{name}_{language}")
    if language == "en":
        page.emulate_media(color_scheme="dark")
        has_shade(page, dark=True)
        sound(page, axe, f"{name}_dark")


def kept_out(page: Any, axe: str) -> list[str]:
    """What axe-core finds that keeps somebody out: the rule, and where it is broken."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {axe} }} }}")
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['html'][:150]} {node['any'][:1]}"
        for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"]
    ]  # fmt: skip


def has_shade(page: Any, dark: bool) -> None:
    """The page and what one picks from are as dark or light as was asked for."""
    shades = page.locator("body > .wb, header, main select").evaluate_all(SHADES)
    assert len(shades) > 1 and all(shade < 60 if dark else shade > 230 for shade in shades), shades
