from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.addresses import forwarded_address, network_of, parse_address

PROXIES = (ip_network("10.0.3.0/29"), ip_network("2001:db8:ffff::/64"))
EDGE = ip_address("10.0.3.1")
INNER = "10.0.3.2"
LYON = "192.0.2.77"
NANTES = "2001:db8:44:5::9"
SPOOFED = "198.51.100.1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.77", LYON),
        ("192.0.2.77:51234", LYON),
        (" 192.0.2.77 ", LYON),
        ("::ffff:192.0.2.77", LYON),
        ("[::ffff:192.0.2.77]:443", LYON),
        ("2001:db8:44:5::9", NANTES),
        ("[2001:db8:44:5::9]", NANTES),
        ("[2001:db8:44:5::9]:51234", NANTES),
        ("2001:DB8:44:5:0::9", NANTES),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_one_address_has_one_form_however_it_is_written(text: str, expected: str) -> None:
    assert parse_address(text) == ip_address(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "unknown",
        "_hidden",
        "1",
        "192.0.2",
        "192.0.2.077",
        "192.0.2.77:",
        "192.0.2.77:x",
        "192.0.2.77, 10.0.0.1",
        "[192.0.2.77]:\N{ARABIC-INDIC DIGIT THREE}",
        "[2001:db8::1",
        "[2001:db8::1]x",
        "0" * 10_000,
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    parse_address(text)


def test_a_thousand_addresses_of_one_slash_64_are_one_network() -> None:
    """R4, P13: a customer of any provider owns them all."""
    networks = {network_of(ip_address(f"2001:db8:44:5::{number:x}")) for number in range(1_000)}

    assert networks == {"2001:db8:44:5::/64"}


def test_the_neighbours_of_a_slash_24_are_one_network() -> None:
    assert network_of(ip_address(LYON)) == network_of(ip_address("192.0.2.1")) == "192.0.2.0/24"


@pytest.mark.parametrize("client", [LYON, NANTES])
@pytest.mark.parametrize("port", ["", ":51234"])
@pytest.mark.parametrize("spoofed", ["", f"{SPOOFED}, ", "garbage, ", "10.0.3.4, ", f"{SPOOFED}, , "])
@pytest.mark.parametrize("proxies", [1, 2])
def test_the_hop_our_own_proxy_wrote_is_the_client(client: str, port: str, spoofed: str, proxies: int) -> None:
    """R3, P13: whatever the client writes to the left of it is not believed."""
    written = f"[{client}]{port}" if port and ":" in client else client + port
    forwarded = spoofed + written + (f", {INNER}" if proxies == 2 else "")

    assert forwarded_address(EDGE, forwarded, trusted=PROXIES) == ip_address(client)


@pytest.mark.parametrize("forwarded", ["", SPOOFED, f"{SPOOFED}, {INNER}", "garbage"])
@pytest.mark.parametrize("client", [LYON, NANTES])
def test_without_a_proxy_the_header_is_not_read(client: str, forwarded: str) -> None:
    assert forwarded_address(ip_address(client), forwarded, trusted=PROXIES) == ip_address(client)


@pytest.mark.parametrize("forwarded", ["", "unknown", f"{LYON}, unknown", f"{LYON}, unknown, {INNER}", ",", f"{LYON},"])
def test_a_missing_or_malformed_hop_falls_back_on_the_peer(forwarded: str) -> None:
    assert forwarded_address(EDGE, forwarded, trusted=PROXIES) == EDGE


def test_a_request_made_by_a_proxy_itself_counts_as_that_proxy() -> None:
    assert forwarded_address(EDGE, INNER, trusted=PROXIES) == ip_address(INNER)


@given(st.text(max_size=60))
def test_no_text_to_the_left_changes_the_client(spoofed: str) -> None:
    assert forwarded_address(EDGE, f"{spoofed},{LYON}", trusted=PROXIES) == ip_address(LYON)
