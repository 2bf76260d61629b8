"""Who looks somebody up: the account that acts, and whose budget it spends."""

from dataclasses import dataclass

from hardening.disclosure.limits import Baseline


@dataclass(frozen=True, kw_only=True)
class Actor:
    """What the portal says of a request. All names are opaque ids.

    A delegate acts under his own ``account`` and spends from his ``practitioner``'s budget, not beside it
    (D31). Where there are no establishments, repeat the practitioner. ``profession`` chooses the limits; one
    that the settings do not know gets the least there are. ``baseline`` is the practitioner's usual day, once known.

    Raise ValueError when an id is missing: all who lack one would share a budget.
    """

    account: str
    practitioner: str
    establishment: str
    profession: str
    baseline: Baseline | None = None

    def __post_init__(self) -> None:
        """Refuse empty ids."""
        if not (self.account and self.practitioner and self.establishment):
            raise ValueError("an actor needs an account, a practitioner and an establishment")
