"""What the broker answers to one request: charged first where it opens something, and never with key bytes."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from time import monotonic_ns

from hardening.disclosing import UNNAMED
from hardening.encryption.broker.account import Account
from hardening.encryption.broker.budgets import PERSON, Due, Spent
from hardening.encryption.broker.operations import DOMAIN_END
from hardening.encryption.broker.rates import Rate
from hardening.encryption.envelope import Flag, Suite, index_count, indexes_of
from hardening.encryption.operations import LocalOperations, Place
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.keys.broker.frames import FIRST, LAST, Answer, FrameError, Op, Request, Status, encode_answer
from hardening.keys.conf import MISS_PEOPLE
from hardening.keys.framing import framed
from hardening.keys.ring import KeyRing

MACS = frozenset({"subject", "pepper", "digest"})
"""The keysets of digests. Of the others no MAC is given out: it could stand for a key or an index."""

_MOST_PLACES = 1024
"""More fields than any portal has."""
_LONGEST_NAME = 500
"""Bytes of a field id, and of an index domain: names of three parts that Django bounds, and a version."""
_ENTRY_BYTES = 16
_Parts = tuple[bytes, ...]


class Answering:
    """The broker without its socket; threads share it.

    ``current_ring`` is asked at each request: a broker that went on sealing under the key of before would lose what
    it sealed when that key is destroyed.
    """

    def __init__(
        self,
        current_ring: Callable[[], KeyRing],
        *,
        account: Account,
        calls_per_minute: int,
        indexed_per_minute: int,
    ) -> None:
        self._current_ring = current_ring
        self._account = account
        self._seals, self._macs, self._indexed = (
            Rate(calls_per_minute),
            Rate(calls_per_minute),
            Rate(indexed_per_minute),
        )
        self._subjects = Rate(indexed_per_minute)
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Parts, tuple[Place, LocalOperations]] = OrderedDict()
        self._does: dict[Op, Callable[[Request, datetime], bytes]] = {
            Op.PRIMARY: self._primary,
            Op.MAC: self._mac,
            Op.SEAL: self._seal,
            Op.OPEN: self._open,
            Op.INDEX: self._index,
            Op.COMPARED: self._compared,
            Op.HEAD: self._head,
        }

    def answer(self, request: Request, *, at: datetime) -> Answer:
        """Return the answer, whatever goes wrong; what cannot be charged is not opened."""
        try:
            done = Answer(Status.DONE, self._does[request.op](request, at))
            encode_answer(done)
        except Spent as spent:
            return Answer(Status.SPENT, spent.resets_at.isoformat().encode())
        except DecryptionError:
            return Answer(Status.DOES_NOT_OPEN)
        except KeyUnavailableError:
            return Answer(Status.NO_KEY)
        except (ValueError, OverflowError):
            return Answer(Status.MALFORMED)
        except sqlite3.Error:
            return Answer(Status.BROKEN)
        return done

    def _primary(self, request: Request, _: datetime) -> bytes:
        return self._current_ring().primary_id(request.parts[0].decode()).to_bytes(2, "big")

    def _mac(self, request: Request, at: datetime) -> bytes:
        keyset, named, message = request.parts
        if keyset.decode() not in MACS:
            raise KeyUnavailableError("no digests of this keyset")
        # A dump holds the subject of each record: its digest tells who is insured as well as an index does.
        self._slow_down(self._subjects if keyset == b"subject" else self._macs, at)
        return self._current_ring().mac(
            keyset.decode(), message, key_id=int.from_bytes(named, "big") if named else None
        )

    def _seal(self, request: Request, at: datetime) -> bytes:
        (place, operations), (binding, plaintext, *normals) = self._place(request.parts), request.parts[4:]
        # A blob shows its index: sealing would else be a free way to ask for indexes.
        self._slow_down(self._indexed if normals else self._seals, at)
        return operations.seal(plaintext, place=place, binding=binding, normals=(*normals,))

    def _open(self, request: Request, at: datetime) -> bytes:
        (place, operations), (binding, blob) = self._place(request.parts), request.parts[4:]
        # Opened before it is counted: only a row that the blob was truly sealed for is a person.
        plaintext = operations.open(blob, place=place, binding=binding)
        model = place.field_id.rpartition(".")[0]
        # They are authenticated with the blob, which has opened.
        every = (index for slot in range(index_count(blob[1])) for index in indexes_of(blob, slot=slot))
        answers = tuple(self._entry("index", index) for index in every)
        self._charge(request, self._entry("open", model.encode(), binding), price=PERSON, answers=answers, at=at)
        return plaintext

    def _index(self, request: Request, at: datetime) -> bytes:
        (place, operations), (normal, slot) = self._place(request.parts), request.parts[4:]
        if len(slot) != 1 or slot[0] >= len(place.index_domains):
            raise FrameError("no such index")
        indexes = operations.indexes(normal, place=place, slot=slot[0])
        self._charge(request, self._entry("index", indexes[0]), price=MISS_PEOPLE, at=at)
        return b"".join(indexes)

    def _compared(self, _: Request, __: datetime) -> bytes:
        return LAST if self._current_ring().index_keys.is_last_compared else FIRST

    def _head(self, request: Request, _: datetime) -> bytes:
        place, operations = self._place(request.parts)
        return operations.head(place)

    def _charge(
        self, request: Request, entry: bytes, *, price: int, at: datetime, answers: tuple[bytes, ...] = ()
    ) -> None:
        is_named = request.actor != UNNAMED
        due = Due(actor=request.actor, is_named=is_named, entry=entry, price=price, answers=answers)
        self._account.charge(due, at=at)

    def _entry(self, kind: str, *names: bytes) -> bytes:
        return self._current_ring().mac("digest", framed("hardening broker v1", kind, *names))[:_ENTRY_BYTES]

    def _slow_down(self, rate: Rate, at: datetime) -> None:
        with self._lock:
            rate.take(at, tick=monotonic_ns())

    def _place(self, parts: _Parts) -> tuple[Place, LocalOperations]:
        named, ring = parts[:4], self._current_ring()
        with self._lock:
            kept = self._kept.get(named)
            if kept is None or kept[1].ring is not ring:
                # Operations of its own: the ciphers that they keep for a place go when the place goes.
                kept = self._kept[named] = (_place(named), LocalOperations(ring))
            self._kept.move_to_end(named)
            # A peer that invents places neither fills the memory nor shuts out a field: the one that was used
            # longest ago is forgotten, and its keys are derived again when it comes back.
            if len(self._kept) > _MOST_PLACES:
                self._kept.popitem(last=False)
        return kept


def _place(named: _Parts) -> Place:
    field_id, suite, flags, domain = named
    if max(len(field_id), len(domain)) > _LONGEST_NAME:
        raise FrameError("a name that no field has")
    domains = tuple(domain.decode().split(DOMAIN_END)) if domain else ()
    return Place(field_id.decode(), Suite(int(suite)), Flag(int(flags)), domains)
