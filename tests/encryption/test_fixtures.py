import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.management import call_command
from django.core.serializers.base import DeserializationError

from hardening.encryption.refusals import SealedWriteError
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def dumped() -> list[dict[str, Any]]:
    Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, family_name="Martin", note="")
    Patient.objects.create(nir=AMINE_NIR)
    Contact.objects.create(email="claire@example.org")
    out = io.StringIO()
    call_command("dumpdata", "records", stdout=out)
    documents: list[dict[str, Any]] = json.loads(out.getvalue())
    return documents


@pytest.mark.parametrize("form", ["json", "xml", "jsonl", "python"])
def test_c15_a_dump_holds_envelopes_only(form: str) -> None:
    claire = Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, family_name="Martin")
    contact = Contact.objects.create(email="claire@example.org")

    text = str(serializers.serialize(form, [claire, contact]))

    assert "sealed:" in text
    for secret in (CLAIRE_NIR, "1984-05-17", "Martin", "claire@example.org"):
        assert secret not in text


def test_c15_what_was_dumped_can_be_loaded(dumped: list[dict[str, Any]], tmp_path: Path) -> None:
    Patient.objects.all().delete()
    Contact.objects.all().delete()
    fixture = tmp_path / "records.json"
    fixture.write_text(json.dumps(dumped), encoding="utf-8")

    call_command("loaddata", str(fixture), verbosity=0)

    claire = Patient.objects.get(nir=CLAIRE_NIR)
    opened = [getattr(claire, name).open_ungated() for name in ("nir", "birth_date", "family_name", "note")]
    assert opened == [CLAIRE_NIR, CLAIRE_BORN, "Martin", ""]
    assert Patient.objects.get(nir=AMINE_NIR).birth_date is None
    assert Contact.objects.get().email == "claire@example.org"


def test_an_envelope_moved_to_another_row_is_not_loaded(dumped: list[dict[str, Any]]) -> None:
    dumped[0]["pk"] = str(uuid4())

    (loaded,) = serializers.deserialize("json", json.dumps(dumped[:1]))
    with pytest.raises(SealedWriteError, match="sealed for another row"):
        loaded.save()


def test_a_fixture_in_clear_is_sealed_when_it_is_loaded(dumped: list[dict[str, Any]]) -> None:
    dumped[0]["fields"] |= {"nir": AMINE_NIR, "birth_date": "1984-05-17", "family_name": ""}

    for loaded in serializers.deserialize("json", json.dumps(dumped[:1])):
        loaded.save()

    patient = Patient.objects.get(pk=dumped[0]["pk"])
    assert patient.nir.open_ungated() == AMINE_NIR
    assert patient.family_name == ""


def test_a_broken_envelope_is_refused(dumped: list[dict[str, Any]]) -> None:
    dumped[0]["fields"]["nir"] = "sealed:&&&"

    with pytest.raises(DeserializationError):
        list(serializers.deserialize("json", json.dumps(dumped[:1])))
