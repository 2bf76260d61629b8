"""Bodies over a socket: whole, of a bounded length and within a deadline, or not at all."""

import socket
import struct
import time

from hardening.keys.broker.frames import LENGTH_BYTES, require_length

_CREDENTIALS = struct.Struct("3i")


def send_body(peer: socket.socket, body: bytes, *, seconds: float) -> None:
    """Send a body behind its length.

    Raise OSError (TimeoutError) if the peer has not taken it within ``seconds``.
    """
    peer.settimeout(seconds)
    peer.sendall(len(body).to_bytes(LENGTH_BYTES, "big") + body)


def receive_body(peer: socket.socket, *, seconds: float) -> bytes | None:
    """Return the next body, or None if the peer has gone before its first byte.

    Raise FrameError for an impossible length, OSError (TimeoutError) if it is not whole within ``seconds``: a
    peer that sends a byte now and then holds nobody longer than one that sends none.
    """
    deadline = time.monotonic() + seconds
    head = _receive(peer, LENGTH_BYTES, deadline=deadline)
    if not head:
        return None
    body = _receive(peer, require_length(int.from_bytes(head, "big")), deadline=deadline)
    if not body:
        raise ConnectionResetError("the peer has gone")
    return body


def peer_uid(peer: socket.socket) -> int:
    """Return the user id of the process at the other end, as the kernel knows it."""
    _, uid, _ = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return int(uid)


def _receive(peer: socket.socket, length: int, *, deadline: float) -> bytes:
    received = bytearray()
    while len(received) < length:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the peer is slow")
        peer.settimeout(left)
        chunk = peer.recv(length - len(received))
        if not chunk:
            if received:
                raise ConnectionResetError("the peer has gone")
            return b""
        received += chunk
    return bytes(received)
