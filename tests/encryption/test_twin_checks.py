from typing import Any

import pytest
from django.apps import apps
from django.db import migrations, models
from django.test.utils import isolate_apps

from hardening.encryption import project_checks
from hardening.encryption.fields import SealedDateField, SealedTextField, SealIdField
from hardening.encryption.frozen_ids import migrations_on_disk
from hardening.encryption.querysets import SealedQuerySet
from hardening.encryption.twins import Twins


def test_e020_c21_an_alter_field_between_clear_and_sealed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    in_place = migrations.AlterField("Beneficiary", "nir", models.CharField(max_length=15))
    careless = type("Migration", (migrations.Migration,), {"operations": [in_place]})("0002_careless", "coverage")
    on_disk = migrations_on_disk()
    monkeypatch.setattr(project_checks, "migrations_on_disk", lambda: [*on_disk, careless])

    (found,) = project_checks.check_field_ids()

    assert found.id == project_checks.E020
    assert "coverage.beneficiary.nir in place" in found.msg
    assert "seal_column" in str(found.hint)


@isolate_apps("tests.encryption.columns_in_transit")
def test_e021_twins_that_no_write_could_keep_in_step_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Careless(models.Model):  # noqa: DJ008 - it lives for one test
        seal_id = SealIdField()
        name = models.CharField(max_length=20)
        name_sealed = SealedTextField(blank=True)
        born = models.DateField()
        born_sealed = SealedDateField()
        name_or_none = SealedTextField(null=True)
        objects = SealedQuerySet.as_manager()

        right = Twins(clear="name", sealed="name_sealed")
        missing = Twins(clear="name", sealed="nothing")
        turned = Twins(clear="name_sealed", sealed="name")
        filled = Twins(clear="born", sealed="born_sealed")

        doubled = Twins(clear="name", sealed="name_or_none")

        class Meta:
            app_label = "columns_in_transit"
            base_manager_name = "objects"

    monkeypatch.setattr(apps, "get_models", lambda: [Careless])

    found = project_checks.check_twins()

    assert {message.id for message in found} == {project_checks.E021}
    assert [message.msg.rpartition(", and ")[2] for message in found] == [
        "one of them does not exist.",
        "they are not a clear field and a sealed one.",
        "born_sealed cannot be empty while rows wait to be sealed.",
        "name has one way to be empty and name_or_none has two.",
    ]


def test_the_suites_own_twins_pass() -> None:
    assert project_checks.check_twins() == []


def test_what_leads_is_one_of_two() -> None:
    leading: Any = "both"

    with pytest.raises(ValueError, match="clear or sealed"):
        Twins(clear="nir", sealed="nir_sealed", leading=leading)
