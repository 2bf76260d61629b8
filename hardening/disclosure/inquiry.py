"""What the gate is told of a request, as values: who asks, how he proved himself, what for and which fields."""

from dataclasses import dataclass

from hardening import clock
from hardening.clients import Client
from hardening.disclosure.actor import Actor
from hardening.disclosure.allowances import Allowance, allowance_of
from hardening.disclosure.conf import DisclosureSettings
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

    def allowance(self) -> Allowance | None:
        """Return what the session may still be shown, whatever the budgets say; None where nothing is counted."""
        settings = DisclosureSettings.load()
        return allowance_of(
            self.assurance,
            probation_people=settings.probation_people,
            probation=settings.probation,
            people_per_proof=settings.people_per_proof,
            at=clock.now(),
        )
