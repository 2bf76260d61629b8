"""What fields may expect of Operations, whoever does them: this process, or a broker in another."""

import os
import threading
from dataclasses import replace
from typing import Any

import pytest

from hardening.encryption.envelope import Flag, Suite, indexes_of
from hardening.encryption.operations import LocalOperations, Operations
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.keys.ring import KeyRing
from hardening.keys.testing import fresh_keys
from tests.encryption.broker.installation import BROKER
from tests.encryption.broker.places import CITY, NAME, NIR, NIR_AND_PARTS, NORMAL, PLAIN, ROW, sealed


@pytest.fixture(params=["in_process", f"broker_as_{BROKER or 'the_same_user'}"])
def operations(request: pytest.FixtureRequest) -> Any:
    if request.param == "in_process":
        yield LocalOperations(KeyRing(fresh_keys()))
        return
    client = request.getfixturevalue("broker").operations()
    yield client
    client.client.close()


class TestContract:
    """One class, run against each implementation."""

    def test_what_was_sealed_opens_and_only_at_its_place(self, operations: Operations) -> None:
        blob = sealed(operations)

        assert operations.open(blob, place=NIR, binding=ROW) == PLAIN
        for place, binding in ((NAME, ROW), (NIR, b"other row")):
            with pytest.raises(DecryptionError):
                operations.open(blob, place=place, binding=binding)

    def test_both_suites_seal_and_neither_opens_the_other_s(self, operations: Operations) -> None:
        siv = replace(NIR, suite=Suite.AES_256_GCM_SIV)
        blob = sealed(operations, siv)

        assert operations.open(blob, place=NIR, binding=ROW) == PLAIN
        with pytest.raises(DecryptionError):
            operations.open(bytes([Suite.AES_256_GCM]) + blob[1:], place=NIR, binding=ROW)

    def test_c3_no_byte_can_be_changed_and_none_left_out(self, operations: Operations) -> None:
        blob = sealed(operations)

        altered = [blob[:at] + bytes([blob[at] ^ 0x40]) + blob[at + 1 :] for at in range(len(blob))]
        for wrong in (*altered, b"", blob[:3], blob[:-1], blob + b"\0"):
            with pytest.raises(DecryptionError):
                operations.open(wrong, place=NIR, binding=ROW)

    def test_c3_a_value_under_another_key_does_not_open(self, operations: Operations) -> None:
        other = sealed(LocalOperations(KeyRing(fresh_keys())))

        with pytest.raises(DecryptionError):
            operations.open(other, place=NIR, binding=ROW)

    def test_c13_the_index_stands_in_the_blob_and_depends_on_the_domain(self, operations: Operations) -> None:
        joined = replace(CITY, index_domains=NIR.index_domains)

        found = (sealed(operations)[4:20],)
        assert found == operations.indexes(NORMAL, place=NIR) == operations.indexes(NORMAL, place=joined)
        assert found != operations.indexes(NORMAL, place=CITY)

    def test_c13_each_part_has_an_index_of_its_own_in_the_blob_and_is_asked_for_by_its_slot(
        self, operations: Operations
    ) -> None:
        normals = (NORMAL, b"53", b"07")
        blob = operations.seal(PLAIN, place=NIR_AND_PARTS, binding=ROW, normals=normals)

        for slot, normal in enumerate(normals):
            assert indexes_of(blob, slot=slot) == operations.indexes(normal, place=NIR_AND_PARTS, slot=slot)
        assert indexes_of(blob) == operations.indexes(NORMAL, place=NIR)
        assert operations.indexes(b"53", place=NIR_AND_PARTS, slot=1) != operations.indexes(
            b"53", place=NIR_AND_PARTS, slot=2
        )
        assert operations.open(blob, place=NIR_AND_PARTS, binding=ROW) == PLAIN

    def test_c13_as_many_normal_forms_as_indexes_are_asked_for(self, operations: Operations) -> None:
        for normals in ((), (NORMAL,), (NORMAL,) * 4):
            with pytest.raises((ValueError, KeyUnavailableError)):
                operations.seal(PLAIN, place=NIR_AND_PARTS, binding=ROW, normals=normals)
        with pytest.raises((IndexError, KeyUnavailableError)):
            operations.indexes(NORMAL, place=NIR_AND_PARTS, slot=3)

    def test_c3_c13_a_part_s_index_put_into_another_s_place_does_not_open(self, operations: Operations) -> None:
        blob = operations.seal(PLAIN, place=NIR_AND_PARTS, binding=ROW, normals=(NORMAL, b"53", b"07"))

        swapped = blob[:20] + blob[36:52] + blob[20:36] + blob[52:]
        fewer = blob[:1] + bytes([blob[1] ^ (Flag.PART | Flag.TWO_PARTS)]) + blob[2:36] + blob[52:]
        for wrong in (swapped, fewer):
            with pytest.raises(DecryptionError):
                operations.open(wrong, place=NIR_AND_PARTS, binding=ROW)

    def test_c22_it_tells_the_header_of_what_it_seals(self, operations: Operations) -> None:
        for place in (NIR, NAME):
            assert operations.head(place) == sealed(operations, place)[:4]

    def test_c2_nothing_at_all_and_a_long_value_survive(self, operations: Operations) -> None:
        for plain in (b"", b"\x05" + b"x" * 500_000):
            blob = operations.seal(plain, place=NAME, binding=ROW)

            assert operations.open(blob, place=NAME, binding=ROW) == plain

    def test_c1_eight_threads_never_get_each_other_s_answers(self, operations: Operations) -> None:
        wrong: list[object] = []

        def work(number: int) -> None:
            for turn in range(40):
                plain, row = f"\x01{number}/{turn}".encode(), str(number).encode()
                blob = operations.seal(plain, place=NIR, binding=row, normals=(NORMAL,))
                if operations.open(blob, place=NIR, binding=row) != plain:
                    wrong.append((number, turn))

        threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert wrong == []

    def test_c20_parent_and_forked_child_seal_and_open_side_by_side(self, operations: Operations) -> None:
        sealed(operations)  # whatever is kept open is open before the fork
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.write(writer, b"".join(_nonces(operations)))
            finally:
                os._exit(0)
        os.close(writer)

        ours = _nonces(operations)
        with os.fdopen(reader, "rb") as stream:
            told = stream.read()
        os.waitpid(child, 0)

        assert len({*ours, *(told[at : at + 12] for at in range(0, len(told), 12))}) == 200


def _nonces(operations: Operations) -> list[bytes]:
    found = []
    for number in range(100):
        blob = operations.seal(PLAIN, place=NAME, binding=str(number).encode())
        if operations.open(blob, place=NAME, binding=str(number).encode()) == PLAIN:
            found.append(blob[4:16])
    return found
