import pytest

from hardening.composition import PREREQUISITES, apps_for


def test_all_installs_every_domain_and_what_they_build_on() -> None:
    everything = apps_for("all")

    assert everything[0] == "hardening"
    assert {f"hardening.{domain}" for domain in PREREQUISITES} < set(everything)
    assert {"axes", "django_otp"} < set(everything)


def test_one_domain_brings_what_it_needs_and_nothing_else() -> None:
    assert apps_for("encryption") == ("hardening", "hardening.keys", "hardening.encryption")


def test_domains_named_together_are_installed_once_in_layer_order() -> None:
    assert apps_for("encryption", "keys") == apps_for("keys", "encryption")


def test_an_unknown_domain_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'encrypton' is no domain of hardening; there are keys, encryption"):
        apps_for("encrypton")
