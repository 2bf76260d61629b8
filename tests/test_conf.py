from dataclasses import FrozenInstanceError, dataclass

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from hardening.conf import ConfigurationError, DomainSettings, did_you_mean


@dataclass(frozen=True, kw_only=True)
class DoorSettings(DomainSettings):
    domain = "DOOR"

    height_cm: int = 200


def test_without_a_setting_the_safe_default_holds() -> None:
    assert DoorSettings.load().height_cm == 200


def test_an_override_is_seen_at_once_and_ends_with_its_block() -> None:
    assert DoorSettings.load().height_cm == 200

    with override_settings(HARDENING_DOOR={"height_cm": 190}):
        assert DoorSettings.load().height_cm == 190

    assert DoorSettings.load().height_cm == 200


@override_settings(HARDENING_DOOR={"heigth_cm": 190})
def test_a_misspelt_key_is_refused_with_the_right_spelling() -> None:
    with pytest.raises(ConfigurationError, match=r"HARDENING_DOOR\['heigth_cm'\] is unknown; did you mean 'height_cm'"):
        DoorSettings.load()


@override_settings(HARDENING_DOOR=["height_cm"])
def test_a_setting_of_another_shape_is_refused_as_django_would() -> None:
    with pytest.raises(ImproperlyConfigured, match="HARDENING_DOOR must be a dict"):
        DoorSettings.load()


def test_nobody_changes_settings_in_passing() -> None:
    with pytest.raises(FrozenInstanceError):
        DoorSettings.load().height_cm = 1  # type: ignore[misc]  # the mistake under test


def test_no_near_name_means_no_guess() -> None:
    assert did_you_mean("window", ["height_cm"]) == ""
