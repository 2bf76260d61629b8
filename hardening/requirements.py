"""What a view asks of a session: a marker that carries data only; ``assurance`` enforces it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

Marked = TypeVar("Marked", bound=Callable[..., Any])

ATTRIBUTE = "hardening_requirement"


class Level(IntEnum):
    """What a session has proven, weakest first (NIST SP 800-63B-4; half and anonymous are below AAL1).

    HELD is a login complete by its proofs that waits for its owner's confirmation, and discloses nobody (D28).
    """

    ANONYMOUS = 0
    HALF = 10
    AAL1 = 20
    HELD = 30
    AAL2 = 40


class Standing(StrEnum):
    """How far the proofs of a login are believed (D28); each verb of a login says which, no proof changes it."""

    FULL = "full"
    PROBATION = "probation"
    """Opens pages, discloses a few people, and changes nothing."""
    HELD = "held"
    """Opens the page that waits for the confirmation, and nothing else."""


@dataclass(frozen=True)
class Requirement:
    """The least that a session must have proven, and how long ago at most (None: any time in this session)."""

    level: Level
    phishing_resistant: bool = False
    max_age: timedelta | None = None


@dataclass(frozen=True)
class Assurance:
    """What the session behind a request has proven: the frozen value that the gate and the views read.

    ``session`` is an opaque name for ledgers and logs, not the cookie and not its hash.
    ``proven_at`` is the time of the latest proof; ``methods`` are RFC 8176 names. ``proof`` names that proof: an
    allowance counted under it dies with it, and is not refilled by somebody else's (D29).
    """

    level: Level = Level.ANONYMOUS
    account: str = ""
    session: str = ""
    methods: tuple[str, ...] = ()
    is_phishing_resistant: bool = False
    proven_at: datetime | None = None
    is_known_browser: bool = False
    is_on_probation: bool = False
    proof: str = ""

    def meets(self, requirement: Requirement, *, at: datetime) -> bool:
        """Tell whether this suffices at ``at``; a proof exactly ``max_age`` old still does.

        On probation no proof is fresh: what asks for a fresh one changes something, or shows much at once (D28).
        """
        if self.level < requirement.level:
            return False
        if requirement.phishing_resistant and not self.is_phishing_resistant:
            return False
        if requirement.max_age is None:
            return True
        if self.is_on_probation:
            return False
        return self.proven_at is not None and at - self.proven_at <= requirement.max_age


ANONYMOUS = Assurance()
PUBLIC = Requirement(Level.ANONYMOUS)
HALF = Requirement(Level.HALF)
HELD = Requirement(Level.HELD)
AAL2 = Requirement(Level.AAL2)
PASSKEY = Requirement(Level.AAL2, phishing_resistant=True)


def requires(
    requirement: Requirement = AAL2, *, phishing_resistant: bool | None = None, max_age: timedelta | None = None
) -> Callable[[Marked], Marked]:
    """Return a decorator that states what a view (function, class or method) asks of the session.

    A view that states nothing needs AAL2: forgetting the decorator never opens a page (ASVS V8.2.1).
    """
    stated = Requirement(
        level=requirement.level,
        phishing_resistant=requirement.phishing_resistant if phishing_resistant is None else phishing_resistant,
        max_age=max_age or requirement.max_age,
    )

    def mark(view: Marked) -> Marked:
        setattr(view, ATTRIBUTE, stated)
        return view

    return mark


def public(view: Marked) -> Marked:
    """Mark a view as open to anybody: said in the code, so that it can be listed and reviewed."""
    return requires(PUBLIC)(view)


def stated_by(view: object) -> Requirement | None:
    """Return what the view states, whether it stands on the function, its class, or its dispatch method."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        stated = getattr(holder, ATTRIBUTE, None) if holder is not None else None
        if isinstance(stated, Requirement):
            return stated
    return None
