"""Groups of fields: what is weighed as one, which is mostly a single field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..types import SemanticType
from .compare import Comparisons
from .dependence import Joint
from .model import Floats, Levels

APART = 2
"""Groups that relatives do not share, at least: where but one is, a relative looks like a slip in it."""


@dataclass(frozen=True)
class Group:
    """Fields that are weighed as one.

    `places` are theirs among all that are compared; `levels` the names of their levels, from disagreement to the
    strongest; `reached` says which levels relatives reach for being relatives; `joint` is None for a single field.
    """

    fields: tuple[str, ...]
    places: tuple[int, ...]
    levels: tuple[str, ...]
    reached: NDArray[np.bool_]
    joint: Joint | None = None

    @property
    def title(self) -> str:
        """The names of its fields."""
        return " + ".join(self.fields)

    def of(self, levels: Levels) -> NDArray[np.int8]:
        """Its level in each pattern of all fields' levels."""
        return self.joint.of(levels) if self.joint else levels[:, self.places[0]]


def grouped(
    compared: Comparisons, places: Sequence[Sequence[int]], relatives: Collection[str], chance: Sequence[Floats] = ()
) -> list[Group]:
    """The groups of these places among the fields compared.

    `relatives` are fields that relatives have in common; `chance` the probabilities of each field's levels among
    unrelated pairs. Relatives are known only where APART groups or more tell them from each other.
    """
    found = [_group(compared, tuple(own), relatives, chance) for own in places]
    known = any(group.reached.all() for group in found) and sum(not group.reached[-1] for group in found) >= APART
    return found if known else [replace(group, reached=np.zeros_like(group.reached)) for group in found]


def _group(
    compared: Comparisons, places: tuple[int, ...], relatives: Collection[str], chance: Sequence[Floats]
) -> Group:
    group = group_of(compared, places, Joint(places, [chance[place] for place in places]) if len(places) > 1 else None)
    shared = all(name in relatives for name in group.fields)
    related = () if group.joint else compared[group.fields[0]].related
    return replace(group, reached=np.array([shared or name in related for name in group.levels]))


def group_of(compared: Comparisons, places: tuple[int, ...], joint: Joint | None) -> Group:
    """The group of these places among the fields compared, in which relatives share nothing."""
    fields = tuple(list(compared)[place] for place in places)
    levels = joint.names if joint else level_names(compared[fields[0]])
    return Group(fields, places, levels, np.zeros(len(levels), dtype=bool), joint)


def level_names(kind: SemanticType) -> tuple[str, ...]:
    """The levels of a type, from disagreement to the strongest."""
    return ("different", *(level.name for level in reversed(kind.levels)))


def levels_of(groups: Sequence[Group], levels: Levels) -> Levels:
    """The groups' levels of patterns of all fields' levels."""
    return np.stack([group.of(levels) for group in groups], axis=1) if groups else levels
