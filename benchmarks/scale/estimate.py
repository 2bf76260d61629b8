"""How much disk and time a run needs, before it starts."""

from dataclasses import dataclass
from math import ceil

_GIB = 1 << 30
_TABLE_BYTES = 460
"""A row of both tables with all their indexes: 215 sealed and 165 clear measured, and what pages leave free."""
_ROTATION_BYTES = 250
"""The second version of each sealed row, and of its index entries, that a rotation in place leaves behind."""
_SORT_BYTES = 48
"""What an index build spills of each row; the builds follow each other."""
_LOG_ROW_BYTES = 4096
"""What the write-ahead log takes of each row in the heaviest section, the first image of each page included."""
_MOST_LOG_BYTES = 20 * _GIB
"""The log grows to its limit of 16 GiB and somewhat beyond between two checkpoints."""
_SECONDS_A_ROW = 130e-6
"""Loads and index builds 15, rotation 30, backfill and comparison 50, and what pages cost that are in no cache. CPU
time on two idle cores; beside other work a million rows took 506 s."""


class DiskTooSmallError(Exception):
    """The run would fill the disk, and stop whatever else writes to it."""


@dataclass(frozen=True)
class Estimate:
    """What a run needs at its peak."""

    disk_bytes: int
    seconds: float

    def __str__(self) -> str:
        return f"about {self.disk_bytes / _GIB:.1f} GiB of disk and {ceil(self.seconds / 60)} minutes on two idle cores"


def estimate(rows: int) -> Estimate:
    """Return what ``rows`` rows need.

    Raise ValueError for fewer than one row.
    """
    if rows < 1:
        raise ValueError("a run has at least one row")
    return Estimate(
        disk_bytes=rows * (_TABLE_BYTES + _ROTATION_BYTES + _SORT_BYTES)
        + min(_MOST_LOG_BYTES, _GIB + rows * _LOG_ROW_BYTES),
        seconds=rows * _SECONDS_A_ROW,
    )


def require_room(needed: Estimate, *, free_bytes: int) -> None:
    """Let a run pass whose peak leaves a tenth of the free disk to everybody else.

    Raise DiskTooSmallError, saying how much is missing.
    """
    usable = free_bytes * 9 // 10
    if needed.disk_bytes > usable:
        missing = (needed.disk_bytes - usable) / _GIB
        raise DiskTooSmallError(f"{needed}; {free_bytes / _GIB:.1f} GiB are free: {missing:.1f} GiB are missing")
