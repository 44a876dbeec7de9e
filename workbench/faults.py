"""What people are told of an error that took a part of what they look at; the rest stands."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from .errors import WorkbenchError
from .language import gettext as _

Made = TypeVar("Made")


def safely(make: Callable[[], Made], instead: Callable[[str], Made]) -> Made:
    """What is made; where that fails, what stands in its place: it is given why, in words."""
    try:
        return make()
    except Exception as error:
        return instead(in_words(error))


def in_words(error: Exception) -> str:
    """What is told of an error. Of one that is a fault of ours it is the kind, and the log has all of it."""
    if isinstance(error, WorkbenchError):
        return str(error)
    logging.getLogger(__name__).error("A fault of ours", exc_info=error)
    return _("A fault of ours ({name}); please report what the terminal says.").format(name=type(error).__name__)
