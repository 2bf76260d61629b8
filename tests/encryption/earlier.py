"""Rows that were sealed before the primary encryption key became what it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from hardening.keys.ring import KeyRing, adopt_key_ring
from tests.encryption.cast import AMINE_NIR
from tests.encryption.records.models import Contact, Policy
from tests.encryption.second_keys import record, with_second


@contextmanager
def sealed_earlier(key_ring: KeyRing) -> Iterator[KeyRing]:
    """Write a contact and a policy, then adopt a ring whose second encryption key is the primary one."""
    Contact.objects.create(phone="1", email="claire@example.org")
    Policy.objects.create(number="N1", nir=AMINE_NIR)
    ring = KeyRing(with_second(key_ring.keys))
    record(ring)
    adopt_key_ring(ring)
    yield ring
    adopt_key_ring(key_ring)
    record(key_ring)
