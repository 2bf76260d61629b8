"""The language of the key broker: requests and answers as bytes, and every way in which such bytes can be wrong.

A body is version ‖ code ‖ parts, each part behind its length in four bytes. Nothing in it is ever evaluated (C10).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

PROTOCOL = 1
LENGTH_BYTES = 4
MOST_BYTES = 1 << 20
"""The longest body. A peer that announces more is cut off before anything is kept of it."""

_HEAD_BYTES = 2
_LONGEST_ACTOR = 200


class FrameError(ValueError):
    """Bytes that no honest peer sends."""


class WrongVersionError(FrameError):
    """A body of another version of the protocol."""


class Op(IntEnum):
    """What may be asked. Key bytes are not among it."""

    PRIMARY = 1
    """keyset → id of its primary key, two bytes."""

    MAC = 2
    """keyset, key id, message → HMAC-SHA-256."""

    SEAL = 3
    """place, binding, plaintext, one normal form for each index → blob."""

    OPEN = 4
    """place, binding, blob → plaintext."""

    INDEX = 5
    """place, normal form, slot → blind indexes, one behind the other."""

    COMPARED = 6
    """→ which of a value's indexes columns are compared by."""

    HEAD = 7
    """place → header that a value sealed now gets."""


class Status(IntEnum):
    """How an answer ends."""

    DONE = 0
    DOES_NOT_OPEN = 1
    NO_KEY = 2
    SPENT = 3
    """With the moment, in ISO 8601, at which the same request would be allowed."""

    MALFORMED = 4
    WRONG_VERSION = 5
    BROKEN = 6
    """The broker cannot keep its account; it opens nothing then."""


_COUNTS = {
    Op.PRIMARY: (1,),
    Op.MAC: (3,),
    Op.SEAL: (6, 7, 8, 9, 10),
    Op.OPEN: (6,),
    Op.INDEX: (6,),
    Op.COMPARED: (0,),
    Op.HEAD: (4,),
}
"""How many parts each request has; a place is four: field id, suite, flags, index domains."""

FIRST, LAST = b"first", b"last"


@dataclass(frozen=True)
class Request:
    """One question, and in whose name it is put."""

    op: Op
    actor: str
    parts: tuple[bytes, ...]

    def __repr__(self) -> str:
        """Leave the parts out of tracebacks: some are plaintext (C14)."""
        return f"<Request {self.op.name} of {len(self.parts)} parts>"


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: Status
    part: bytes = b""

    def __repr__(self) -> str:
        """Leave the part out likewise."""
        return f"<Answer {self.status.name}>"


def encode_request(request: Request) -> bytes:
    """Return the body of a request.

    Raise FrameError for one that ``decode_request`` would refuse.
    """
    actor = request.actor.encode()
    _require_request(request.op, actor, request.parts)
    return _body(request.op, (actor, *request.parts))


def decode_request(body: bytes) -> Request:
    """Return the request of a body.

    Raise WrongVersionError, or FrameError for an unknown code, a wrong number of parts, or an actor that is no name.
    """
    code, parts = _split(body)
    try:
        op, actor = Op(code), parts[0].decode()
    except (ValueError, IndexError):
        raise FrameError("no such request") from None
    _require_request(op, parts[0], parts[1:])
    return Request(op, actor, parts[1:])


def encode_answer(answer: Answer) -> bytes:
    """Return the body of an answer.

    Raise FrameError if it would be longer than a body may be.
    """
    return _body(answer.status, (answer.part,))


def decode_answer(body: bytes) -> Answer:
    """Return the answer of a body.

    Raise WrongVersionError, or FrameError for anything else that no broker of this version says.
    """
    code, parts = _split(body)
    if len(parts) != 1:
        raise FrameError("an answer has one part")
    try:
        return Answer(Status(code), parts[0])
    except ValueError:
        raise FrameError("no such answer") from None


def require_length(announced: int) -> int:
    """Return the length that a peer announces for a body, or raise FrameError if no body has it."""
    if not _HEAD_BYTES <= announced <= MOST_BYTES:
        raise FrameError("no body has this length")
    return announced


def _require_request(op: Op, actor: bytes, parts: tuple[bytes, ...]) -> None:
    if len(parts) not in _COUNTS[op]:
        raise FrameError("a request with too few or too many parts")
    if not 0 < len(actor) <= _LONGEST_ACTOR:
        raise FrameError("an actor is named in 1 to 200 bytes")


def _body(code: int, parts: tuple[bytes, ...]) -> bytes:
    body = bytes((PROTOCOL, code)) + b"".join(len(part).to_bytes(LENGTH_BYTES, "big") + part for part in parts)
    require_length(len(body))
    return body


def _split(body: bytes) -> tuple[int, tuple[bytes, ...]]:
    if not body or body[0] != PROTOCOL:
        raise WrongVersionError("another version of the broker's protocol")
    if len(body) < _HEAD_BYTES:
        raise FrameError("shorter than a head")
    return body[1], tuple(_parts(body))


def _parts(body: bytes) -> Iterator[bytes]:
    at = _HEAD_BYTES
    while at < len(body):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(body[at:start], "big")
        if start > len(body) or at > len(body):
            raise FrameError("a part ends beyond its body")
        yield body[start:at]
