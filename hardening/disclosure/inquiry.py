"""What the gate is told of a request, as values: who asks, how he proved himself, what for and which fields."""

from dataclasses import dataclass

from hardening.clients import Client
from hardening.disclosure.actor import Actor
from hardening.requirements import Assurance


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """One use of the gate. ``reference`` is the request's, which a person can quote to support."""

    actor: Actor
    assurance: Assurance
    client: Client
    purpose: str
    fields: tuple[str, ...]
    reference: str
