"""What the broker answers to one request: charged first where it opens something, and never with key bytes."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime

from hardening.disclosing import UNNAMED
from hardening.encryption.broker.account import Account
from hardening.encryption.broker.budgets import PERSON, Spent
from hardening.encryption.broker.rates import Rate
from hardening.encryption.envelope import Flag, Suite
from hardening.encryption.operations import LocalOperations, Place
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.keys.broker.frames import Answer, FrameError, Op, Request, Status, encode_answer
from hardening.keys.conf import MISS_PEOPLE
from hardening.keys.framing import framed
from hardening.keys.ring import KeyRing

MACS = frozenset({"subject", "pepper", "digest"})
"""The keysets of digests. Of the others no MAC is given out: it could stand for a key or an index."""

_MOST_PLACES = 1024
_ENTRY_BYTES = 16
_Parts = tuple[bytes, ...]


class Answering:
    """The broker without its socket; threads share it."""

    def __init__(self, ring: KeyRing, *, account: Account, calls_per_minute: int) -> None:
        self._ring = ring
        self._operations = LocalOperations(ring)
        self._account = account
        self._rates = {Op.SEAL: Rate(calls_per_minute), Op.MAC: Rate(calls_per_minute)}
        self._lock = threading.Lock()
        self._places: dict[_Parts, Place] = {}
        self._does: dict[Op, Callable[[Request, datetime], bytes]] = {
            Op.PRIMARY: self._primary,
            Op.MAC: self._mac,
            Op.SEAL: self._seal,
            Op.OPEN: self._open,
            Op.INDEX: self._index,
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
        return self._ring.primary_id(request.parts[0].decode()).to_bytes(2, "big")

    def _mac(self, request: Request, at: datetime) -> bytes:
        keyset, named, message = request.parts
        if keyset.decode() not in MACS:
            raise KeyUnavailableError("no digests of this keyset")
        self._slow_down(Op.MAC, at)
        return self._ring.mac(keyset.decode(), message, key_id=int.from_bytes(named, "big") if named else None)

    def _seal(self, request: Request, at: datetime) -> bytes:
        place, (binding, plaintext, *normal) = self._place(request.parts), request.parts[4:]
        self._slow_down(Op.SEAL, at)
        indexed = normal[0] if normal else None
        return self._operations.seal(plaintext, place=place, binding=binding, normal=indexed)

    def _open(self, request: Request, at: datetime) -> bytes:
        place, (binding, blob) = self._place(request.parts), request.parts[4:]
        # Opened before it is counted: only a row that the blob was truly sealed for is a person.
        plaintext = self._operations.open(blob, place=place, binding=binding)
        model = place.field_id.rpartition(".")[0]
        self._charge(request, "open", model.encode(), binding, price=PERSON, at=at)
        return plaintext

    def _index(self, request: Request, at: datetime) -> bytes:
        place, normal = self._place(request.parts), request.parts[4]
        self._charge(request, "index", place.index_domain.encode(), normal, price=MISS_PEOPLE, at=at)
        return self._operations.index(normal, place=place)

    def _charge(self, request: Request, kind: str, *names: bytes, price: int, at: datetime) -> None:
        entry = self._ring.mac("digest", framed("hardening broker v1", kind, *names))[:_ENTRY_BYTES]
        is_named = request.actor != UNNAMED
        self._account.charge(actor=request.actor, is_named=is_named, entry=entry, price=price, at=at)

    def _slow_down(self, op: Op, at: datetime) -> None:
        with self._lock:
            self._rates[op].take(at)

    def _place(self, parts: _Parts) -> Place:
        named = parts[:4]
        place = self._places.get(named)
        if place is None:
            field_id, suite, flags, domain = named
            place = Place(field_id.decode(), Suite(int(suite)), Flag(int(flags)), domain.decode())
            with self._lock:
                # Operations keep ciphers for each place: a peer that invents places must not fill the memory.
                if len(self._places) >= _MOST_PLACES:
                    raise FrameError("more fields than any portal has")
                place = self._places.setdefault(named, place)
        return place
