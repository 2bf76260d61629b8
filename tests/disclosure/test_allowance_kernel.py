"""D28, D29: what a session may still be shown, whatever its budgets say."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hardening.disclosure.allowances import PROBATION, PROOF, Allowance, allowance_of
from hardening.requirements import Assurance, Level

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def allowance(*, people_per_proof: int | None = 25, account: str = "benali", **proven: object) -> Allowance | None:
    assurance = Assurance(level=Level.AAL2, account=account, **proven)  # type: ignore[arg-type]
    return allowance_of(assurance, probation_people=20, probation=WEEK, people_per_proof=people_per_proof, at=NOON)


def test_on_probation_it_is_the_accounts_whatever_was_proven() -> None:
    one = allowance(is_on_probation=True, proof="a")
    other = allowance(is_on_probation=True, proof="b", session="another")

    assert one == other == Allowance(scope="account benali", since=NOON - WEEK, most=20, reason=PROBATION)


def test_else_it_is_that_of_the_latest_proof() -> None:
    assert allowance(proof="a") == Allowance(scope="proof a", since=None, most=25, reason=PROOF)
    assert allowance(proof="b") != allowance(proof="a")


def test_no_account_is_named_like_a_proof() -> None:
    on_probation, proven = allowance(is_on_probation=True, account="a"), allowance(proof="a")

    assert on_probation
    assert proven
    assert on_probation.scope != proven.scope


def test_without_a_proof_or_a_number_nothing_is_counted() -> None:
    assert allowance() is None
    assert allowance(proof="a", people_per_proof=None) is None
    assert allowance(is_on_probation=True, people_per_proof=None) is not None


@given(st.integers(0, 100), st.integers(0, 100))
def test_it_is_used_up_at_its_number_and_stays_so(most: int, used: int) -> None:
    one = Allowance(scope="proof a", since=None, most=most, reason=PROOF)

    assert one.is_used_up(used=used) == (used >= most)
