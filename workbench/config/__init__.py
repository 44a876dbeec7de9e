"""workbench.yml: its model, its reading, and clear words about what is wrong in it."""

from .expressions import columns_of
from .kinds import target_of
from .load import FILE, load
from .mapping import FieldMap, ObjectMap, check_mapping, load_mapping
from .mapping_table import table_hash
from .model import Config, FieldConfig, MatchConfig, ReadOptions, RecordConfig, TableConfig
from .yaml_text import flow, scalar

__all__ = [
    "FILE", "Config", "FieldConfig", "FieldMap", "MatchConfig", "ObjectMap", "ReadOptions", "RecordConfig",
    "TableConfig", "check_mapping", "columns_of", "flow", "load", "load_mapping", "scalar", "table_hash", "target_of",
]  # fmt: skip
