"""Erasure of a person on demand: out of all that a project keeps, backups included; keys stay as the proof of it."""

from .forget import forget

__all__ = ["forget"]
