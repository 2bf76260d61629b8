import pytest
from django.apps import apps
from django.db import connections, router

from hardening.routing import ALIAS, SEPARATE, is_separate


@pytest.mark.parametrize("label", sorted(SEPARATE))
def test_what_must_survive_a_rolled_back_view_is_migrated_on_its_own_alias(label: str) -> None:
    assert router.allow_migrate(ALIAS, label)
    assert not router.allow_migrate("default", label)


def test_everything_else_stays_on_the_portals_alias() -> None:
    assert router.allow_migrate("default", "contenttypes")
    assert not router.allow_migrate(ALIAS, "contenttypes")


def test_what_belongs_to_an_account_changes_with_it() -> None:
    assert router.allow_migrate("default", "hardening_lockout", model_name="knownbrowser")
    assert not router.allow_migrate(ALIAS, "hardening_lockout", model_name="knownbrowser")


def test_each_row_is_read_and_written_where_its_table_stands() -> None:
    for model in apps.get_models():
        expected = ALIAS if is_separate(model._meta.app_label, model._meta.model_name) else "default"
        assert (router.db_for_read(model), router.db_for_write(model)) == (expected, expected)


def test_its_transactions_are_its_own() -> None:
    assert connections[ALIAS].settings_dict["ATOMIC_REQUESTS"] is False
