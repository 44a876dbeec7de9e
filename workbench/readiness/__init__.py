"""Whether a wave may go over: its gates, and the migration plan that shows them to those who decide."""

from .gates import Gate, readiness_rows
from .planned import migration_plan, write_plan

__all__ = ["Gate", "migration_plan", "readiness_rows", "write_plan"]
