"""Reconciliation with a new system: what it holds against what was expected, to the last row and cent."""

from .proofs import Proofs
from .reconcile import Proof

__all__ = ["Proof", "Proofs"]
