"""Every address that the project serves, with what it asks of a session."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from hardening.assurance.conf import AssuranceSettings
from hardening.assurance.routes import Stated, requirement_of


@dataclass(frozen=True)
class Address:
    """One route: its pattern, its full name (or the dotted name of the view), its namespaces and its view."""

    route: str
    name: str
    namespaces: tuple[str, ...]
    view: Any

    @property
    def stated(self) -> Stated:
        """Return what the middleware would ask here, and where that is said."""
        return requirement_of(
            self.view, view_name=self.name, namespaces=self.namespaces, routes=AssuranceSettings.load().routes
        )


def served_addresses(urlconf: str | None = None) -> Iterator[Address]:
    """Yield every address of ``urlconf`` (the project's own by default), in the order in which it is tried."""
    yield from _walk(get_resolver(urlconf), Address(route="", name="", namespaces=(), view=None))


def _walk(resolver: URLResolver, above: Address) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = replace(above, route=above.route + str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            name = ":".join((*above.namespaces, pattern.name or pattern.lookup_str))
            yield replace(here, name=name, view=pattern.callback)
        else:
            inner = (*above.namespaces, pattern.namespace) if pattern.namespace else above.namespaces
            yield from _walk(pattern, replace(here, namespaces=inner))
