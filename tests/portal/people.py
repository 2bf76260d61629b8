"""Looking the samples up, as a form sends it."""

from html import unescape
from typing import Any

from django.test import Client

from portal.demo.households import Person

LOOK_UP = "/look-up/"


def typed(person: Person, **changed: str) -> dict[str, str]:
    """Return what is typed for ``person``."""
    return {"nir": person.nir, "birth_date": f"{person.birth_date:%d/%m/%Y}", **changed}


def look_up(client: Client, person: Person, **changed: str) -> Any:
    """Send the form and return the page."""
    return client.post(LOOK_UP, typed(person, **changed))


def text_of(response: Any) -> str:
    """Return a page's text with plain spaces."""
    return " ".join(unescape(response.content.decode()).replace("\u202f", " ").replace("\u00a0", " ").split())
