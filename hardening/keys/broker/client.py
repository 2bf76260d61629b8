"""The client of the key broker: connections that threads share, forks do not, and no failure is hidden by."""

import os
import socket
import stat
from collections import deque
from datetime import datetime
from pathlib import Path

from hardening import disclosing
from hardening.errors import BrokerBudgetError, DecryptionError, KeyUnavailableError
from hardening.keys.broker.frames import (
    Answer,
    FrameError,
    Op,
    Request,
    Status,
    WrongVersionError,
    decode_answer,
    encode_request,
)
from hardening.keys.broker.wire import peer_uid, receive_body, send_body

_MOST_IDLE = 16
_KEY_ID_BYTES = 2


class BrokerClient:
    """Asks the broker behind one socket. Fails closed: no answer, a late one or a wrong one is KeyUnavailableError."""

    def __init__(self, path: Path, *, seconds: float) -> None:
        self.path = path
        self._seconds = seconds
        self._idle: tuple[int, deque[socket.socket]] = (os.getpid(), deque())

    def primary_id(self, keyset: str) -> int:
        """Return the id of the primary key of a keyset."""
        return int.from_bytes(self.ask(Op.PRIMARY, keyset.encode()), "big")

    def mac(self, keyset: str, message: bytes, *, key_id: int | None = None) -> bytes:
        """Return HMAC-SHA-256 of ``message`` under the primary key of the keyset, or the given key.

        Raise KeyUnavailableError, BrokerBudgetError.
        """
        named = b"" if key_id is None else key_id.to_bytes(_KEY_ID_BYTES, "big")
        return self.ask(Op.MAC, keyset.encode(), named, message)

    def ask(self, op: Op, *parts: bytes) -> bytes:
        """Return what the broker answers, in the name of whoever acts in this context.

        Raise KeyUnavailableError, DecryptionError or BrokerBudgetError. The causes never name a part.
        """
        try:
            body = encode_request(Request(op, disclosing.actor(), parts))
            answer = self._exchange(body)
        except WrongVersionError:
            raise KeyUnavailableError(f"the key broker at {self.path} speaks another version") from None
        except FrameError as error:
            raise KeyUnavailableError(f"the key broker at {self.path}: {error}") from None
        except OSError as error:
            raise KeyUnavailableError(f"the key broker at {self.path} does not answer: {_why(error)}") from None
        return _unwrapped(answer, path=self.path)

    def close(self) -> None:
        """Close the connections that nobody is using."""
        idle = self._pool()
        while idle:
            idle.pop().close()

    def _exchange(self, body: bytes) -> Answer:
        try:
            idle = self._pool().pop()
        except IndexError:
            return self._exchange_over(self._connect(), body)
        try:
            return self._exchange_over(idle, body)
        except TimeoutError:
            raise
        except OSError:
            # The broker was started again since. Each request may be put twice: a person counts once.
            self.close()
            return self._exchange_over(self._connect(), body)

    def _exchange_over(self, peer: socket.socket, body: bytes) -> Answer:
        try:
            send_body(peer, body, seconds=self._seconds)
            answer = decode_answer(_received(peer, seconds=self._seconds))
        except BaseException:
            # An answer may still be on its way: on this connection the next question would get it.
            peer.close()
            raise
        self._keep(peer)
        return answer

    def _connect(self) -> socket.socket:
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            peer.settimeout(self._seconds)
            peer.connect(str(self.path))
            _require_owner(peer, self.path.parent)
        except BaseException:
            peer.close()
            raise
        return peer

    def _keep(self, peer: socket.socket) -> None:
        idle = self._pool()
        if len(idle) < _MOST_IDLE:
            idle.append(peer)
        else:
            peer.close()

    def _pool(self) -> deque[socket.socket]:
        pid, idle = self._idle
        if pid != os.getpid():
            # After a fork parent and child would read each other's answers; closing a copy does not hang up.
            for inherited in idle:
                inherited.close()
            idle = deque()
            self._idle = (os.getpid(), idle)
        return idle


def _received(peer: socket.socket, *, seconds: float) -> bytes:
    body = receive_body(peer, seconds=seconds)
    if body is None:
        raise ConnectionResetError("it has hung up")
    return body


def _require_owner(peer: socket.socket, directory: Path) -> None:
    """Refuse to tell plaintext to anybody but the owner of the directory, or to root."""
    status = directory.stat()
    if status.st_mode & stat.S_IWOTH or peer_uid(peer) not in {0, status.st_uid}:
        raise PermissionError("another user may have put its socket there")


def _unwrapped(answer: Answer, *, path: Path) -> bytes:
    match answer.status:
        case Status.DONE:
            return answer.part
        case Status.DOES_NOT_OPEN:
            raise DecryptionError("a sealed value does not open")
        case Status.SPENT:
            raise BrokerBudgetError("the key broker's budget is spent", resets_at=_moment(answer, path=path))
        case Status.NO_KEY:
            raise KeyUnavailableError("the key broker has no such key")
        case Status.WRONG_VERSION:
            raise KeyUnavailableError(f"the key broker at {path} speaks another version")
        case _:
            raise KeyUnavailableError(f"the key broker at {path} refuses: {answer.status.name.lower()}")


def _moment(answer: Answer, *, path: Path) -> datetime:
    try:
        return datetime.fromisoformat(answer.part.decode("ascii"))
    except ValueError:
        raise KeyUnavailableError(f"the key broker at {path} names no moment") from None


def _why(error: OSError) -> str:
    return error.strerror or str(error)
