"""What Django promises of its own fields, asked of ours: CharField, IntegerField, DateField and the others."""

from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models import Value
from django.forms import modelform_factory

from hardening.encryption import fields
from hardening.encryption.refusals import SealedValueError
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN
from tests.encryption.records.models import Demand, Dossier

LOOPED: list[Any] = []
LOOPED.append(LOOPED)
ACCEPTED = [
    ("text", 0, "0"),
    ("text", False, "False"),
    ("text", " kept ", " kept "),
    ("email", "Claire@Example.org", "Claire@Example.org"),
    ("nir", "1 75 01 99 990 002 97", AMINE_NIR),
    ("date", "1984-05-17", CLAIRE_BORN),
    ("date", "1984-5-17", CLAIRE_BORN),
    ("integer", "42", 42),
    ("integer", " -42 ", -42),
    ("integer", "+7", 7),
    ("integer", False, 0),
    ("integer", True, 1),
    ("integer", 7.0, 7),
    ("integer", -0.0, 0),
    ("integer", Decimal("1E+2"), 100),
    ("decimal", 1, Decimal("1.00")),
    ("decimal", "1.5", Decimal("1.50")),
    ("decimal", " .5 ", Decimal("0.50")),
    ("decimal", "1e2", Decimal("100.00")),
    ("decimal", 0.1, Decimal("0.10")),
    ("decimal", False, Decimal("0.00")),
    ("decimal", Decimal("1.500000"), Decimal("1.50")),
    ("decimal", Decimal("9999999999.99"), Decimal("9999999999.99")),
    ("json", (1, 2), [1, 2]),
    ("json", {1: "a"}, {"1": "a"}),
    ("json", {"b": None, "a": "●"}, {"a": "●", "b": None}),
]
REFUSED = [
    ("text", b"bytes", "invalid"),
    ("text", "half \ud800", "invalid"),
    ("email", memoryview(b"claire"), "invalid"),
    ("nir", "175019999000298", "key"),
    ("date", datetime(1984, 5, 17), "invalid"),  # noqa: DTZ001 - that it has no zone is beside the point
    ("date", "1984-02-30", "invalid_date"),
    ("date", "17/05/1984", "invalid"),
    ("date", "", "invalid"),
    ("date", 19840517, "invalid"),
    ("integer", "", "invalid"),
    ("integer", "4_2", "invalid"),
    ("integer", "٤٢", "invalid"),
    ("integer", "7.5", "invalid"),
    ("integer", 7.5, "invalid"),
    ("integer", float("nan"), "invalid"),
    ("integer", Decimal("sNaN"), "invalid"),
    ("integer", Decimal("1E+999999"), "invalid"),
    ("integer", float("inf"), "invalid"),
    ("integer", "9" * 5000, "invalid"),
    ("integer", 2**63, "range"),
    ("integer", -(2**63) - 1, "range"),
    ("integer", [4], "invalid"),
    ("decimal", "", "invalid"),
    ("decimal", "1,5", "invalid"),
    ("decimal", "1_5", "invalid"),
    ("decimal", "NaN", "invalid"),
    ("decimal", Decimal("sNaN"), "invalid"),
    ("decimal", float("inf"), "invalid"),
    ("decimal", Decimal("-Infinity"), "invalid"),
    ("decimal", "-0", "invalid"),
    ("decimal", -0.0, "invalid"),
    ("decimal", Decimal("-0.00"), "invalid"),
    ("decimal", "1.005", "max_decimal_places"),
    ("decimal", 3.14159, "max_decimal_places"),
    ("decimal", "10000000000", "max_digits"),
    ("decimal", Decimal("1E+999999"), "max_digits"),
    ("decimal", {"a": 1}, "invalid"),
    ("json", {1, 2}, "invalid"),
    ("json", float("nan"), "invalid"),
    ("json", "half \ud800", "invalid"),
    ("json", {"a": 1, 2: "b"}, "invalid"),
    ("json", {"day": CLAIRE_BORN}, "invalid"),
    ("json", LOOPED, "invalid"),
]


def field(name: str) -> Any:
    return Dossier._meta.get_field(name)


@pytest.mark.parametrize("access", ["sealed", "encrypted"])
@pytest.mark.parametrize(("kind", "given", "expected"), ACCEPTED)
def test_what_django_takes_for_a_type_is_taken_and_comes_out_as_that_type(
    access: str, kind: str, given: Any, expected: Any
) -> None:
    parsed = field(f"{access}_{kind}").parse(given)

    assert (type(parsed), parsed, str(parsed)) == (type(expected), expected, str(expected))


@pytest.mark.parametrize(("kind", "given", "code"), REFUSED)
def test_c14_what_is_not_of_the_type_is_refused_with_a_code_and_never_repeated(
    kind: str, given: Any, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        field(f"sealed_{kind}").parse(given)
    with pytest.raises(SealedValueError, match=code) as not_sealed:
        field(f"sealed_{kind}").canonical(given)

    assert refused.value.code == code
    assert refused.value.params is None
    for error in (refused.value, not_sealed.value):
        assert error.__cause__ is None
        assert not str(given) or len(str(given)) == 1 or str(given) not in str(error)


def test_the_precision_of_the_caller_rounds_no_amount() -> None:
    with localcontext(prec=2):
        assert str(field("sealed_decimal").parse("1234567890.12")) == "1234567890.12"


@pytest.mark.django_db
def test_an_amount_opens_with_all_its_places_under_any_precision() -> None:
    dossier = Dossier.objects.create(encrypted_decimal="1234567890.1")

    with localcontext(prec=2):
        assert str(Dossier.objects.get(pk=dossier.pk).encrypted_decimal) == "1234567890.10"


@pytest.mark.parametrize(("max_digits", "decimal_places"), [(0, 0), (-1, 0), (2, 3), (2, -1), (1001, 2)])
def test_impossible_widths_of_a_decimal_are_refused_at_once(max_digits: int, decimal_places: int) -> None:
    with pytest.raises(ValueError, match="max_digits"):
        fields.SealedDecimalField(max_digits=max_digits, decimal_places=decimal_places)


@pytest.mark.parametrize("declared", [f for f in Dossier._meta.fields if isinstance(f, fields.SealedField)], ids=str)
def test_a_declaration_survives_the_migration_under_a_name_that_outlives_our_modules(
    declared: fields.SealedField,
) -> None:
    name, path, args, kwargs = declared.deconstruct()
    written, imports = MigrationWriter.serialize(declared)

    assert path == f"hardening.encryption.fields.{type(declared).__name__}"
    assert imports == {"import hardening.encryption.fields"}
    again = type(declared)(*args, **kwargs)
    again.set_attributes_from_name(name)
    assert again.deconstruct() == declared.deconstruct()
    assert again.place.flags == declared.place.flags
    assert written.startswith("hardening.encryption.fields.")


FORMS = {
    "text": forms.CharField,
    "email": forms.EmailField,
    "nir": forms.CharField,
    "date": forms.DateField,
    "integer": forms.IntegerField,
    "decimal": forms.DecimalField,
    "json": forms.JSONField,
}


@pytest.mark.parametrize("access", ["sealed", "encrypted"])
@pytest.mark.parametrize(("kind", "form_class"), FORMS.items())
def test_each_type_has_the_form_field_of_its_type(access: str, kind: str, form_class: type[forms.Field]) -> None:
    form_field = field(f"{access}_{kind}").formfield()

    assert isinstance(form_field, form_class)
    assert form_field.required is False


def test_a_form_field_has_the_widths_of_its_column() -> None:
    assert field("sealed_text").formfield().max_length == 60
    amount = field("encrypted_decimal").formfield()
    assert (amount.max_digits, amount.decimal_places) == (12, 2)


@pytest.mark.parametrize("typed", ["{", "NaN", "[1,]", "9" * 5000, "[" * 100_000])
@pytest.mark.parametrize("access", ["sealed", "encrypted"])
def test_c14_a_document_that_is_none_is_refused_without_keeping_it_in_the_error(access: str, typed: str) -> None:
    name = f"{access}_json"
    form = modelform_factory(Dossier, fields=[name])({name: typed})

    (error,) = form.errors.as_data()[name]
    assert (error.code, error.params) == ("invalid", None)


@pytest.mark.django_db
@pytest.mark.parametrize("access", ["sealed", "encrypted"])
def test_an_address_that_is_none_is_refused_by_model_and_form(access: str) -> None:
    name = f"{access}_email"
    form = modelform_factory(Dossier, fields=[name])({name: "nobody"})

    assert [error.code for error in form.errors.as_data()[name]] == ["invalid"]
    with pytest.raises(ValidationError) as refused:
        Dossier(**{name: "nobody"}).full_clean()
    assert "nobody" not in str(refused.value)


@pytest.mark.django_db
def test_a_text_longer_than_the_column_is_refused_by_full_clean() -> None:
    with pytest.raises(ValidationError) as refused:
        Dossier(sealed_text="x" * 61).full_clean()

    assert refused.value.error_dict["sealed_text"][0].code == "max_length"


def demand(**changed: Any) -> Demand:
    values: dict[str, Any] = {
        "name": "Martin",
        "day": CLAIRE_BORN,
        "rank": 1,
        "amount": 1,
        "answers": [1],
        "rate": "5.5",
    }
    return Demand(**values | changed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("name", "", "blank"),
        ("name", None, "null"),
        ("day", None, "null"),
        ("rank", None, "null"),
        ("amount", None, "null"),
        ("answers", None, "null"),
        ("answers", {}, "blank"),
        ("urgency", 3, "invalid_choice"),
        ("urgency", "many", "invalid"),
        ("rate", "10", "invalid_choice"),
        ("rate", None, "null"),
    ],
)
def test_full_clean_demands_what_is_demanded(name: str, value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        demand(**{name: value}).full_clean()

    assert [error.code for error in refused.value.error_dict[Demand._meta.get_field(name).name]] == [code]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["day", "rank", "amount", "answers"])
def test_a_column_that_is_not_null_has_no_silent_default(name: str) -> None:
    declared: Any = Demand._meta.get_field(name)
    assert declared.get_default() is None
    with pytest.raises(IntegrityError), transaction.atomic():
        demand(**{name: None}).save()


@pytest.mark.django_db
def test_zero_is_a_choice_and_a_value_and_full_clean_accepts_it() -> None:
    row = demand(urgency="0", rank=0, amount=0)
    row.full_clean()
    row.save()

    back = Demand.objects.get(pk=row.pk)
    assert (back.urgency.open_ungated(), back.rank.open_ungated(), back.amount) == (0, 0, Decimal(0))
    assert str(back.amount) == "0.0"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "same"), [("rank", "1"), ("rank", 1.0), ("amount", "1.00"), ("amount", Decimal(1))])
def test_unique_numbers_are_compared_by_value_in_model_form_and_database(name: str, same: Any) -> None:
    demand().save()
    other = demand(**{"rank": 2, "amount": 2} | {name: same})

    with pytest.raises(ValidationError) as refused:
        other.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    form = modelform_factory(Demand, fields=[name])({name: str(same).removesuffix("0")}, instance=demand(**{name: 3}))

    assert [error.code for error in refused.value.error_dict[name]] == ["unique"]
    assert not form.is_valid()


@pytest.mark.django_db
def test_a_row_is_no_duplicate_of_itself() -> None:
    row = demand()
    row.save()

    Demand.objects.get(pk=row.pk).full_clean()


@pytest.mark.django_db
def test_c18_a_choice_behind_a_mask_shows_none_and_is_kept_when_none_is_chosen() -> None:
    row = demand(urgency=2)
    row.save()
    loaded = Demand.objects.get(pk=row.pk)
    form_class = modelform_factory(Demand, fields=["urgency"])

    shown = str(form_class(instance=loaded)["urgency"])
    kept = form_class({"urgency": ""}, instance=loaded)

    assert '<option value="2">' in shown
    assert '<option value="" selected>' in shown
    assert shown.count("selected") == 1
    kept.save()
    assert Demand.objects.get(pk=row.pk).urgency.open_ungated() == 2
    form_class({"urgency": "0"}, instance=loaded).save()
    assert Demand.objects.get(pk=row.pk).urgency.open_ungated() == 0


@pytest.mark.django_db
def test_a_choice_that_opens_on_access_is_the_selected_one() -> None:
    demand(rate=20).save()
    form = modelform_factory(Demand, fields=["rate"])(instance=Demand.objects.get())

    assert '<option value="20.0" selected' in str(form["rate"])


@pytest.mark.django_db
@pytest.mark.parametrize("none", [None, Value(None), Value(None, models.JSONField())])
def test_no_document_is_null_in_the_column_however_it_is_spelt(none: Any) -> None:
    dossier = Dossier.objects.create(sealed_json=none)

    assert Dossier.objects.filter(sealed_json__isnull=True, pk=dossier.pk).exists()
    assert Dossier.objects.filter(sealed_json=None, pk=dossier.pk).exists()


@pytest.mark.django_db
def test_a_document_is_read_as_a_copy_and_saved_when_it_is_assigned() -> None:
    dossier = Dossier.objects.create(encrypted_json={"seen": []})
    loaded = Dossier.objects.get(pk=dossier.pk)

    loaded.encrypted_json["seen"].append("lost")
    loaded.save()
    assert Dossier.objects.get(pk=dossier.pk).encrypted_json == {"seen": []}
    loaded.encrypted_json = {"seen": ["kept"]}
    loaded.save()
    assert Dossier.objects.get(pk=dossier.pk).encrypted_json == {"seen": ["kept"]}


def test_an_assigned_document_can_be_hashed_and_compared() -> None:
    one, same, other = (Dossier(sealed_json={"a": number}).sealed_json for number in (1, 1, 2))

    assert one == same != other
    assert hash(one) == hash(same)


def test_days_keep_their_calendar() -> None:
    assert field("sealed_date").parse("0001-01-01") == date.min
