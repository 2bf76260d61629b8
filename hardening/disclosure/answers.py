"""What is asked of a budget store and what it says: the words that all four stores share."""

from dataclasses import dataclass
from enum import StrEnum

from hardening.disclosure.limits import Limits


class Outcome(StrEnum):
    """What became of a reserved look-up."""

    SHOWN = "shown"
    MISSED = "missed"
    FAILED = "failed"
    """Nothing was looked up, so nothing was learnt: the charge goes back."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A reservation, to be settled once: who pays, its number (D18), what it holds, and against which limits."""

    practitioner: str
    establishment: str
    epoch: str
    number: int
    price: int
    limits: Limits


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a budget store says. Times are microseconds since 1970.

    ``retry_at`` is when the same question would be allowed if nothing else were asked; None means never under
    these limits. ``remaining`` is how many new people are left to the practitioner today. ``is_for_repeats``:
    the establishment has nobody left, so only a person already shown to this practitioner may be shown (D38).
    """

    is_allowed: bool
    reason: str = ""
    retry_at: int | None = None
    remaining: int = 0
    new: int = 0
    repeated: int = 0
    charged: int = 0
    is_for_repeats: bool = False
    ticket: Ticket | None = None


NOT_RESERVED = "not_reserved"
"""The word for a settlement of what was never reserved by this practitioner, or is settled already (R21)."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """How far a practitioner's day is used, in tenths and in people, and when the oldest charge leaves it."""

    tenths: int = 0
    people: int = 0
    relief_at: int | None = None
