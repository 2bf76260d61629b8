"""Who looks somebody up, in the gate's words: named in ``HARDENING_DISCLOSURE``."""

from django.http import HttpRequest

from hardening import Actor
from portal.accounts.requests import account_of
from portal.directory.desks import find_desk


def actor(request: HttpRequest) -> Actor | None:
    """Return the actor behind a request, or None for an account that has no desk and looks nobody up."""
    desk = find_desk(request)
    if desk is None:
        return None
    return Actor(
        account=str(account_of(request).pk),
        practitioner=str(desk.practitioner.pk),
        establishment=str(desk.establishment.pk),
        profession=desk.practitioner.profession,
    )
