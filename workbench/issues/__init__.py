"""Issues: all failures of a check are one, for people to see to. They open and close by what runs find alone."""

from .book import chosen, export_issues, read_issues
from .listed import change, list_issues, publish_issues

__all__ = ["change", "chosen", "export_issues", "list_issues", "publish_issues", "read_issues"]
