"""The port to django-axes: it asks us, and stores nothing (decision 0006)."""

from typing import Any

from axes.handlers.base import AxesHandler
from django.http import HttpRequest

from hardening.clients import client_of
from hardening.lockout import attempts, device_cookies, review


class SlotHandler(AxesHandler):  # type: ignore[misc]  # axes is untyped
    """Answer axes from our buckets: its gates for third-party code hold, its tables stay empty.

    Failures are not counted here. The signal that axes listens to comes after the hash, and counting there is
    the race that lets a hundred parallel guesses through (R1); the backend has taken its slot before.
    """

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Tell whether an attempt would be accepted now. Reads only (D19)."""
        return not self.is_locked(request, credentials)

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Tell whether the name in ``credentials``, or else the address, rests."""
        name = str((credentials or {}).get("username") or "")
        device = device_cookies.recognise(request, name=name)
        return attempts.locked_until(submitted=name, client=client_of(request), device=device) is not None

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """Release what ``axes_reset_username`` and its kin name; to release everybody at once is refused."""
        del ip_or_username
        names = [name for name in (username,) if name]
        by = {"released_by": "server:axes_reset", "reason": "axes_reset on the server"}
        released = sum(review.release_name(name, **by) for name in names)
        return released + (review.release_address(ip_address, **by) if ip_address else 0)
