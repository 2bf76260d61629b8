"""What somebody whose session has proven too little can do about it."""

from datetime import datetime
from enum import Enum

from hardening.requirements import Assurance, Level, Requirement


class Remedy(Enum):
    """The next step towards a requirement, nearest first."""

    NOTHING = "nothing"
    """The requirement is met."""
    LOGIN = "login"
    CODE = "code"
    HELD = "held"
    """The login waits for its owner's confirmation; another code would not help."""
    STEP_UP = "step_up"
    PROBATION = "probation"
    """Only a passkey, or the owner in a browser that he is known by, makes this one believed (D28)."""


def remedy(assurance: Assurance, requirement: Requirement, *, at: datetime) -> Remedy:
    """Return what is missing between ``assurance`` and ``requirement``."""
    if assurance.meets(requirement, at=at):
        return Remedy.NOTHING
    if assurance.level >= Level.AAL2:
        return Remedy.PROBATION if assurance.is_on_probation else Remedy.STEP_UP
    if assurance.level == Level.HELD:
        return Remedy.HELD if requirement.level > Level.HELD else Remedy.STEP_UP
    # A half login that is too old for what is asked has to start again, not to go on.
    is_on_its_way = assurance.level == Level.HALF and requirement.level > Level.HALF
    return Remedy.CODE if is_on_its_way else Remedy.LOGIN
