"""The quality report in one file, and the workbook of the same: what goes round by mail."""

from .headline import in_short
from .write import BOOK, PAGE, Summary, read_summary, renew_summary, write_summary

__all__ = ["BOOK", "PAGE", "Summary", "in_short", "read_summary", "renew_summary", "write_summary"]
