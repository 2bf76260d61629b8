from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.contrib import admin
from django.core import checks
from django.db import migrations, models
from django.test.utils import isolate_apps

from hardening.encryption import checks as field_checks
from hardening.encryption import project_checks
from hardening.encryption.fields import PartIndex, SealedNirField, SealedTextField, SealIdField
from hardening.encryption.frozen_ids import migrations_on_disk
from hardening.encryption.querysets import SealedQuerySet
from portal.coverage.models import Beneficiary
from tests.encryption.records.models import Contact, Insured, Patient, Policy, Visit


def ids(model: type[models.Model]) -> set[str | None]:
    return {found.id for found in model.check() if str(found.id).startswith("hardening")}


@pytest.mark.parametrize("model", [Patient, Contact, Policy, Visit])
def test_well_declared_models_pass(model: type[models.Model]) -> None:
    assert ids(model) == set()
    assert all(found.level < checks.ERROR for found in model.check())


@isolate_apps("tests.encryption.records")
def test_e001_an_automatic_key_has_nothing_to_bind_to() -> None:
    class Unbound(models.Model):  # noqa: DJ008 - it lives for one test
        nir = SealedNirField()
        objects = SealedQuerySet.as_manager()

        class Meta:
            app_label = "records"
            base_manager_name = "objects"

    assert ids(Unbound) == {field_checks.E001}


@isolate_apps("tests.encryption.records")
def test_e002_a_key_that_may_change_or_repeat_is_refused() -> None:
    class Loose(models.Model):  # noqa: DJ008 - it lives for one test
        ward = models.CharField(max_length=8)
        number = models.BigAutoField(primary_key=True)
        nir = SealedNirField(bind_to="ward")
        name = SealedTextField(bind_to="number")
        note = SealedTextField(bind_to="nowhere")
        objects = SealedQuerySet.as_manager()

        class Meta:
            app_label = "records"
            base_manager_name = "objects"

    found = [found for found in Loose.check() if found.id == field_checks.E002]
    assert len(found) == 3


@isolate_apps("tests.encryption.records")
def test_e003_both_managers_must_be_sealed() -> None:
    class Careless(models.Model):  # noqa: DJ008 - it lives for one test
        seal_id = SealIdField()
        nir = SealedNirField()

        class Meta:
            app_label = "records"

    assert ids(Careless) == {field_checks.E003}
    assert len([found for found in Careless.check() if found.id == field_checks.E003]) == 2


@isolate_apps("tests.encryption.records")
def test_e004_plain_constraints_and_indexes_over_ciphertext_are_refused() -> None:
    class Compared(models.Model):  # noqa: DJ008 - it lives for one test
        seal_id = SealIdField()
        ward = models.CharField(max_length=8)
        nir = SealedNirField()
        objects = SealedQuerySet.as_manager()

        class Meta:
            app_label = "records"
            base_manager_name = "objects"
            unique_together: ClassVar[Any] = [("ward", "nir")]
            indexes: ClassVar[Any] = [models.Index(fields=["-nir"], name="by_nir")]
            constraints: ClassVar[Any] = [models.UniqueConstraint(fields=["nir"], name="one_nir")]

    assert len([found for found in Compared.check() if found.id == field_checks.E004]) == 3


@isolate_apps("tests.encryption.records")
def test_e005_a_model_is_not_ordered_by_ciphertext() -> None:
    class Ordered(models.Model):  # noqa: DJ008 - it lives for one test
        seal_id = SealIdField()
        nir = SealedNirField()
        objects = SealedQuerySet.as_manager()

        class Meta:
            app_label = "records"
            base_manager_name = "objects"
            ordering = ("-nir",)

    assert ids(Ordered) == {field_checks.E005}


@pytest.mark.parametrize("option", ["primary_key", "db_index", "unique_for_date"])
def test_an_option_that_compares_ciphertext_is_refused_at_once(option: str) -> None:
    with pytest.raises(TypeError, match=option):
        SealedTextField(**{option: True})


def test_a_database_default_would_be_clear_text_in_the_schema() -> None:
    with pytest.raises(TypeError, match="db_default"):
        SealedTextField(db_default="clear")


def test_an_unknown_suite_is_refused() -> None:
    with pytest.raises(ValueError, match="AES-256-GCM-SIV"):
        SealedTextField(suite="AES-128-ECB")


@pytest.fixture
def site() -> Iterator[admin.AdminSite]:
    site = admin.AdminSite("wards")
    yield site
    site._registry.clear()


@pytest.mark.parametrize(
    ("check_id", "model", "options"),
    [
        (project_checks.E012, Patient, {"search_fields": ["ward", "=nir"]}),
        (project_checks.E012, Visit, {"search_fields": ["patient__nir__exact"]}),
        (project_checks.E013, Patient, {"list_filter": ["birth_date"]}),
        (project_checks.E013, Visit, {"list_filter": [("patient__marital_status", admin.FieldListFilter)]}),
        (project_checks.E014, Patient, {"ordering": ["-family_name"]}),
        (project_checks.E014, Patient, {"list_display": ["pk", "nir"]}),
    ],
)
def test_e012_e013_e014_an_admin_never_searches_filters_or_orders_by_ciphertext(
    site: admin.AdminSite, check_id: str, model: Any, options: dict[str, Any]
) -> None:
    site.register(model, type("WardAdmin", (admin.ModelAdmin,), options))

    found = [found for found in project_checks.check_admins() if found.id == check_id]
    assert len(found) == 1
    assert "WardAdmin" in found[0].msg


def test_e012_names_the_search_that_posts(site: admin.AdminSite) -> None:
    site.register(Patient, type("WardAdmin", (admin.ModelAdmin,), {"search_fields": ["nir"]}))

    (found,) = [found for found in project_checks.check_admins() if found.id == project_checks.E012]
    assert "hardening.SealedSearchMixin" in str(found.hint)


def test_a_careful_admin_passes(site: admin.AdminSite) -> None:
    options = {"list_display": ["pk", "nir"], "sortable_by": ["pk"], "search_fields": ["ward"], "list_filter": ["ward"]}
    site.register(Patient, type("WardAdmin", (admin.ModelAdmin,), options))

    assert not [found for found in project_checks.check_admins() if "WardAdmin" in found.msg]


def test_e010_e011_field_ids_of_this_project_agree_with_its_migrations() -> None:
    assert project_checks.check_field_ids() == []


def test_e011_a_field_id_that_left_its_migration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    field = Beneficiary._meta.get_field("nir")
    monkeypatch.setattr(field, "field_id", "coverage.insured.nir")

    (found,) = project_checks.check_field_ids()
    assert found.id == project_checks.E011
    assert "field_id='coverage.beneficiary.nir'" in str(found.hint)


def test_e010_a_migration_that_changes_a_field_id_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rename = migrations.AlterField("Beneficiary", "nir", SealedNirField(field_id="other"))
    careless = type("Migration", (migrations.Migration,), {"operations": [rename]})("0002_careless", "coverage")
    on_disk = migrations_on_disk()
    monkeypatch.setattr(project_checks, "migrations_on_disk", lambda: [*on_disk, careless])

    assert [found.id for found in project_checks.check_field_ids()] == [project_checks.E010]


def said_of(*parts: PartIndex) -> list[checks.CheckMessage]:
    with isolate_apps("tests.encryption.records"):

        class Counted(models.Model):  # noqa: DJ008 - it lives for one test
            id = models.UUIDField(primary_key=True)
            nir = SealedNirField(indexed=True, parts=parts)
            objects = SealedQuerySet.as_manager()

            class Meta:
                app_label = "records"
                base_manager_name = "objects"

    return list(Counted.check())


def test_w001_what_parts_tell_is_said_of_each_column_in_bits() -> None:
    year, sex = PartIndex("nir.birth_year.1", reason="statistics"), PartIndex("nir.sex.1", reason="statistics")

    (one,), (two,) = said_of(year), said_of(year, sex)

    assert one.id == two.id == field_checks.W001
    assert "records.Counted.nir" in one.msg
    assert "birth_year up to 6.6. Together up to 6.6 bits: 1 in 100." in one.msg
    assert "birth_year up to 6.6, sex up to 3.0. Together up to 9.6 bits: 1 in 800." in two.msg
    assert {found.id for model in (Insured, Patient) for found in model.check()} == {field_checks.W001}


@pytest.mark.parametrize("reason", ["", "  "])
def test_e006_a_part_without_a_written_reason_is_refused(reason: str) -> None:
    found = said_of(PartIndex("nir.birth_year.1", reason=reason))

    assert [one.id for one in found] == [field_checks.W001, field_checks.E006]
    assert "birth_year" in found[1].msg


def test_e007_parts_that_single_people_out_together_are_refused() -> None:
    three = [PartIndex(f"nir.{name}.1", reason="r") for name in ("birth_year", "birth_month", "sex")]
    finer = [*three[:2], PartIndex("nir.last_4.1", reason="r")]

    assert [one.id for one in said_of(*three)] == [field_checks.W001]
    assert [one.id for one in said_of(*finer)] == [field_checks.W001, field_checks.E007]
    assert [one.id for one in said_of(three[0], finer[2])] == [field_checks.W001, field_checks.E007]
    assert [one.id for one in said_of(finer[2])] == [field_checks.W001]


def test_e015_parts_in_another_order_than_the_rows_have_them_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def stated(*functions: str) -> list[str | None]:
        parts = [PartIndex(function) for function in functions]
        create = migrations.CreateModel("Insured", fields=[("nir", SealedNirField(parts=parts))])
        made = type("Migration", (migrations.Migration,), {"operations": [create]})("0001_initial", "records")
        monkeypatch.setattr(project_checks, "migrations_on_disk", lambda: [made])
        return [
            found.id for found in project_checks.check_field_ids() if "Insured" in found.msg and "order" in found.msg
        ]

    assert stated("nir.birth_year.1", "nir.department.1") == []
    assert stated("nir.birth_year.1") == []
    assert stated("nir.department.1", "nir.birth_year.1") == [project_checks.E015]
