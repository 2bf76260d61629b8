"""C9: sealed data does not hang on SECRET_KEY, which is rotated for other reasons."""

import pytest
from django.conf import LazySettings

from hardening.keys.ring import key_ring
from tests.encryption.cast import CLAIRE_NIR
from tests.encryption.records.models import Patient


@pytest.mark.django_db
def test_another_secret_key_opens_and_finds_the_same_rows(settings: LazySettings) -> None:
    stored = Patient.objects.create(nir=CLAIRE_NIR)
    settings.SECRET_KEY = "another one, for tests only"

    found = Patient.objects.get(nir=CLAIRE_NIR)

    assert found.pk == stored.pk
    assert found.nir.open_ungated() == CLAIRE_NIR


def test_no_key_is_made_of_it(settings: LazySettings) -> None:
    before = key_ring().mac("digest", b"message")
    settings.SECRET_KEY = "another one, for tests only"

    assert key_ring().mac("digest", b"message") == before
