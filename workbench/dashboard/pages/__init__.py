"""The pages: what each shows of a run, by what its address asks for. Nothing here knows Panel."""

from .build import PAGES, build, draw_ahead
from .frame import Choice, Page, Query, href

__all__ = ["PAGES", "Choice", "Page", "Query", "build", "draw_ahead", "href"]
