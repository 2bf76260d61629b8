"""The board of the demonstration: the codes that telephones show, and the mails that go to nobody."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import hardening
from hardening.authenticators.models import OneTimeCode
from portal.demo.cast import CAST, PASSWORD, Member
from portal.demo.enrolling import next_code
from portal.demo.mailbox import mails_in

MOST_MAILS = 10


@dataclass(frozen=True)
class Telephone:
    """What a member of the cast would read off his telephone, and from when it works."""

    member: Member
    code: str
    wait: timedelta

    @property
    def seconds(self) -> int:
        """Return how many seconds the code is too early; 0 where it works."""
        return int(self.wait.total_seconds()) + 1 if self.wait else 0


@require_safe
@never_cache
@hardening.public
@hardening.discloses_nobody
def board(request: HttpRequest) -> HttpResponse:
    """Show codes and mails. Raise Http404 outside the demonstration, whatever routes here."""
    if not getattr(settings, "IS_DEMONSTRATION", False):
        raise Http404
    context = {
        "password": PASSWORD,
        "telephones": [found for member in CAST if (found := _telephone(member))],
        "mails": mails_in(settings.FOLDER / "mail")[:MOST_MAILS],
    }
    return render(request, "demo/board.html", context)


def _telephone(member: Member) -> Telephone | None:
    try:
        code, wait = next_code(member.username)
    except OneTimeCode.DoesNotExist:
        return None
    return Telephone(member, f"{code[:3]} {code[3:]}", wait)
