import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from hardening import clock
from hardening.encryption.envelope import Flag, Suite, indexes_of, nonce_position
from hardening.encryption.operations import LocalOperations, Place, operations
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.keys.key_file import Key, KeyState
from hardening.keys.ring import KeyRing
from hardening.keys.testing import fresh_keys

NIR = Place("coverage.beneficiary.nir", Suite.AES_256_GCM, Flag.INDEX, ("coverage.beneficiary.nir/nir.1",))
NAME = Place("coverage.beneficiary.name", Suite.AES_256_GCM, Flag(0))
CITY = Place("coverage.beneficiary.city", Suite.AES_256_GCM, Flag.INDEX, ("coverage.beneficiary.city/text.1",))
ROW = b"row"
NONCE_OF_A_NAME = slice(4, 16)


@pytest.fixture
def keys() -> tuple[Key, ...]:
    return fresh_keys()


@pytest.fixture
def local(keys: tuple[Key, ...]) -> LocalOperations:
    return LocalOperations(KeyRing(keys))


def sealed(by: LocalOperations, place: Place = NIR) -> bytes:
    return by.seal(
        b"\x01253072B07300470", place=place, binding=ROW, normals=(b"253072B07300470",) if place.flags else ()
    )


def promoted(keys: tuple[Key, ...]) -> KeyRing:
    """The same ring after its encryption key was replaced."""
    old, *others = keys
    new = replace(old, id=9, root=bytes(range(32)))
    return KeyRing([replace(old, state=KeyState.ACTIVE), new, *others])


def test_what_was_sealed_opens_and_only_at_its_place(local: LocalOperations) -> None:
    blob = sealed(local)

    assert local.open(blob, place=NIR, binding=ROW) == b"\x01253072B07300470"
    for place, binding in ((NAME, ROW), (NIR, b"other")):
        with pytest.raises(DecryptionError):
            local.open(blob, place=place, binding=binding)


def test_both_suites_seal_and_neither_opens_the_other_s(local: LocalOperations) -> None:
    siv = replace(NIR, suite=Suite.AES_256_GCM_SIV)
    blob = sealed(local, siv)

    assert local.open(blob, place=NIR, binding=ROW) == b"\x01253072B07300470"
    with pytest.raises(DecryptionError):
        local.open(bytes([Suite.AES_256_GCM]) + blob[1:], place=NIR, binding=ROW)


def test_the_key_id_in_the_header_decides_and_no_other_key_is_tried(
    local: LocalOperations, keys: tuple[Key, ...]
) -> None:
    rotated = LocalOperations(promoted(keys))
    old, new = sealed(local), sealed(rotated)

    assert old[2:4] != new[2:4]
    assert rotated.open(old, place=NIR, binding=ROW) == rotated.open(new, place=NIR, binding=ROW)
    with pytest.raises(DecryptionError):
        local.open(new, place=NIR, binding=ROW)
    with pytest.raises(DecryptionError):
        rotated.open(new[:2] + old[2:4] + new[4:], place=NIR, binding=ROW)


@pytest.mark.parametrize("position", range(64))
def test_c3_no_byte_can_be_changed(local: LocalOperations, position: int) -> None:
    blob = bytearray(sealed(local))
    blob[position] ^= 0x40

    with pytest.raises(DecryptionError):
        local.open(bytes(blob), place=NIR, binding=ROW)


def test_c13_indexes_depend_on_key_and_domain_and_the_same_domain_can_be_joined(
    local: LocalOperations, keys: tuple[Key, ...]
) -> None:
    joined = replace(CITY, index_domains=NIR.index_domains)
    other_ring = LocalOperations(KeyRing(fresh_keys()))

    assert local.indexes(b"x", place=NIR) == local.indexes(b"x", place=joined) == (sealed_index(local, b"x"),)
    assert local.indexes(b"x", place=NIR) != local.indexes(b"x", place=CITY)
    assert local.indexes(b"x", place=NIR) != other_ring.indexes(b"x", place=NIR)
    assert local.indexes(b"x", place=NIR) == LocalOperations(promoted(keys)).indexes(b"x", place=NIR)


def sealed_index(by: LocalOperations, normal: bytes) -> bytes:
    return by.seal(b"\x01", place=NIR, binding=ROW, normals=(normal,))[4:20]


def test_c20_no_nonce_comes_twice_in_a_million_over_forked_processes(local: LocalOperations) -> None:
    sealed(local, NAME)  # everything that is cached is cached before the fork
    processes, seals = 4, 250_000
    readers = [reader for _ in range(processes) for reader in [_forked_nonces(local, seals)]]

    nonces = [nonce for reader in readers for nonce in _nonces_from(reader)]

    assert len(nonces) == processes * seals
    assert len(set(nonces)) == len(nonces)


def _forked_nonces(local: LocalOperations, seals: int) -> int:
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return reader
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        for _ in range(seals):
            out.write(sealed(local, NAME)[NONCE_OF_A_NAME])
    os._exit(0)


def _nonces_from(reader: int) -> Iterator[bytes]:
    with os.fdopen(reader, "rb") as stream:
        while nonce := stream.read(12):
            yield nonce
    os.wait()


def test_c1_eight_threads_share_the_ciphers(local: LocalOperations) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        for turn in range(300):
            plaintext, binding = f"\x01{number}/{turn}".encode(), str(number).encode()
            blob = local.seal(plaintext, place=NIR, binding=binding, normals=(plaintext,))
            opened = local.open(blob, place=NIR, binding=binding)
            if opened != plaintext or (blob[4:20],) != local.indexes(plaintext, place=NIR):
                wrong.append((number, turn))

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_the_process_keeps_its_operations_until_its_ring_is_another(key_ring: KeyRing) -> None:
    assert operations() is operations()
    assert isinstance(operations(), LocalOperations)
    assert key_ring.primary_id("encryption") == int.from_bytes(sealed(LocalOperations(key_ring))[2:4], "big")


def succeeding(keys: Iterable[Key], *states: KeyState) -> LocalOperations:
    """Return the operations of a ring whose index keys 2 and 21 are in these states."""
    first, second = states
    others = [replace(key, state=first) if key.keyset == "index" else key for key in keys]
    successor = Key(id=21, keyset="index", state=second, created_at=clock.now(), root=bytes(range(32)))
    return LocalOperations(KeyRing([*others, successor]))


def test_while_an_index_key_succeeds_values_carry_both_indexes_and_both_are_looked_for(keys: tuple[Key, ...]) -> None:
    during = succeeding(keys, KeyState.PRIMARY, KeyState.SUCCESSOR)
    after = succeeding(keys, KeyState.PREDECESSOR, KeyState.PRIMARY)

    blob, later = (by.seal(b"\x01x", place=NIR, binding=ROW, normals=(b"x",)) for by in (during, after))

    assert (blob[1], later[1]) == (Flag.INDEX | Flag.SECOND_INDEX, Flag.INDEX | Flag.ODD_INDEX_KEY)
    assert indexes_of(blob) == during.indexes(b"x", place=NIR)
    assert (later[4:20], blob[4:20]) == after.indexes(b"x", place=NIR)
    assert [by.is_last_compared() for by in (during, after)] == [False, True]
    assert after.open(blob, place=NIR, binding=ROW) == during.open(later, place=NIR, binding=ROW)


def test_resealing_under_a_new_key_keeps_indexes_that_values_no_longer_get(keys: tuple[Key, ...]) -> None:
    blob = succeeding(keys, KeyState.PRIMARY, KeyState.SUCCESSOR).seal(
        b"\x01x", place=NIR, binding=ROW, normals=(b"x",)
    )
    later = succeeding(promoted(keys).keys, KeyState.PREDECESSOR, KeyState.PRIMARY)

    resealed = later.reseal(blob, place=NIR, binding=ROW)

    assert blob[1] != later.head(NIR)[1]
    assert (resealed[:4], resealed[4:36]) == (bytes((blob[0], blob[1], 0, 9)), blob[4:36])
    assert later.open(resealed, place=NIR, binding=ROW) == b"\x01x"


@pytest.mark.parametrize("states", [(KeyState.PRIMARY, KeyState.COVERING), (KeyState.PREDECESSOR, KeyState.PRIMARY)])
def test_the_true_indexes_of_a_form_are_those_that_sealing_gives_it(
    keys: tuple[Key, ...], states: tuple[KeyState, KeyState]
) -> None:
    by = succeeding(keys, *states)
    blob = by.seal(b"\x01x", place=NIR, binding=ROW, normals=(b"x",))

    assert by.indexes_of_form((b"x",), place=NIR, flags=blob[1]) == blob[4 : nonce_position(blob[1])]
    assert by.head(NIR) == blob[:4]
    assert by.indexes_of_form((), place=NAME, flags=0) == b""


def test_an_index_of_a_key_that_is_not_in_force_has_no_true_form(keys: tuple[Key, ...]) -> None:
    with pytest.raises(KeyUnavailableError, match="not in force"):
        LocalOperations(KeyRing(keys)).indexes_of_form((b"x",), place=NIR, flags=Flag.INDEX | Flag.ODD_INDEX_KEY)


def test_a_place_says_as_many_indexes_as_its_flags_and_nothing_of_a_rotation() -> None:
    for flags, domains in ((Flag.INDEX, ()), (Flag(0), ("x/text.1",)), (Flag.INDEX | Flag.SECOND_INDEX, ("x/text.1",))):
        with pytest.raises(ValueError, match="announce other indexes"):
            Place("a.b.c", Suite.AES_256_GCM, flags, domains)


def test_a_value_without_one_of_its_normal_forms_is_not_sealed(local: LocalOperations) -> None:
    with pytest.raises(ValueError, match="has 1 indexes"):
        local.seal(b"\x01x", place=NIR, binding=ROW)
