"""A real broker in a process of its own: what it refuses, what it survives, and how its clients fail."""

import os
import pwd
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from hardening import clock, disclosing
from hardening.encryption.broker.operations import BrokerOperations
from hardening.errors import BrokerBudgetError, KeyUnavailableError
from hardening.keys.broker.client import BrokerClient
from hardening.keys.broker.frames import MOST_BYTES, Answer, Op, Status, decode_answer, encode_answer
from hardening.keys.broker.wire import receive_body, send_body
from tests.encryption.broker.installation import BROKER, Broker, Installation
from tests.encryption.broker.places import NAME, NIR, PLAIN, ROW, rows, sealed


@pytest.fixture
def asking(broker: Broker) -> Iterator[BrokerOperations]:
    with asked(broker) as operations:
        yield operations


@contextmanager
def asked(broker: Broker) -> Iterator[BrokerOperations]:
    operations = broker.operations()
    try:
        yield operations
    finally:
        operations.client.close()


def opened(operations: BrokerOperations, blobs: list[tuple[bytes, bytes]]) -> int:
    """Return how many of the rows open before the budget is spent."""
    count = 0
    with suppress(BrokerBudgetError):
        for blob, row in blobs:
            count += operations.open(blob, place=NIR, binding=row) == PLAIN
    return count


def test_it_says_its_caps_at_the_start(broker: Broker) -> None:
    assert "at most 50000 people per actor and 100000 in all per 24 h" in broker.banner


def test_it_runs_as_a_user_of_its_own_where_the_suite_may_change_users(broker: Broker) -> None:
    status = Path(f"/proc/{broker.process.pid}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]

    assert set(uids) == {str(pwd.getpwnam(BROKER).pw_uid if BROKER else os.geteuid())}


def test_its_account_is_its_own_and_holds_no_row(portal: Installation) -> None:
    with portal.broker("own") as broker, asked(broker) as operations:
        opened(operations, [(sealed(operations, row=b"a-row-by-name"), b"a-row-by-name")])
    account = portal.folder / "keys" / "own.sqlite3"

    assert stat.S_IMODE(account.stat().st_mode) == 0o600
    assert b"a-row-by-name" not in account.read_bytes()


def test_an_actor_is_refused_at_its_cap_with_the_moment_and_another_is_not(portal: Installation) -> None:
    with portal.broker("actors", broker_people_per_actor=4, broker_people=9) as broker, asked(broker) as operations:
        blobs = rows(operations, 6)
        with disclosing.acting_as("benali"):
            assert opened(operations, blobs) == 4
            with pytest.raises(BrokerBudgetError) as refusal:
                operations.open(blobs[5][0], place=NIR, binding=blobs[5][1])
            assert opened(operations, blobs[:4]) == 4
        with disclosing.acting_as("martin"):
            assert opened(operations, blobs) == 4

    assert timedelta(hours=23) < refusal.value.resets_at - clock.now() <= timedelta(hours=24)


def test_two_fields_of_one_row_are_one_person(portal: Installation) -> None:
    with portal.broker("rows", broker_people_per_actor=3, broker_people=3) as broker, asked(broker) as operations:
        for row in (b"1", b"2", b"3"):
            for place in (NIR, NAME):
                assert operations.open(sealed(operations, place, row=row), place=place, binding=row) == PLAIN


def test_a_question_costs_a_miss_and_the_same_again_nothing(portal: Installation) -> None:
    with portal.broker("misses", broker_people_per_actor=5, broker_people=5) as broker, asked(broker) as operations:
        blobs = rows(operations, 3)
        operations.indexes(b"nobody's", place=NIR)
        operations.indexes(b"nobody's", place=NIR)
        with pytest.raises(BrokerBudgetError):
            operations.indexes(b"another", place=NIR)

        assert opened(operations, blobs) == 2


def test_a_look_up_that_finds_its_row_costs_one_person_in_the_end(portal: Installation) -> None:
    with portal.broker("hits", broker_people_per_actor=4, broker_people=4) as broker, asked(broker) as operations:
        for number in range(2):
            normal, row = f"number {number}".encode(), f"row {number}".encode()
            blob = operations.seal(PLAIN, place=NIR, binding=row, normals=(normal,))
            assert operations.indexes(normal, place=NIR) == (blob[4:20],)
            assert operations.open(blob, place=NIR, binding=row) == PLAIN
        with pytest.raises(BrokerBudgetError):
            operations.indexes(b"another", place=NIR)

        assert opened(operations, rows(operations, 3)) == 2


def test_parallel_clients_never_pass_the_cap_by_one(portal: Installation) -> None:
    with portal.broker("parallel", broker_people_per_actor=20, broker_people=20) as broker:
        with asked(broker) as operations:
            blobs = rows(operations, 60)
        shares = [_in_child(partial(_opened_by_threads, broker, part)) for part in (blobs[::2], blobs[1::2])]

        assert sum(_told(share) for share in shares) == 20


def _opened_by_threads(broker: Broker, blobs: list[tuple[bytes, bytes]]) -> int:
    counts: list[int] = []

    def work(number: int) -> None:
        with asked(broker) as operations, disclosing.acting_as(f"actor {number}"):
            counts.append(opened(operations, blobs[number::4]))

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def _in_child(work: Callable[[], int]) -> int:
    reader, writer = os.pipe()
    if not os.fork():
        try:
            os.write(writer, bytes([work()]))
        finally:
            os._exit(0)
    os.close(writer)
    return reader


def _told(reader: int) -> int:
    with os.fdopen(reader, "rb") as stream:
        (count,) = stream.read()
    os.wait()
    return int(count)


def test_kill_9_in_mid_use_fails_closed_and_gives_no_budget_back(portal: Installation) -> None:
    first = portal.started("killed", broker_people_per_actor=30, broker_people=30)
    with asked(first) as operations:
        blobs = rows(operations, 60)
        counted, underway = [0], threading.Event()
        reading = threading.Thread(target=_open_until_it_fails, args=[operations, blobs, counted, underway])
        reading.start()
        underway.wait()
        first.kill()
        reading.join()
        assert first.process.stdout is not None
        first.process.stdout.close()
        with pytest.raises(KeyUnavailableError):
            sealed(operations)
        with portal.broker("killed", broker_people_per_actor=30, broker_people=30):
            # The same client, over a new connection. What was counted before an answer was lost stays counted.
            again = opened(operations, blobs[counted[0] + 1 :])

    assert counted[0] + again in {29, 30}


def _open_until_it_fails(
    operations: BrokerOperations, blobs: list[tuple[bytes, bytes]], counted: list[int], underway: threading.Event
) -> None:
    with suppress(KeyUnavailableError, BrokerBudgetError):
        for blob, row in blobs:
            operations.open(blob, place=NIR, binding=row)
            counted[0] += 1
            if counted[0] == 5:
                underway.set()


def test_a_client_goes_on_after_a_restart(portal: Installation) -> None:
    with portal.broker("again") as broker:
        operations = broker.operations()
        blob = sealed(operations)
    with portal.broker("again"):
        assert operations.open(blob, place=NIR, binding=ROW) == PLAIN
        operations.client.close()


def test_a_broker_that_hangs_is_waited_for_no_longer_than_the_timeout(portal: Installation) -> None:
    with portal.broker("slow") as broker:
        operations = broker.operations(seconds=0.5)
        broker.process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(KeyUnavailableError, match="does not answer"):
                sealed(operations)
        finally:
            broker.process.send_signal(signal.SIGCONT)
        operations.client.close()


def test_a_second_broker_on_one_account_or_one_socket_does_not_start(portal: Installation) -> None:
    with portal.broker("twice") as broker:
        second = portal.started("twice")

        assert second.banner == ""
        assert second.process.returncode != 0
        with asked(broker) as operations:
            assert operations.open(sealed(operations), place=NIR, binding=ROW) == PLAIN


def test_a_user_who_is_not_listed_is_hung_up_on(portal: Installation) -> None:
    with (
        portal.broker("private", broker_users=[os.geteuid() + 4321]) as broker,
        asked(broker) as operations,
        pytest.raises(KeyUnavailableError),
    ):
        sealed(operations)


def test_more_connections_than_there_is_room_for_fail_at_once(portal: Installation) -> None:
    with portal.broker("full", broker_connections=1) as broker, asked(broker) as first, asked(broker) as second:
        blob = sealed(first)
        with pytest.raises(KeyUnavailableError):
            sealed(second)

        assert first.open(blob, place=NIR, binding=ROW) == PLAIN


def test_sealing_costs_nothing_but_is_slowed(portal: Installation) -> None:
    with portal.broker("rate", broker_calls_per_minute=5) as broker, asked(broker) as operations:
        for _ in range(5):
            sealed(operations, NAME)
        with pytest.raises(BrokerBudgetError) as refusal:
            sealed(operations, NAME)

    assert refusal.value.resets_at - clock.now() <= timedelta(minutes=1)


def test_sealing_with_an_index_which_tells_the_index_is_slowed_more(portal: Installation) -> None:
    with portal.broker("guesses", broker_indexed_seals_per_minute=3) as broker, asked(broker) as operations:
        for _ in range(3):
            sealed(operations, NIR)
        with pytest.raises(BrokerBudgetError):
            sealed(operations, NIR)

        assert operations.open(sealed(operations, NAME), place=NAME, binding=ROW) == PLAIN


@pytest.mark.parametrize("keyset", ["encryption", "index", "nobody's"])
def test_no_digest_is_made_with_a_key_that_seals_or_indexes(asking: BrokerOperations, keyset: str) -> None:
    with pytest.raises(KeyUnavailableError):
        asking.client.mac(keyset, b"x")


def test_digests_depend_on_keyset_and_key(asking: BrokerOperations) -> None:
    client = asking.client

    assert client.mac("pepper", b"x") == client.mac("pepper", b"x", key_id=client.primary_id("pepper"))
    assert client.mac("pepper", b"x") != client.mac("digest", b"x")
    with pytest.raises(KeyUnavailableError):
        client.mac("pepper", b"x", key_id=client.primary_id("digest"))


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        ((MOST_BYTES + 1).to_bytes(4, "big"), Status.MALFORMED),
        (b"\xff\xff\xff\xff", Status.MALFORMED),
        (b"\x00\x00\x00\x02\x01\x63", Status.MALFORMED),
        (b"\x00\x00\x00\x02\x09\x01", Status.WRONG_VERSION),
        (b"\x00\x00\x00\x02\x80\x04", Status.WRONG_VERSION),
    ],
)
def test_c10_what_is_malformed_or_too_long_is_refused_and_cut_off(broker: Broker, octets: bytes, says: Status) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as peer:
        peer.connect(str(broker.socket))
        peer.sendall(octets)

        assert decode_answer(receive_body(peer, seconds=20) or b"").status is says
        assert receive_body(peer, seconds=20) is None


def test_a_place_that_no_field_has_is_malformed_and_the_broker_goes_on(asking: BrokerOperations) -> None:
    for suite, flags in ((b"x", b"1"), (b"145", b"x"), (b"7", b"1"), (b"\xff", b"1")):
        with pytest.raises(KeyUnavailableError, match="malformed"):
            asking.client.ask(Op.SEAL, b"a.b.c", suite, flags, b"d", ROW, PLAIN)

    assert asking.open(sealed(asking), place=NIR, binding=ROW) == PLAIN


def test_a_value_that_is_too_long_is_not_sent(asking: BrokerOperations) -> None:
    with pytest.raises(KeyUnavailableError, match="length"):
        asking.seal(b"x" * MOST_BYTES, place=NAME, binding=ROW)


@contextmanager
def impostor(folder: Path, body: bytes) -> Iterator[BrokerClient]:
    """A client whose broker says the same to everybody."""
    path = folder / "impostor.sock"
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=_say, args=[listener, body])
        thread.start()
        yield BrokerClient(path, seconds=5)
        thread.join()


def _say(listener: socket.socket, body: bytes) -> None:
    peer, _ = listener.accept()
    with peer:
        receive_body(peer, seconds=5)
        with suppress(OSError):
            send_body(peer, body, seconds=5)


@pytest.mark.parametrize(
    "body",
    [
        b"\x02\x00" + b"\x00" * 4,
        b"garbage",
        b"\x01\x63\x00\x00\x00\x00",
        encode_answer(Answer(Status.WRONG_VERSION)),
        encode_answer(Answer(Status.MALFORMED)),
        encode_answer(Answer(Status.BROKEN)),
        encode_answer(Answer(Status.SPENT, b"tomorrow")),
    ],
)
def test_c3_an_answer_of_another_version_or_none_that_makes_sense_opens_nothing(tmp_path: Path, body: bytes) -> None:
    with impostor(tmp_path, body) as client, pytest.raises(KeyUnavailableError):
        client.ask(Op.PRIMARY, b"digest")
    client.close()


def test_plaintext_is_told_to_no_socket_that_anybody_could_have_put_there(portal: Installation) -> None:
    with portal.broker("moved") as broker:
        directory = broker.socket.parent
        directory.chmod(0o777)
        try:
            with asked(broker) as operations, pytest.raises(KeyUnavailableError, match="another user"):
                sealed(operations)
        finally:
            directory.chmod(0o755)


def test_it_does_not_listen_where_others_could_put_their_own_socket(portal: Installation) -> None:
    directory = portal.folder / "run"
    directory.chmod(0o777)
    try:
        refused = portal.started("exposed")
    finally:
        directory.chmod(0o755)

    assert refused.process.returncode != 0


def test_without_a_broker_nothing_is_sealed(tmp_path: Path) -> None:
    nobody = BrokerOperations(BrokerClient(tmp_path / "none.sock", seconds=1))

    with pytest.raises(KeyUnavailableError, match="No such file"):
        sealed(nobody)
