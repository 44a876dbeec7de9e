"""Reconciliation with a new system: what it holds against what was expected, to the last row and cent, and who signed."""

from .reconcile import Proof, reconcile

__all__ = ["Proof", "reconcile"]
