import hashlib

from hypothesis import given
from hypothesis import strategies as st

from hardening.lockout import bucket_keys
from hardening.lockout.bucket_keys import joined

PARTS = st.lists(st.text(max_size=12), max_size=4).map(tuple)


def digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def test_a_name_that_ends_like_an_address_shares_no_counter() -> None:
    assert joined("bob1", "1.2.3.4") != joined("bob", "11.2.3.4")


@given(PARTS, PARTS)
def test_distinct_parts_have_distinct_keys(left: tuple[str, ...], right: tuple[str, ...]) -> None:
    """R14: parts joined without a separator once let one account's failures lock another."""
    assert (joined(*left) == joined(*right)) is (left == right)


@given(st.text(max_size=20), st.text(max_size=20))
def test_kinds_of_bucket_never_meet(name: str, other: str) -> None:
    keys = {
        bucket_keys.unknown_browsers(name, digest=digest),
        bucket_keys.known_browser(name, other, digest=digest),
        bucket_keys.address(name, digest=digest),
    }

    assert len(keys) == 3


def test_each_known_browser_has_a_bucket_of_its_own() -> None:
    shop = bucket_keys.known_browser("amine.benali", "series 1", digest=digest)
    home = bucket_keys.known_browser("amine.benali", "series 2", digest=digest)

    assert shop != home
