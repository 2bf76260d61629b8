"""The strongest authenticator that an account has, which is the one that a step-up asks for (I3)."""

from hardening.requirements import AAL2, PASSKEY, Requirement


def strongest(*, has_passkey: bool) -> Requirement:
    """Return what a session must have proven before its account may change how it logs in.

    A code is not enough where a passkey is bound, also where an administrator opened codes again: a relayed code
    would otherwise remove the very key that it cannot replace.
    """
    return PASSKEY if has_passkey else AAL2
