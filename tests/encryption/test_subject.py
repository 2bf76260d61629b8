from datetime import date

import pytest

from hardening.encryption.nir import InvalidNirError
from hardening.encryption.subject import subject_of
from hardening.keys.ring import KeyRing
from hardening.subjects import key_id_of
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR


def test_a_person_is_the_same_however_the_number_was_typed() -> None:
    typed = subject_of(nir="2 84 05 49 999 012 61", birth_date=CLAIRE_BORN, birth_rank=1)

    assert typed == subject_of(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, birth_rank=1)


def test_number_date_and_rank_together_name_a_person() -> None:
    people = {
        subject_of(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, birth_rank=1),
        subject_of(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, birth_rank=2),
        subject_of(nir=CLAIRE_NIR, birth_date=date(2012, 1, 1), birth_rank=1),
        subject_of(nir=AMINE_NIR, birth_date=CLAIRE_BORN, birth_rank=1),
    }

    assert len(people) == 4


def test_a_pseudonym_names_its_key(key_ring: KeyRing) -> None:
    subject = subject_of(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, birth_rank=1)

    assert key_id_of(subject) == key_ring.primary_id("subject")


def test_a_mistyped_number_is_nobody() -> None:
    with pytest.raises(InvalidNirError):
        subject_of(nir=CLAIRE_NIR[:-1] + "2", birth_date=CLAIRE_BORN, birth_rank=1)
