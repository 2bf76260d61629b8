"""C14, R11: what looks for leaks finds them."""

import logging
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from hardening.encryption.nir import nir_key
from tests.leaks import assert_nothing_leaks, leaking_lines

WELL_KNOWN_NUMBER = "2 69 05 49 588 157 80"
"""The number of the specimen card that the health insurance prints in its leaflets; nobody's."""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        WELL_KNOWN_NUMBER,
        "269054958815780",
        "aa269054958815780",
        "323639303534393538383135373830",
        "MjY5MDU0OTU4ODE1Nzgw",
        "2%2069%2005%2049%20588%20157%2080",
    ],
    ids=["as typed", "unspaced", "inside", "hexadecimal", "base64", "in an address"],
)
def test_a_number_in_any_table_is_found_however_it_is_spelt_r11(written: str) -> None:
    assert_nothing_leaks([WELL_KNOWN_NUMBER])
    get_user_model().objects.create(username=written)

    with pytest.raises(AssertionError, match=r"default\.accounts_account\.username"):
        assert_nothing_leaks([WELL_KNOWN_NUMBER])


@pytest.mark.django_db
def test_a_secret_in_the_log_is_found(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("portal").warning("refused: %s", "a-seed-of-claire")

    with pytest.raises(AssertionError, match="the log"):
        assert_nothing_leaks(["a-seed-of-claire"], log=caplog.text)


@pytest.mark.django_db
def test_the_message_of_a_leak_does_not_leak(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("portal").warning("a-seed-of-claire")

    with pytest.raises(AssertionError) as failure:
        assert_nothing_leaks(["a-seed-of-claire"], log=caplog.text)

    assert "claire" not in str(failure.value)


@pytest.mark.parametrize("line", ["NIR 2 69 05 49 588 157 80 refused", "nir=269054958815780", "269054958815780"])
def test_a_number_in_a_log_file_is_found_c14(tmp_path: Path, line: str) -> None:
    (tmp_path / "1.log").write_text(f"INFO started\n{line}\n")

    assert leaking_lines(tmp_path) == ["1.log:2"]


@pytest.mark.parametrize(
    "line", ["1764018123456", "2 69 05 49 588 158 80", f"took 0.1990276999999{nir_key('1990276999999')} s"]
)
def test_digits_that_are_nobodys_number_are_no_leak(tmp_path: Path, line: str) -> None:
    (tmp_path / "1.log").write_text(line)

    assert leaking_lines(tmp_path) == []
