"""The first page: what needs a person now."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hardening import clock
from hardening.console.doors import on_duty
from hardening.console.duty import waiting_for
from hardening.console.people import names_of
from hardening.console.sections import ANY
from hardening.console.views.pages import console_page


@on_duty(*ANY)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits, one line per case."""
    waiting = waiting_for(request.user, at=clock.now())
    return console_page(request, "index", waiting=waiting, names=names_of(waiting.accounts))
