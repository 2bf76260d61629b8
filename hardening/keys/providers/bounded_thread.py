"""Calls of a foreign library that may never come back: they are waited for so long, and one runs at a time."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

from hardening.keys.providers.bounded_call import CallFailedError


class OneAtATime:
    """Runs each call in a thread of its own, and gives up on it after a time.

    The thread cannot be killed, and holds what it was given until the library lets it go: until then every
    further call fails at once, and threads do not pile up. After that calls work again.
    """

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._given_up: Future[bytes] | None = None

    def run(self, work: Callable[[], bytes], *, timeout: timedelta) -> bytes:
        """Return what ``work`` returns, or raise what it raises.

        Raise CallFailedError if it has not ended within ``timeout``, which also bounds the wait for its turn.
        """
        if self._given_up is not None and not self._given_up.done():
            raise CallFailedError("an earlier call has not come back")
        seconds = timeout.total_seconds()
        if not self._free.acquire(timeout=seconds):
            raise CallFailedError(f"no turn within {seconds:g} s")
        outcome: Future[bytes] = Future()
        # A daemon: the process may end without it.
        threading.Thread(target=self._do, args=[work, outcome], daemon=True).start()
        try:
            return outcome.result(seconds)
        except TimeoutError:
            if outcome.done():
                raise
            self._given_up = outcome
            raise CallFailedError(f"no answer within {seconds:g} s") from None

    def forget(self) -> None:
        """Begin anew in a forked process, in which no thread of before goes on."""
        self._free = threading.Lock()
        self._given_up = None

    def _do(self, work: Callable[[], bytes], outcome: "Future[bytes]") -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - the caller's to handle
            outcome.set_exception(error)
        finally:
            self._free.release()
