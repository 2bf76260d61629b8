"""What a route asks of a session, and where that is said: on the view, in the settings, or nowhere (D22)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hardening.requirements import AAL2, Requirement, stated_by


@dataclass(frozen=True)
class Stated:
    """A requirement with its ``source``, for people who review the list of routes."""

    requirement: Requirement
    source: str


def requirement_of(
    view: object, *, view_name: str, namespaces: Iterable[str], routes: Mapping[str, Requirement]
) -> Stated:
    """Return what ``view`` needs under this name, the nearest statement first; without one AAL2 (I6).

    A namespace speaks for what is nested in it, the innermost first. ``login_not_required`` of Django is no
    statement: it says that a view works for strangers, not that it should be shown to them.
    """
    if (stated := stated_by(view)) is not None:
        return Stated(stated, "view")
    nested = list(namespaces)
    paths = [":".join(nested[:depth]) for depth in range(len(nested), 0, -1)]
    for name in (view_name, *paths):
        if name in routes:
            return Stated(routes[name], f"routes[{name!r}]")
    return Stated(AAL2, "default")
