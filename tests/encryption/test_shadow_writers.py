"""C7, C22: people who insert, change, delete and read all the while lose nothing to a shadow copy, nor see less."""

import random  # noqa: TID251 - seeded: the same choices each time
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Self

import pytest
from django.db import IntegrityError, connection

from hardening.encryption.census import values_by_key
from hardening.keys.ring import KeyRing, adopt_key_ring
from tests.encryption.records.models import Contact
from tests.encryption.second_keys import record, with_second
from tests.encryption.shadowing import portrait_of, rooms, rotate

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
]
ROWS, WRITERS = 1_500, 3


@pytest.fixture
def newer(key_ring: KeyRing) -> Iterator[None]:
    Contact.objects.bulk_create(Contact(email=f"{number}@example.org", phone="still") for number in range(ROWS))
    ring = KeyRing(with_second(key_ring.keys))
    record(ring)
    adopt_key_ring(ring)
    yield
    adopt_key_ring(key_ring)
    record(key_ring)


class Person(threading.Thread):
    """Does one thing after the other until told to stop, on a connection of its own."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.chosen = random.Random(number)  # noqa: S311 - no secret
        self.stopping = threading.Event()
        self.turns = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.turn()
                self.turns += 1
                self.stopping.wait(0.002)
        except BaseException as failure:  # noqa: BLE001 - raised by the test
            self.failure = failure
        connection.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.join()

    def turn(self) -> None:
        raise NotImplementedError


class Writer(Person):
    """Knows what is in the rows that it alone writes; its addresses wander from row to row, and are unique."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.written: dict[int, tuple[str, str]] = {}

    def turn(self) -> None:
        address = f"{self.number}.{self.chosen.randrange(20)}@example.net"
        holder = next((key for key, (held, _) in self.written.items() if held == address), None)
        if holder is None:
            phone = str(self.turns)
            self.written[Contact.objects.create(email=address, phone=phone).pk] = (address, phone)
        elif self.chosen.random() < 0.5:
            Contact.objects.filter(pk=holder).delete()
            del self.written[holder]
        else:
            assert Contact.objects.filter(pk=holder).update(phone=str(self.turns)) == 1
            self.written[holder] = (address, str(self.turns))


class Reader(Person):
    """Finds every row that nobody writes, each time."""

    def turn(self) -> None:
        assert Contact.objects.filter(pk__lte=self.number).count() == ROWS


class Forger(Person):
    """Tries to give an address to a second row, and is refused each time."""

    def turn(self) -> None:
        with pytest.raises(IntegrityError):
            Contact.objects.create(email="7@example.org")


@pytest.mark.usefixtures("newer")
def test_c7_c22_nothing_is_lost_doubled_or_unseen_beside_writers_and_readers() -> None:
    last = max(Contact.objects.values_list("pk", flat=True))
    before = portrait_of("records.Contact")
    writers = [Writer(number) for number in range(WRITERS)]
    others = [Reader(last), Forger(0)]

    with ExitStack() as people:
        for person in (*writers, *others):
            people.enter_context(person)
        told = rotate("--model", "records.Contact", "--rate", "1000")

    expected = {key: value for writer in writers for key, value in writer.written.items()}
    found = {contact.pk: (contact.email, contact.phone) for contact in Contact.objects.filter(pk__gt=last)}
    assert [person.failure for person in (*writers, *others)] == [None] * 5
    assert min(person.turns for person in (*writers, *others)) > 20
    assert found == expected
    assert told["rows_lost_to_writers_and_read_again"] > 0
    assert (values_by_key(), told["values_left"]) == ({21: 2 * (ROWS + len(expected))}, 0)
    assert (portrait_of("records.Contact"), rooms()) == (before, [])
