"""What an insurer pays of a quote."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def covered_part(amount: Decimal, *, rate: int, ceiling: Decimal | None) -> Decimal:
    """Return the insurer's part of ``amount``, in whole cents: the rate in per cent, at most the ceiling."""
    part = (amount * rate / 100).quantize(CENT, rounding=ROUND_HALF_UP)
    return part if ceiling is None else min(part, ceiling)
