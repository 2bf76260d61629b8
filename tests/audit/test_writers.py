import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from hardening.audit.writers import Writer

FOUR_WORKERS = """
import os, sys
from hardening.audit import writers
writers.current().next_number()
for _ in range(4):
    if os.fork() == 0:
        writer = writers.current()
        sys.stdout.write(f"{writer.id} {writer.next_number()}\\n")
        sys.stdout.flush()
        os._exit(0)
for _ in range(4):
    os.wait()
sys.stdout.write(f"{writers.current().id} {writers.current().next_number()}\\n")
"""


def test_workers_forked_from_a_loaded_process_each_write_in_their_own_name() -> None:
    """A8."""
    printed = subprocess.run([sys.executable, "-c", FOUR_WORKERS], check=True, capture_output=True, text=True).stdout

    *children, parent = [line.split() for line in printed.splitlines()]
    assert len({writer for writer, _ in [*children, parent]}) == 5
    assert [number for _, number in children] == ["1"] * 4
    assert parent[1] == "2"


def test_eight_threads_of_a_process_never_share_a_number() -> None:
    writer = Writer()

    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda _: writer.next_number(), range(8_000)))

    assert sorted(numbers) == list(range(1, 8_001))
