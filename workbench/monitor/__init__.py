"""After go-live: the new system's extracts are run as they come, and people are told of what fell."""

from .watch import Watched, watch

__all__ = ["Watched", "watch"]
