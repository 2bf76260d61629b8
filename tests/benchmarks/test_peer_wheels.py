import pytest

from benchmarks.encryption.contestants import PEERS
from benchmarks.encryption.peer_wheels import ALONE, LOCK, locked, path_of

LINES = "one==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via x\ntwo==2 \\\n    --hash=sha256:cc\n"


def test_the_release_and_all_its_hashes_are_those_of_the_lock() -> None:
    assert locked(LINES, package="one") == "one==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"


def test_a_package_that_is_not_locked_is_never_fetched() -> None:
    with pytest.raises(ValueError, match="not locked"):
        locked(LINES, package="three")


@pytest.mark.parametrize("name", ALONE)
def test_every_peer_that_stands_alone_is_locked_with_a_hash(name: str) -> None:
    assert "--hash=sha256:" in locked(LOCK.read_text(), package=PEERS[name])


def test_a_peer_with_a_folder_of_its_own_comes_from_the_environment() -> None:
    assert path_of("tink") == {}
