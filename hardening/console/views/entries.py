"""The audit, searched: by exact values, newest first, never counted."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from hardening import clock
from hardening.audit.reading import Cursor, page
from hardening.clients import client_of
from hardening.console.doors import READ_AUDIT, on_duty
from hardening.console.forms import SearchForm
from hardening.console.people import names_of
from hardening.console.views.pages import console_page
from hardening.events import AuditRead, emit


@on_duty(READ_AUDIT)
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Take a search by POST, and answer it at an address that holds ids only: what is typed lands in no log."""
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            return HttpResponseRedirect(f"{reverse('hardening_console:entries')}?{urlencode(form.as_query())}")
        return console_page(request, "entries", form=form)
    form = SearchForm(request.GET)
    if not form.is_valid():
        return console_page(request, "entries", form=form)
    return _found(request, form=form)


def _found(request: HttpRequest, *, form: SearchForm) -> HttpResponse:
    criteria, asked = form.criteria(), form.as_query()
    # Said before it is shown: whoever reads about colleagues is read about in turn.
    emit(
        AuditRead(
            at=clock.now(),
            account=criteria.account,
            actor=str(request.user.pk),
            client=client_of(request),
            asked=tuple(sorted(asked)),
        )
    )
    found = page(criteria, before=_cursor(request))
    return console_page(
        request,
        "entries",
        form=form.shown_again(),
        entries=found.entries,
        names=names_of(person for entry in found.entries for person in (entry.account, entry.actor)),
        older=urlencode({**asked, "before": str(found.older)}) if found.older else "",
    )


def _cursor(request: HttpRequest) -> Cursor | None:
    try:
        return Cursor.parse(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        return None
