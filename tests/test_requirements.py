from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View

from hardening.requirements import (
    AAL2,
    ANONYMOUS,
    HELD,
    PASSKEY,
    PUBLIC,
    Assurance,
    Level,
    Requirement,
    public,
    requires,
    stated_by,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
BY_CODE = Assurance(level=Level.AAL2, account="1", methods=("pwd", "otp"), proven_at=NOON)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


def test_a_view_that_states_nothing_says_so() -> None:
    assert stated_by(page) is None


def test_a_function_states_what_it_needs() -> None:
    assert stated_by(requires(AAL2, max_age=FIVE_MINUTES)(lambda: None)) == Requirement(
        Level.AAL2, max_age=FIVE_MINUTES
    )


def test_a_public_view_says_so_in_the_code() -> None:
    assert stated_by(public(lambda: None)) == PUBLIC


def test_a_class_states_it_for_the_view_made_from_it() -> None:
    @requires(phishing_resistant=True)
    class Reveal(View):
        pass

    assert stated_by(Reveal.as_view()) == Requirement(Level.AAL2, phishing_resistant=True)


def test_a_dispatch_method_states_it_for_the_view_made_from_it() -> None:
    @method_decorator(public, name="dispatch")
    class Contact(View):
        pass

    assert stated_by(Contact.as_view()) == PUBLIC


def test_nobody_meets_only_what_is_public() -> None:
    assert ANONYMOUS.meets(PUBLIC, at=NOON)
    assert not ANONYMOUS.meets(AAL2, at=NOON)


def test_half_a_login_is_no_login() -> None:
    assert not replace(BY_CODE, level=Level.HALF).meets(AAL2, at=NOON)


def test_a_held_login_opens_what_waits_for_its_confirmation_and_no_more() -> None:
    held = replace(BY_CODE, level=Level.HELD)

    assert held.meets(HELD, at=NOON)
    assert not held.meets(AAL2, at=NOON)
    assert BY_CODE.meets(HELD, at=NOON)
    assert not replace(BY_CODE, level=Level.HALF).meets(HELD, at=NOON)


def test_a_passkey_is_asked_for_by_name() -> None:
    assert not BY_CODE.meets(PASSKEY, at=NOON)
    assert replace(BY_CODE, is_phishing_resistant=True).meets(PASSKEY, at=NOON)


def test_a_one_time_code_is_not_phishing_resistant() -> None:
    assert not BY_CODE.meets(Requirement(Level.AAL2, phishing_resistant=True), at=NOON)


def test_a_proof_is_fresh_until_its_last_moment() -> None:
    fresh = Requirement(Level.AAL2, max_age=FIVE_MINUTES)

    assert BY_CODE.meets(fresh, at=NOON + FIVE_MINUTES)
    assert not BY_CODE.meets(fresh, at=NOON + FIVE_MINUTES + timedelta(microseconds=1))


def test_a_proof_without_a_time_is_never_fresh() -> None:
    undated = replace(BY_CODE, proven_at=None)

    assert not undated.meets(Requirement(Level.AAL2, max_age=FIVE_MINUTES), at=NOON)
    assert undated.meets(AAL2, at=NOON)
