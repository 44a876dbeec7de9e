"""Mapping tables that people sign: suggested, sent out as a workbook, taken back with a diff, approved, documented."""

from .mapping import Mapping, mapping_of

__all__ = ["Mapping", "mapping_of"]
