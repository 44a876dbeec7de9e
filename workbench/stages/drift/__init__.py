"""Schema drift: an extract in another shape than the one before is said, learned where certain, else asked."""

from .compare import Load, compare
from .names import Place, codes, heading, headings, named, names

__all__ = ["Load", "Place", "codes", "compare", "heading", "headings", "named", "names"]
