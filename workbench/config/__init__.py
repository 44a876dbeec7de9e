"""workbench.yml: its model, its reading, and clear words about what is wrong in it."""

from .expressions import columns_of, parse
from .load import FILE, load
from .mapping import FieldMap, ObjectMap, load_mapping
from .model import Config, Entity, FieldConfig, MatchConfig, RecordConfig, SourceConfig, TableConfig, TargetConfig

__all__ = [
    "FILE",
    "Config",
    "Entity",
    "FieldConfig",
    "FieldMap",
    "MatchConfig",
    "ObjectMap",
    "RecordConfig",
    "SourceConfig",
    "TableConfig",
    "TargetConfig",
    "columns_of",
    "load",
    "load_mapping",
    "parse",
]
