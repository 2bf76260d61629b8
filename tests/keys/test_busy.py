"""A COPY that is fed with sealed values is not stopped by the look for a new ring."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from hardening.errors import KeyUnavailableError
from hardening.keys import ring
from tests.encryption.cast import CLAIRE_NIR
from tests.encryption.records.models import Patient

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, databases=["default", "hardening"])]


def copied(*, told: list[object]) -> None:
    """Feed a COPY with one row, which is sealed when the ring is due to be looked at."""
    patient = Patient(nir=CLAIRE_NIR)
    try:
        with connection.cursor() as cursor, cursor.copy("COPY records_patient (id, ward, nir) FROM STDIN") as copy:
            copy.write_row((patient.pk, "", patient.nir.blob()))
        told.append("done")
    except KeyUnavailableError as error:
        told.append(error)
    finally:
        connection.close()


def copied_in_time() -> object:
    told: list[object] = []
    # A thread, since a mistake here waits for ever.
    thread = threading.Thread(target=copied, kwargs={"told": told}, daemon=True)
    thread.start()
    thread.join(timeout=20)
    return told[0] if told else "waits for itself"


def test_the_look_waits_until_the_copy_has_ended(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    ring.forget_key_ring()
    ring.key_ring()
    monkeypatch.setattr(ring._process, "look_at", 0.0)
    monkeypatch.setattr(ring._process, "ask_at", 0.0)

    assert copied_in_time() == "done"
    assert Patient.objects.get().nir.matches(CLAIRE_NIR)


def test_keys_that_are_first_used_inside_a_copy_say_so(own_store: Path) -> None:  # noqa: ARG001
    ring.forget_key_ring()

    assert "in the midst of a COPY" in str(copied_in_time())
