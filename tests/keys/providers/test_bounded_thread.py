import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from hardening.keys.providers.bounded_call import CallFailedError
from hardening.keys.providers.bounded_thread import OneAtATime

SHORT, LONG = timedelta(milliseconds=50), timedelta(seconds=30)


def test_what_the_call_returns_or_raises_is_the_callers() -> None:
    calls = OneAtATime()

    assert calls.run(lambda: b"root", timeout=LONG) == b"root"
    with pytest.raises(TimeoutError, match="its own"):
        calls.run(out_of_time, timeout=LONG)
    assert calls.run(lambda: b"root", timeout=LONG) == b"root"


def out_of_time() -> bytes:
    raise TimeoutError("its own")


def test_after_a_call_that_hangs_the_next_ones_fail_at_once_until_it_comes_back() -> None:
    calls, back = OneAtATime(), threading.Event()

    def hanging() -> bytes:
        back.wait()
        return b"late"

    with pytest.raises(CallFailedError, match=r"no answer within 0\.05 s"):
        calls.run(hanging, timeout=SHORT)
    with pytest.raises(CallFailedError, match="an earlier call"):
        calls.run(lambda: b"root", timeout=LONG)
    back.set()
    with ThreadPoolExecutor() as pool:
        assert pool.submit(until_it_runs, calls).result(30) == b"root"


def until_it_runs(calls: OneAtATime) -> bytes:
    while True:
        try:
            return calls.run(lambda: b"root", timeout=LONG)
        except CallFailedError:
            continue


def test_parallel_callers_take_turns() -> None:
    calls, inside = OneAtATime(), threading.Lock()

    def alone() -> bytes:
        assert inside.acquire(blocking=False)
        inside.release()
        return b"done"

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: calls.run(alone, timeout=LONG), range(200)))

    assert done == [b"done"] * 200


def test_whoever_does_not_get_a_turn_is_told_so() -> None:
    calls, back = OneAtATime(), threading.Event()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(calls.run, lambda: bytes(back.wait()), timeout=LONG)
        while not calls._free.locked():
            pass

        with pytest.raises(CallFailedError, match="no turn within"):
            calls.run(lambda: b"root", timeout=SHORT)

        back.set()
        assert first.result(30) == bytes(1)
