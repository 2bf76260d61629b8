"""What every page of the console shows beside its own matter."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hardening import clock
from hardening.console.sections import sections_for


def console_page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:  # noqa: ANN401 - a template's context
    """Return the page, with the sections that this person may open and the moment it was made."""
    surroundings = {"sections": sections_for(request.user), "now": clock.now()}
    return render(request, f"hardening/console/{name}.html", {**surroundings, **context})
