"""The letter that a half login brought: its id stays in the session, its code in none (I7)."""

from uuid import UUID

from hardening.authenticators import grants
from hardening.authenticators.permission import NoSuchGrant, Permission
from hardening.login.views.pages import HardenedRequest

LETTER = "hardening_login_grant"
"""Session key of the id of the grant whose code was typed, or scanned."""


def keep(request: HardenedRequest, permission: Permission) -> None:
    """Remember the letter for the pages of this half login."""
    request.session[LETTER] = str(permission.grant)


def kept_letter(request: HardenedRequest, *, account: str) -> Permission | None:
    """Return what the kept letter permits, while it is live."""
    if LETTER not in request.session:
        return None
    try:
        return grants.permission_of(UUID(request.session[LETTER]), account=account)
    except (ValueError, NoSuchGrant):
        return None
