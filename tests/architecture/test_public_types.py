"""What type checkers see of the public API: mypy reads this file, the suite runs it."""

from typing import assert_type

import hardening
from hardening.encryption.nir import Nir


def test_names_keep_their_types_through_the_lazy_package() -> None:
    assert_type(hardening.apps_for("encryption"), tuple[str, ...])
    assert_type(hardening.parse_nir("2 69 05 49 588 157 80"), Nir)
    assert_type(hardening.mask_nir("269054958815780"), str)
    assert_type(hardening.__version__, str)


def test_outcomes_and_errors_are_told_apart() -> None:
    refused: type[hardening.Outcome] = hardening.BudgetExceeded
    broken: type[hardening.HardeningError] = hardening.StoreUnavailableError

    assert not issubclass(refused, hardening.HardeningError)
    assert not issubclass(broken, hardening.Outcome)
