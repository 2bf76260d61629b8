"""Who says that a response shows nobody: the view, its module, or the response that was charged says otherwise.

A view that forgets the gate shows people whom nobody counts (A1). Sealed values would not open for it, but not
everything personal is sealed: so every protected view either charges or declares that it shows nobody.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponseBase

from hardening.requirements import AAL2, Level, Requirement, stated_by

Marked = TypeVar("Marked", bound=Callable[..., Any])

_NOBODY = "hardening_discloses_nobody"
_DECLARED = "_hardening_disclosed_nobody"
_CHARGED = "_hardening_disclosures"

OURS = ("hardening", "django")


class HasCharged(Protocol):
    """What is remembered of a disclosure."""

    @property
    def has_charged(self) -> bool:
        """Tell whether a person or a miss stands in the ledger."""


def discloses_nobody(view: Marked) -> Marked:
    """Mark a view (function or class) as one that never shows a person's data."""
    setattr(view, _NOBODY, True)
    return view


def disclosed_nobody(request: HttpRequest) -> None:
    """Say that this response shows nobody: the empty form of a look-up, or one with mistakes in it."""
    setattr(request, _DECLARED, True)


def note(request: HttpRequest, disclosure: HasCharged) -> None:
    """Remember that the gate was opened for this request."""
    setattr(request, _CHARGED, (*getattr(request, _CHARGED, ()), disclosure))


def is_undeclared(
    request: HttpRequest, response: HttpResponseBase, *, view: Callable[..., Any], nobody: tuple[str, ...]
) -> bool:
    """Tell whether a protected view answered without a charge and without a word.

    Only answers with content count: a redirect or a refusal shows nobody. ``nobody`` are modules of views that
    are known to show no person.
    """
    if not 200 <= response.status_code < 300:  # noqa: PLR2004 - the successful ones
        return False
    if getattr(request, _DECLARED, False) or any(one.has_charged for one in getattr(request, _CHARGED, ())):
        return False
    return _is_protected(request, view) and not _is_of_nobody(view, modules=(*OURS, *nobody))


def _is_protected(request: HttpRequest, view: Callable[..., Any]) -> bool:
    requirement: Requirement = getattr(request, "requirement", None) or stated_by(view) or AAL2
    return requirement.level >= Level.AAL2


def _is_of_nobody(view: Callable[..., Any], *, modules: tuple[str, ...]) -> bool:
    holder = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    if getattr(view, _NOBODY, False) or getattr(holder, _NOBODY, False):
        return True
    home = getattr(holder, "__module__", "") + "."
    return any(home.startswith(f"{module}.") for module in modules)
