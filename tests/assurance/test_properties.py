"""I1 and I6 over generated logins and generated portals."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardening import AAL2, PUBLIC, clock, requires
from hardening.assurance.current import assurance_of
from hardening.assurance.raising import begin_half_login, drop, open_session, refresh
from hardening.assurance.record import ProofMissingError
from hardening.requirements import HALF, Level, Requirement
from hardening.sessions.backend import SessionStore
from portal.accounts.models import Account
from tests.assurance.conftest import NOON

NAMES = ("benali", "martin")

steps = st.one_of(
    st.tuples(st.just("password"), st.sampled_from(NAMES)),
    st.tuples(st.just("code"), st.sampled_from(NAMES)),
    st.tuples(st.just("passkey"), st.sampled_from(NAMES)),
    st.tuples(st.just("step_up"), st.sampled_from(NAMES)),
    st.tuples(st.just("claim"), st.sampled_from(NAMES)),
    st.tuples(st.just("leave"), st.just("")),
    st.tuples(st.just("wait"), st.integers(1, 4).map(str)),
)


@dataclass
class Witness:
    """What somebody who saw every verification would say of the browser."""

    half: str = ""
    half_at: timedelta = timedelta(0)
    opened: str = ""
    is_resistant: bool = False

    def says(self, at: timedelta) -> tuple[Level, str, bool]:
        if self.opened:
            return Level.AAL2, self.opened, self.is_resistant
        if self.half and at - self.half_at <= timedelta(minutes=5):
            return Level.HALF, self.half, False
        return Level.ANONYMOUS, "", False


@pytest.mark.django_db(databases=["default", "hardening"])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=10))
def test_i1_assurance_is_what_was_verified_in_this_attempt_for_this_account(walk: list[tuple[str, str]]) -> None:
    accounts = {name: Account.objects.get_or_create(username=name)[0] for name in NAMES}
    cookie: str | None = None
    witness, at = Witness(), timedelta(0)
    for what, whom in walk:
        if what == "wait":
            at += timedelta(minutes=int(whom))
            continue
        with clock.frozen(NOON + at):
            request = browser(cookie, opened=accounts.get(witness.opened))
            take(request, what, accounts.get(whom))
            tell(witness, what, whom, at=at)
            found = assurance_of(request)
            account = next((name for name in NAMES if str(accounts[name].pk) == found.account), "")
            assert (found.level, account, found.is_phishing_resistant) == witness.says(at)
            if request.session.modified and not request.session.is_empty():
                request.session.save()
            cookie = request.session.session_key


def browser(cookie: str | None, *, opened: Account | None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore(cookie)
    request.user = opened or AnonymousUser()
    return request


def take(request: HttpRequest, what: str, account: Account | None) -> None:
    """Do one step as a view would that has just verified something, or as one that forgot to."""
    if what == "leave" or account is None:
        drop(request)
        return
    try:
        if what == "password":
            begin_half_login(request, account=str(account.pk), is_known_browser=False)
        elif what == "step_up":
            refresh(request, methods=("otp",))
        else:
            methods = {"code": ("otp",), "passkey": ("swk", "mfa"), "claim": ("pwd",)}[what]
            open_session(request, account_user=account, methods=methods, is_known_browser=False)
    except ProofMissingError:
        pass


def tell(witness: Witness, what: str, whom: str, *, at: timedelta) -> None:
    is_half = witness.half == whom and at - witness.half_at <= timedelta(minutes=5)
    if what == "password":
        witness.half, witness.half_at, witness.opened, witness.is_resistant = whom, at, "", False
    elif what == "passkey":
        witness.half, witness.opened, witness.is_resistant = "", whom, True
    elif what == "code" and is_half and not witness.opened:
        witness.half, witness.opened = "", whom
    elif what == "leave" or (what in {"code", "claim"} and not is_half):
        witness.half, witness.opened, witness.is_resistant = "", "", False


requirements = st.sampled_from([None, PUBLIC, HALF, AAL2, Requirement(level=Level.AAL2, phishing_resistant=True)])
views = st.tuples(st.just("view"), requirements)
trees: st.SearchStrategy[Any] = st.recursive(
    st.lists(views, min_size=1, max_size=3),
    lambda children: st.lists(st.one_of(views, st.tuples(st.just("include"), children)), min_size=1, max_size=3),
    max_leaves=12,
)


class Portal:
    """A URLconf made of a tree, and the addresses in it that say they are public."""

    def __init__(self, tree: Any, routes: set[int]) -> None:
        self.number = count()
        self.routes: dict[str, Requirement] = {}
        self.public: set[str] = set()
        self.all: set[str] = set()
        self.listed = routes
        self.urlpatterns = self.patterns(tree, prefix="/", names=(), is_listed=False)

    def patterns(self, tree: Any, *, prefix: str, names: tuple[str, ...], is_listed: bool) -> list[Any]:
        return [self.pattern(kind, inside, prefix, names, is_listed=is_listed) for kind, inside in tree]

    def pattern(self, kind: str, inside: Any, prefix: str, names: tuple[str, ...], *, is_listed: bool) -> Any:
        number = next(self.number)
        here, name = f"{prefix}{number}/", ":".join((*names, f"n{number}"))
        if number in self.listed:
            self.routes[name] = PUBLIC
            is_listed = True
        if kind == "include":
            inner = self.patterns(inside, prefix=here, names=(*names, f"n{number}"), is_listed=is_listed)
            return path(f"{number}/", include((inner, f"app{number}"), namespace=f"n{number}"))
        self.all.add(here)
        if inside == PUBLIC or (inside is None and is_listed):
            self.public.add(here)
        return path(f"{number}/", shown(inside), name=f"n{number}")


def shown(requirement: Requirement | None) -> Any:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("opened")

    return view if requirement is None else requires(requirement)(view)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees, routes=st.sets(st.integers(0, 12), max_size=3))
def test_i6_strangers_see_exactly_what_says_that_it_is_public(tree: Any, routes: set[int]) -> None:
    portal = Portal(tree, routes)

    with override_settings(ROOT_URLCONF=portal, HARDENING_ASSURANCE={"routes": portal.routes}):
        seen = {address for address in portal.all if Client().get(address).status_code == 200}

    assert seen == portal.public
