"""Sorted digests: what was put in is found, and nothing else."""

import io
import mmap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.login import breached_file
from hardening.login.breached_file import lines_of, write_list
from hardening.login.breached_list import MAGIC, BreachedList, NoBreachedListError, digest_of, packed

PASSWORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=60)


def written(passwords: list[str]) -> bytes:
    file = io.BytesIO()
    write_list(passwords, to=file)
    return file.getvalue()


@given(PASSWORDS, st.text(max_size=12))
def test_exactly_what_was_listed_is_found(passwords: list[str], other: str) -> None:
    found = BreachedList(packed(passwords))

    assert all(password in found for password in passwords)
    listed = {digest_of(password) for password in passwords}
    assert (other in found) is (digest_of(other) in listed)
    assert len(found) == len(listed)


@given(PASSWORDS, st.integers(1, 7))
def test_a_list_merged_from_pieces_is_the_one_sorted_in_memory(passwords: list[str], piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(breached_file, "_AT_ONCE", piece)

        assert written(passwords) == packed(passwords)


def test_a_mapped_file_is_searched_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(written([f"password {number}" for number in range(5_000)]))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        found = BreachedList(mapped)

        assert all(f"password {number}" in found for number in (0, 1, 2_500, 4_999))
        assert "password 5000" not in found


def test_one_password_is_one_however_the_keyboard_composed_it() -> None:
    assert "e\u0301te\u0301 2025" in BreachedList(packed(["\u00e9t\u00e9 2025"]))


@pytest.mark.parametrize("content", [b"", b"x", b"hbreach2", MAGIC + b"1234567", b"a list of words\n" * 4])
def test_what_is_no_list_is_not_taken_for_an_empty_one(content: bytes) -> None:
    with pytest.raises(NoBreachedListError):
        BreachedList(content)


def test_a_text_file_is_read_as_typed_and_whatever_bytes_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "leak.txt"
    path.write_bytes(b" with spaces \r\n\n\xff\xfe\nlast")

    assert list(lines_of(path)) == [" with spaces ", "\udcff\udcfe", "last"]
    assert len(BreachedList(written(list(lines_of(path))))) == 3
