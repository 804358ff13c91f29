"""People with the same months are alike: a seat is worked out over groups of them, a few thousand at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NOBODY = -1  # fills the third place of a seat of two

_WORD = 62  # months that fit a signed 64-bit mask


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of interchangeable people, none of whom fills a seat alone, those with most months first.

    `bits` has a column a month under the distinct rule and no column under the summed one: what two people add up to
    is the sum of their sizes less what their bits have in common, so that one formula serves both.
    """

    sizes: Ints  # months of each person of the group
    members: Ints  # people in the group
    bits: NDArray[np.float32]
    masks: Ints | None  # the bits as one number, where they fit
    required: int
    max_people: int

    @property
    def repeats(self) -> bool:
        """Whether two people of one group help each other: only where months are summed."""
        return self.bits.shape[1] == 0

    def __len__(self) -> int:
        return len(self.sizes)

    @classmethod
    def of_masks(cls, masks: Sequence[int], members: Sequence[int], required: int, max_people: int) -> Groups:
        """Groups by the months they worked, bit by bit. Sort by `mask_order` first."""
        width = max((mask.bit_length() for mask in masks), default=0)
        bits = np.zeros((len(masks), width), np.float32)
        for row, mask in enumerate(masks):
            bits[row] = [mask >> place & 1 for place in range(width)]
        words = np.array(masks, np.int64) if width <= _WORD else None
        sizes = np.array([mask.bit_count() for mask in masks], np.int64)
        return cls(sizes, np.array(members, np.int64), bits, words, required, max_people)

    @classmethod
    def of_sizes(cls, sizes: Sequence[int], members: Sequence[int], required: int, max_people: int) -> Groups:
        """Groups by the number of months only, largest first."""
        nothing = np.zeros((len(sizes), 0), np.float32)
        return cls(np.array(sizes, np.int64), np.array(members, np.int64), nothing, None, required, max_people)

    def part(self, members: Ints) -> tuple[Groups, Ints]:
        """The same with fewer people: groups that still have some, and their places in the whole."""
        places = np.flatnonzero(members > 0)
        masks = None if self.masks is None else self.masks[places]
        part = Groups(self.sizes[places], members[places], self.bits[places], masks, self.required, self.max_people)
        return part, places


def used_by(columns: Ints, times: Ints, groups: int) -> Ints:
    """How many people of each group the seats take; `columns` has a row a seat, `times` how often it is made."""
    used = np.zeros(groups + 1, np.int64)  # one more place, for nobody
    for place in range(columns.shape[1]):
        np.add.at(used, columns[:, place], times)
    return used[:groups]
