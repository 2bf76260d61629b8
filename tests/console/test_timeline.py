from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from hardening.console.timeline import places, timeline_svg

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_moment_half_way_stands_half_way() -> None:
    assert places([NOON, NOON + 30 * MINUTE, NOON + 60 * MINUTE]) == [0, 500, 1_000]


def test_failures_of_one_second_are_not_spread_over_the_picture() -> None:
    assert places([NOON, NOON + timedelta(seconds=1)]) == [0, 17]


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=20))
def test_every_moment_has_its_place_inside(moments: list[datetime]) -> None:
    found = places(moments)
    assert len(found) == len(moments)
    assert all(0 <= place <= 1_000 for place in found)


def test_the_picture_says_in_words_what_it_shows() -> None:
    picture = ET.fromstring(timeline_svg([NOON, NOON + MINUTE]))  # noqa: S314 - our own

    assert picture.attrib["role"] == "img"
    assert "03/03/2026" in (picture.findtext("title") or "")
    assert len(picture.findall("path")) == 3


def test_the_picture_passes_a_strict_content_policy() -> None:
    assert "style" not in timeline_svg([NOON])


def test_nothing_is_no_picture() -> None:
    assert timeline_svg([]) == ""
