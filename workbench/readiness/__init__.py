"""Whether a wave may go over: its gates, and the migration plan that shows them to those who decide."""

from .gates import Gate, readiness_rows
from .planned import migration_plan, write_plan
from .signed import sign_ready

__all__ = ["Gate", "migration_plan", "readiness_rows", "sign_ready", "write_plan"]
