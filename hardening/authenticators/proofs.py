"""What the proof of a session permits: the one door by which pages reach ``permission``.

Every page that changes how an account logs in asks here, so that what is looked up about the account beside its
session is looked up for all of them (I3).
"""

from hardening import clock
from hardening.authenticators.permission import Permission, by_fresh_proof, to_complete
from hardening.authenticators.policies import strongest_of
from hardening.requirements import AAL2, Assurance, Requirement


def fresh(assurance: Assurance) -> Permission:
    """Return the permission to change how the session's account logs in, by its proof of at most five minutes ago.

    Raise StepUpRequired when the proof is weaker, older, on probation, or nobody's.
    """
    return by_fresh_proof(assurance, at=clock.now(), strongest=_strongest(assurance))


def completing(assurance: Assurance) -> Permission:
    """Return the permission to confirm what a fresh proof began up to ten minutes ago.

    Raise StepUpRequired when the proof is weaker, older than that, on probation, or nobody's.
    """
    return to_complete(assurance, at=clock.now(), strongest=_strongest(assurance))


def _strongest(assurance: Assurance) -> Requirement:
    return strongest_of(assurance.account) if assurance.account else AAL2
