"""What would let a second factor be tried or read behind our back."""

from pathlib import Path

import pytest
from django.apps import apps
from django.test import modify_settings

from hardening.authenticators import checks
from tests.authenticators.releases import seem_installed


def test_this_installation_is_silent() -> None:
    assert [*checks.check_release(), *checks.check_devices()] == []


@pytest.mark.parametrize(
    ("release", "read"), [("1.7.5", (1, 7, 5)), ("1.10", (1, 10)), ("2.0rc1", (2, 0)), ("1.7.post1", (1, 7))]
)
def test_releases_are_compared_by_number(release: str, read: tuple[int, ...]) -> None:
    assert checks.numbers(release) == read


@pytest.mark.parametrize(
    ("release", "found"),
    [("1.7.4", [checks.OLD_RELEASE]), ("1.7", [checks.OLD_RELEASE]), ("1.7.5", []), ("1.10.0", [])],
)
def test_a_release_that_a_resolver_picked_too_old_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str, found: list[str]
) -> None:
    """P30: read from the metadata of what is installed, as a resolver would have left it."""
    seem_installed("django-otp", release, folder=tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    assert [message.id for message in checks.check_release()] == found


@pytest.mark.usefixtures("admin_as_before")
def test_authenticators_with_seeds_in_clear_are_refused() -> None:
    """D13: otp_totp is not installed."""
    with modify_settings(INSTALLED_APPS={"append": "django_otp.plugins.otp_totp"}):
        assert apps.is_installed("django_otp.plugins.otp_totp")
        assert [message.id for message in checks.check_devices()] == [checks.FOREIGN_DEVICE]
