"""The insurer's part of a quote."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.care_agreements.quotes import covered_part

AMOUNTS = st.decimals(min_value=1, max_value=99_999, places=2)


@pytest.mark.parametrize(
    ("amount", "rate", "ceiling", "covered"),
    [
        ("420.00", 80, "500", "336.00"),
        ("420.00", 80, "200", "200"),
        ("420.00", 100, None, "420.00"),
        ("420.00", 0, "500", "0.00"),
        ("0.05", 50, None, "0.03"),
    ],
)
def test_the_rate_applies_up_to_the_ceiling(amount: str, rate: int, ceiling: str | None, covered: str) -> None:
    limit = Decimal(ceiling) if ceiling else None

    assert covered_part(Decimal(amount), rate=rate, ceiling=limit) == Decimal(covered)


@given(AMOUNTS, st.integers(0, 100), st.none() | AMOUNTS)
def test_nobody_is_paid_more_than_the_quote_or_less_than_nothing(
    amount: Decimal, rate: int, ceiling: Decimal | None
) -> None:
    assert 0 <= covered_part(amount, rate=rate, ceiling=ceiling) <= amount
