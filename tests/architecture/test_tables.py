from django.apps import apps
from django.conf import settings
from django.db import models

OWN = [config for config in apps.get_app_configs() if config.name.startswith("hardening.")]


def domains_pointed_at(model: type[models.Model]) -> set[str]:
    targets = {
        field.related_model for field in model._meta.get_fields() if field.is_relation and not field.auto_created
    }
    return {target._meta.label for target in targets if target} - {settings.AUTH_USER_MODEL}


def test_no_foreign_key_crosses_a_domain_so_that_ledger_and_audit_outlive_accounts() -> None:
    crossing = {
        f"{model._meta.label} → {target}"
        for config in OWN
        for model in config.get_models()
        for target in domains_pointed_at(model)
        if not target.startswith(f"{config.label}.")
    }

    assert crossing == set()


def test_labels_are_prefixed_so_that_nothing_clashes_with_another_package() -> None:
    assert [config.label for config in OWN if not config.label.startswith("hardening_")] == []


def test_models_override_no_save_because_bulk_paths_pass_it_by() -> None:
    overriding = [
        model._meta.label
        for config in apps.get_app_configs()
        if config.name.startswith(("hardening.", "portal."))
        for model in config.get_models()
        if any(
            "save" in vars(parent) for parent in model.__mro__ if parent.__module__.startswith(("hardening", "portal"))
        )
    ]

    assert overriding == []
