"""The broker's socket: whom the kernel says is there, how many at once, and how long each may take."""

import contextlib
import os
import socket
import stat
import threading
from collections.abc import Collection
from pathlib import Path

from django.db import connections

from hardening import clock
from hardening.encryption.broker.answering import Answering
from hardening.errors import KeyUnavailableError
from hardening.keys.broker.frames import Answer, FrameError, Status, WrongVersionError, decode_request, encode_answer
from hardening.keys.broker.wire import peer_uid, receive_body, send_body

_IDLE_SECONDS = 60.0
_SECONDS = 5.0
"""For a peer to send a whole request, or to take an answer: it holds a place meanwhile."""


def listen(path: Path) -> socket.socket:
    """Return a socket that listens at ``path``, in place of the one that a killed broker left there.

    Everybody may connect; who is answered, the kernel's credentials decide. Raise KeyUnavailableError if others
    could put their own socket in its place, or if a broker listens there.
    """
    try:
        _require_own(path.parent)
        _remove_stale(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        path.chmod(0o666)
        listener.listen()
    except OSError as error:
        raise KeyUnavailableError(f"the broker cannot listen at {path}: {error.strerror or error}") from None
    return listener


class Listening:
    """Accepts connections until the process ends; one thread each, and no more than ``most`` of them."""

    def __init__(self, listener: socket.socket, *, answering: Answering, uids: Collection[int], most: int) -> None:
        self._listener = listener
        self._answering = answering
        self._uids = frozenset(uids)
        self._places = threading.BoundedSemaphore(most)

    def run(self) -> None:
        """Serve for ever; a signal ends it by an exception in this thread."""
        while True:
            peer, _ = self._listener.accept()
            # Hung up on, not queued: whoever is refused fails at once instead of waiting for a time-out.
            if peer_uid(peer) not in self._uids or not self._places.acquire(blocking=False):
                peer.close()
                continue
            threading.Thread(target=self._serve, args=[peer], daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        try:
            with peer, contextlib.suppress(OSError):
                while self._serve_one(peer):
                    pass
        finally:
            # The ring asks the database now and then, in whichever thread looks: its connection ends with the thread.
            connections.close_all()
            self._places.release()

    def _serve_one(self, peer: socket.socket) -> bool:
        """Answer one request, and tell whether the connection goes on."""
        peer.settimeout(_IDLE_SECONDS)
        if not peer.recv(1, socket.MSG_PEEK):
            return False
        try:
            body = receive_body(peer, seconds=_SECONDS)
            answer = self._answering.answer(decode_request(body or b""), at=clock.now())
        except WrongVersionError:
            answer = Answer(Status.WRONG_VERSION)
        except FrameError:
            answer = Answer(Status.MALFORMED)
        send_body(peer, encode_answer(answer), seconds=_SECONDS)
        # After a malformed request nobody knows where the next one starts.
        return answer.status not in {Status.MALFORMED, Status.WRONG_VERSION}


def _require_own(directory: Path) -> None:
    status = directory.stat()
    if status.st_uid not in {0, os.geteuid()} or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"others can write to {directory}")


def _remove_stale(path: Path) -> None:
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError("something that is no socket is there")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise FileExistsError("a broker listens there already")
