"""Schema drift: an extract in another shape than the one before is said, learned where certain, else asked."""

from .compare import Load, compare
from .known import codes, named, names
from .uses import Place, heading

__all__ = ["Load", "Place", "codes", "compare", "heading", "named", "names"]
