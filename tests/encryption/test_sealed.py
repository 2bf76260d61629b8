import copy
import json
from pickle import dumps, loads  # noqa: TID251 - as Django caches do
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Template

from hardening import disclosing
from hardening.encryption.refusals import NotIndexedError, SealedWriteError
from hardening.encryption.sealed import Sealed
from hardening.errors import DecryptionError, NotDisclosedError
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.conftest import CLAIRE, RightsCheck
from tests.encryption.records.models import Contact, Patient

pytestmark = pytest.mark.django_db

MASK = "● ●● ●● ●● ●●● ●●● ●●"


@pytest.fixture
def claire() -> Patient:
    stored = Patient.objects.create(
        subject=CLAIRE, nir=CLAIRE_NIR, family_name="Martin", birth_date=CLAIRE_BORN, note="private"
    )
    return Patient.objects.get(pk=stored.pk)


def test_wherever_it_is_printed_there_is_a_mask(claire: Patient) -> None:
    assert str(claire.nir) == f"{claire.nir}" == "{}".format(claire.nir) == MASK  # noqa: UP032 - each has a path of its own
    assert repr(claire.nir) == f"NIR({MASK})"
    assert f"{claire.birth_date:>12}" == "  ●●/●●/●●●●"
    assert json.dumps({"nir": claire.nir}, cls=DjangoJSONEncoder, ensure_ascii=False) == f'{{"nir": "{MASK}"}}'
    assert Template("{{ p.nir }} {{ p.family_name }}").render(Context({"p": claire})) == f"{MASK} ●●●●●●"


@pytest.mark.parametrize("state", ["assigned", "stored"])
def test_it_is_never_equal_to_a_text_and_matches_by_its_index(claire: Patient, state: str) -> None:
    nir = claire.nir if state == "stored" else Patient(nir="2 84 05 49 999 012 61").nir

    assert nir != CLAIRE_NIR
    assert nir != str(nir)
    assert nir.matches(CLAIRE_NIR)
    assert nir.matches("2.84.05.49.999.012.61")
    assert not nir.matches(AMINE_NIR)


def test_change_tracking_sees_a_change_without_opening(claire: Patient) -> None:
    before, birth_date = claire.nir, claire.birth_date

    claire.nir = "2 84 05 49 999 012 61"
    assert claire.nir == before
    assert hash(claire.nir) == hash(before)

    claire.nir = AMINE_NIR
    assert claire.nir != before
    assert claire.birth_date == birth_date


def test_without_an_index_there_is_nothing_to_match(claire: Patient) -> None:
    with pytest.raises(NotIndexedError, match="reveal and compare"):
        claire.note.matches("private")


def test_outside_a_disclosure_nothing_opens(claire: Patient) -> None:
    with pytest.raises(NotDisclosedError, match=r"records\.Patient\.nir"):
        claire.nir.reveal(purpose="rights_check")


def test_inside_the_disclosure_of_its_person_it_opens(claire: Patient, rights_check: RightsCheck) -> None:
    assert claire.nir.reveal(purpose="rights_check") == CLAIRE_NIR
    assert claire.birth_date.reveal() == CLAIRE_BORN
    assert rights_check.opened == ["nir", "birth_date"]


def test_another_person_field_or_purpose_does_not_open(claire: Patient, rights_check: RightsCheck) -> None:
    with pytest.raises(NotDisclosedError):
        claire.family_name.reveal()
    with pytest.raises(NotDisclosedError, match="another purpose"):
        claire.nir.reveal(purpose="correction")

    claire.subject = None
    with pytest.raises(NotDisclosedError):
        claire.nir.reveal()
    assert rights_check.opened == []


@pytest.mark.usefixtures("rights_check")
def test_a_value_without_its_row_opens_only_when_given_it(claire: Patient) -> None:
    row = Patient.objects.values("pk", "subject", "nir").get()

    with pytest.raises(NotDisclosedError):
        row["nir"].reveal()
    assert row["nir"].of_key(row["pk"], subject=row["subject"]).reveal() == CLAIRE_NIR
    assert row["nir"].of(claire).reveal() == CLAIRE_NIR
    with pytest.raises(DecryptionError):
        row["nir"].of_key(CLAIRE, subject=row["subject"]).reveal()
    assert Patient.objects.values_list("nir", flat=True).get().matches(CLAIRE_NIR)


@pytest.mark.parametrize("state", ["assigned", "stored", "value alone"])
def test_a_pickle_holds_ciphertext_only_and_comes_back_whole(
    claire: Patient, rights_check: RightsCheck, state: str
) -> None:
    if state == "assigned":
        claire.nir, claire.birth_date = CLAIRE_NIR, CLAIRE_BORN
    pickled = dumps(claire.nir if state == "value alone" else claire)

    assert CLAIRE_NIR.encode() not in pickled
    assert CLAIRE_BORN.isoformat().encode() not in pickled
    back = loads(pickled)  # noqa: S301 - our own, a line above
    assert (back if state == "value alone" else back.nir).reveal() == CLAIRE_NIR
    assert rights_check.opened == ["nir"]


def test_a_copied_instance_keeps_its_values(claire: Patient, rights_check: RightsCheck) -> None:
    assert copy.copy(claire).nir.reveal() == copy.deepcopy(claire).nir.reveal() == CLAIRE_NIR
    assert len(rights_check.opened) == 2


def test_parts_and_lengths_are_refused_with_the_way_that_works(claire: Patient) -> None:
    with pytest.raises(NotDisclosedError, match="reveal it"):
        claire.nir[0]
    with pytest.raises(TypeError, match="length"):
        len(claire.nir)
    with pytest.raises(NotDisclosedError):
        list(claire.nir)


def test_an_unsaved_value_cannot_leave_its_row_unsealed() -> None:
    with pytest.raises(SealedWriteError, match="needs its row"):
        Sealed(Patient._meta.get_field("nir"), given=CLAIRE_NIR).blob()


def test_the_encrypted_variant_opens_on_access_and_shows_a_mask_beside_it() -> None:
    contact = Contact.objects.create(email="amine@example.org", phone="04 72 00 00 00")
    stored: Any = Contact.objects.get(pk=contact.pk)

    assert (stored.email, stored.phone) == ("amine@example.org", "04 72 00 00 00")
    assert str(stored.email_sealed) == "●●●●●●"
    assert Contact(phone="").phone == ""
    with disclosing.guard_existence():
        assert Contact.objects.get(email="AMINE@example.org") == contact
