"""The side column: how many people are left today, and whose desk this is."""

from typing import Any

from django.http import HttpRequest

from portal.directory.desks import desk_of


def side(request: HttpRequest) -> dict[str, Any]:
    """Return what every page beside a look-up shows in its side column."""
    return {"desk": desk_of(request)}
