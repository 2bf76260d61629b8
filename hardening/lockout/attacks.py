"""Lockouts with one cause: whom a single network has locked out, and how they are released together."""

from collections.abc import Iterable

from hardening.lockout.buckets import Kind
from hardening.lockout.review import OpenLockout, open_lockouts, release


def attacks(lockouts: Iterable[OpenLockout]) -> dict[str, list[OpenLockout]]:
    """Return the lockouts that one network alone has caused, by network, where it caused several."""
    victims: dict[str, list[OpenLockout]] = {}
    for lockout in lockouts:
        if lockout.kind is Kind.UNKNOWN_BROWSERS and len(lockout.networks) == 1 and not lockout.is_code_disabled:
            victims.setdefault(lockout.networks[0], []).append(lockout)
    return {network: found for network, found in victims.items() if len(found) > 1}


def release_attack(network: str, *, released_by: str, reason: str) -> int:
    """End the lockouts that this network alone has caused; return how many. The network itself stays at rest.

    A bucket in which anybody else failed too is left alone, and so is a disabled code: each is a case of its own.
    """
    victims = attacks(open_lockouts()).get(network, [])
    return sum(release(victim.key, released_by=released_by, reason=reason, only_from=network) for victim in victims)
