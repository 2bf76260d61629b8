import pytest
from django.utils import translation

from hardening.console.words import EVENT_WORDS, in_words
from hardening.events import Event
from tests.audit.test_receivers import EVERY_EVENT


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: event.name)
def test_every_event_has_words_in_both_languages(event: type[Event]) -> None:
    name = event.name
    with translation.override("fr"):
        french = in_words(name)
    with translation.override("en"):
        english = in_words(name)

    assert name in EVENT_WORDS
    assert len({name, french, english}) == 3


def test_an_event_of_the_portal_is_called_by_its_own_name() -> None:
    assert in_words("portal.door.opened") == "portal.door.opened"
