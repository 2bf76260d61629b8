import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.browsers import browser_family

CHROMIUM = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Windows"),
        (CHROMIUM.format("X11; Linux x86_64"), "Chrome, Linux"),
        (CHROMIUM.format("Windows NT 10.0; Win64; x64") + " Edg/131.0.0.0", "Edge, Windows"),
        (CHROMIUM.format("Linux; Android 10; K"), "Chrome, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iOS",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_by_its_family_and_system(user_agent: str, expected: str) -> None:
    assert browser_family(user_agent) == expected


@given(st.text())
def test_nothing_the_sender_wrote_comes_through(user_agent: str) -> None:
    assert len(browser_family(user_agent)) <= len("Samsung Internet, ChromeOS")
