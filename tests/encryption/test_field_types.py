"""One contract for the fields of all types: every write, every read, the values that others lose (C2, C5)."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core import serializers
from django.db import connection
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext

from hardening.encryption.fields import EncryptedJSONField, SealedJSONField
from hardening.encryption.refusals import NotIndexedError, SealedLookupError
from hardening.encryption.sealed import Sealed
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Dossier

pytestmark = pytest.mark.django_db

VALUES: dict[str, list[Any]] = {
    "text": ["", "0", "False", "Zoë Łukasz 李 👩🏽‍⚕️", "é" * 60],
    "email": ["", "Claire.Martin@example.org", "zoe@exämple.org", "c" * 64 + "@" + "e" * 60 + ".example.org"],
    "nir": ["", CLAIRE_NIR, AMINE_NIR],
    "date": [None, date.min, CLAIRE_BORN, date.max],
    "integer": [None, 0, -1, 2**63 - 1, -(2**63)],
    "decimal": [None, Decimal("0.00"), Decimal("-0.01"), Decimal("9999999999.99"), Decimal("-9999999999.99")],
    "json": [None, 0, False, "", [], {}, "sealed:", {"é": [None, True, 1.5, {"李": -1}]}, ["x" * 5000]],
}
BEFORE: dict[str, Any] = {
    "text": "before",
    "email": "before@example.org",
    "nir": AMINE_NIR,
    "date": date(1999, 12, 31),
    "integer": 7,
    "decimal": Decimal("7.00"),
    "json": {"before": 1},
}
CASES = [
    pytest.param(f"{access}_{kind}", value, id=f"{access}-{kind}-{number}")
    for access in ("sealed", "encrypted")
    for kind, values in VALUES.items()
    for number, value in enumerate(values)
]


def stored(name: str) -> Any:
    """Return the key of a row that holds another value."""
    return Dossier.objects.create(**{name: BEFORE[name.split("_")[1]]}).pk


def by_create(name: str, value: Any) -> Any:
    return Dossier.objects.create(**{name: value}).pk


def by_save(name: str, value: Any) -> Any:
    dossier = Dossier.objects.get(pk=stored(name))
    setattr(dossier, name, value)
    dossier.save()
    return dossier.pk


def by_save_of_the_field_alone(name: str, value: Any) -> Any:
    dossier = Dossier.objects.defer(name).get(pk=stored(name))
    setattr(dossier, name, value)
    dossier.save(update_fields=[name])
    return dossier.pk


def by_bulk_create(name: str, value: Any) -> Any:
    return Dossier.objects.bulk_create([Dossier(**{name: value}), Dossier()])[0].pk


def by_upsert_on_the_key(name: str, value: Any) -> Any:
    key = stored(name)
    rows = [Dossier(pk=key, **{name: value})]
    Dossier.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=[name])
    return key


def by_bulk_update(name: str, value: Any) -> Any:
    dossiers = [Dossier.objects.get(pk=stored(name)), Dossier.objects.get(pk=stored(name))]
    for dossier in dossiers:
        setattr(dossier, name, value)
    assert Dossier.objects.bulk_update(dossiers, [name, "label"]) == 2
    return dossiers[0].pk


def by_update(name: str, value: Any) -> Any:
    key = stored(name)
    assert Dossier.objects.filter(pk__in=[key, stored(name)]).update(**{name: value, "label": "B"}) == 2
    return key


def by_get_or_create(name: str, value: Any) -> Any:
    first, created = Dossier.objects.get_or_create(label="one", defaults={name: value})
    again, created_again = Dossier.objects.get_or_create(label="one", defaults={name: value})
    assert (created, created_again, again) == (True, False, first)
    return first.pk


def by_update_or_create(name: str, value: Any) -> Any:
    key = stored(name)
    dossier, created = Dossier.objects.update_or_create(pk=key, defaults={name: value})
    assert not created
    return dossier.pk


def by_fixture(name: str, value: Any, form: str = "json") -> Any:
    dossier = Dossier.objects.create(**{name: value})
    text = serializers.serialize(form, [dossier])
    Dossier.objects.all().delete()
    for loaded in serializers.deserialize(form, text):
        loaded.save()
    return dossier.pk


def by_xml_fixture(name: str, value: Any) -> Any:
    return by_fixture(name, value, form="xml")


WRITES = [
    by_create,
    by_save,
    by_save_of_the_field_alone,
    by_bulk_create,
    by_upsert_on_the_key,
    by_bulk_update,
    by_update,
    by_get_or_create,
    by_update_or_create,
    by_fixture,
    by_xml_fixture,
]


def read_by_get(name: str, key: UUID) -> Dossier:  # noqa: ARG001 - as the others
    return Dossier.objects.get(pk=key)


def read_deferred(name: str, key: UUID) -> Dossier:
    return Dossier.objects.defer(name).get(pk=key)


def read_only_this(name: str, key: UUID) -> Dossier:
    return Dossier.objects.only(name).get(pk=key)


def read_refreshed(name: str, key: UUID) -> Dossier:
    dossier = Dossier(pk=key)
    dossier.refresh_from_db(fields=[name])
    return dossier


def read_saved_again(name: str, key: UUID) -> Dossier:  # noqa: ARG001 - as the others
    Dossier.objects.get(pk=key).save()
    return Dossier.objects.get(pk=key)


def read_deferred_and_saved(name: str, key: UUID) -> Dossier:
    dossier = Dossier.objects.defer(name).get(pk=key)
    dossier.label = "C"
    dossier.save()
    return Dossier.objects.get(pk=key)


READS = [read_by_get, read_deferred, read_only_this, read_refreshed, read_saved_again, read_deferred_and_saved]


def plain(value: Any) -> Any:
    return value.open_ungated() if isinstance(value, Sealed) else value


def sealed_value(dossier: Dossier, name: str) -> Any:
    return getattr(dossier, name if name.startswith("sealed") else f"{name}_sealed")


def read_from_values(name: str, key: UUID) -> Any:
    value = Dossier.objects.values_list(name, flat=True).get(pk=key)
    return plain(value.of_key(key)) if isinstance(value, Sealed) else value


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(("name", "value"), CASES)
def test_c2_c16_a_value_of_any_type_comes_back_as_itself(
    write: Callable[[str, Any], UUID], name: str, value: Any
) -> None:
    key = write(name, value)

    for read in READS:
        back = plain(getattr(read(name, key), name))
        assert (type(back), back) == (type(value), value), read
    assert (type(value), value) == (type(read_from_values(name, key)), read_from_values(name, key))


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(("name", "value"), [case for case in CASES if "_json" not in str(case.values[0])])
def test_c5_a_value_of_any_type_is_found_and_its_predecessor_no_more(
    write: Callable[[str, Any], UUID], name: str, value: Any
) -> None:
    key = write(name, value)
    rows = Dossier.objects.filter(pk=key)
    before = BEFORE[name.split("_")[1]]

    assert rows.filter(**{name: value}).exists()
    assert rows.filter(**{f"{name}__isnull": True}).exists() == (value in {None, ""})
    assert not rows.exclude(**{name: value}).exists()
    assert rows.filter(**{name: before}).exists() == (value == before)
    if value is not None:
        assert rows.filter(**{f"{name}__in": [value, before]}).exists()


# "0" or -1 stands in any query by chance.
@pytest.mark.parametrize(("name", "value"), [case for case in CASES if len(str(case.values[1])) > len("sealed:")])
def test_c7_c14_no_value_stands_in_a_query_a_print_or_a_fixture(name: str, value: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        dossier = Dossier.objects.create(**{name: value})
        sealed = sealed_value(Dossier.objects.get(pk=dossier.pk), name)

    written = "".join(query["sql"] for query in queries) + repr(sealed) + serializers.serialize("json", [dossier])
    assert str(value) not in written
    assert json.dumps(str(value)).strip('"') not in written


@pytest.mark.parametrize(("name", "value"), CASES)
def test_full_clean_accepts_what_is_stored_and_what_was_assigned(name: str, value: Any) -> None:
    dossier = Dossier(**{name: value})
    dossier.full_clean()
    dossier.save()

    loaded = Dossier.objects.get(pk=dossier.pk)
    loaded.full_clean()
    assert plain(getattr(loaded, name)) == value


def typed(value: Any, *, kind: str) -> str:
    """Return what a person types for a value."""
    if value is None:
        return ""
    return json.dumps(value) if kind == "json" else str(value)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_c18_a_form_takes_every_type_shows_no_sealed_one_and_keeps_what_is_not_touched(name: str, value: Any) -> None:
    form_class = modelform_factory(Dossier, fields=[name, "label"])
    text = typed(value, kind=name.split("_")[1])
    form = form_class({name: text})
    assert form.is_valid(), form.errors
    dossier = Dossier.objects.get(pk=form.save().pk)

    shown = form_class(instance=dossier)
    again = form_class({name: "" if name.startswith("sealed") else text, "label": "touched"}, instance=dossier)

    # "null" is how Django's form field shows that there is no document.
    assert shown[name].value() in {"", None, "null"} or name.startswith("encrypted")
    assert again.changed_data == ["label"]
    again.save()
    assert plain(getattr(Dossier.objects.get(pk=dossier.pk), name)) == value


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_disabled_field_of_a_form_keeps_the_value(name: str, value: Any) -> None:
    dossier = Dossier.objects.get(pk=by_create(name, value))
    form = modelform_factory(Dossier, fields=[name, "label"])({"label": "touched"}, instance=dossier)
    form.fields[name].disabled = True

    assert form.is_valid(), form.errors
    form.save()
    assert plain(getattr(Dossier.objects.get(pk=dossier.pk), name)) == value


@pytest.mark.parametrize("access", ["sealed", "encrypted"])
def test_the_index_ignores_what_the_type_ignores(access: str) -> None:
    Dossier.objects.create(
        **{f"{access}_decimal": "1.0", f"{access}_email": "Claire@Example.org", f"{access}_integer": "007"}
    )

    for name, same in (("decimal", Decimal("1.00")), ("decimal", 1), ("email", "claire@example.ORG"), ("integer", 7)):
        assert Dossier.objects.filter(**{f"{access}_{name}": same}).count() == 1


@pytest.mark.parametrize(
    "lookup", ["lt", "gte", "range", "contains", "startswith", "regex", "year", "has_key", "a", "0", "iexact"]
)
@pytest.mark.parametrize("kind", VALUES)
def test_c6_what_no_index_answers_is_refused_for_every_type(kind: str, lookup: str) -> None:
    with pytest.raises(SealedLookupError):
        Dossier.objects.filter(**{f"sealed_{kind}__{lookup}": 1}).exists()


def test_a_document_is_never_looked_up() -> None:
    with pytest.raises(NotIndexedError):
        Dossier.objects.filter(sealed_json={"a": 1}).exists()
    for field_class in (SealedJSONField, EncryptedJSONField):
        with pytest.raises(TypeError, match="has no index"):
            field_class(indexed=True)


def test_all_values_of_a_number_column_are_equally_long() -> None:
    lengths: dict[str, set[int]] = {"integer": set(), "decimal": set(), "date": set()}
    for kind, seen in lengths.items():
        for value in VALUES[kind][1:]:
            seen.add(len(getattr(Dossier.objects.create(**{f"sealed_{kind}": value}), f"sealed_{kind}").blob()))

    assert {kind: len(seen) for kind, seen in lengths.items()} == {"integer": 1, "decimal": 1, "date": 1}
