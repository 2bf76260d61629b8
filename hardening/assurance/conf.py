"""What views need of a session, where it does not stand on the view: ``HARDENING_ASSURANCE``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardening.conf import ConfigurationError, DomainSettings
from hardening.requirements import Requirement


@dataclass(frozen=True, kw_only=True)
class AssuranceSettings(DomainSettings):
    """Requirements by route, and where people go to meet them."""

    domain = "ASSURANCE"

    routes: Mapping[str, Requirement] = field(default_factory=dict)
    """View name (``set_language``, ``shop:basket``) or namespace (``admin``) → requirement, for views of other
    packages. What a view states itself goes first; whatever is not listed needs AAL2."""

    login_url: str = "hardening:login"
    """Name of the page where somebody who has proven nothing goes."""

    code_url: str = "hardening:code"
    """Name of the page of the second step."""

    step_up_url: str = "hardening:step_up"
    """Name of the page where a logged-in person proves more, or proves it again."""

    held_url: str = "hardening:held"
    """Name of the page where a held login waits for its owner's confirmation."""

    form_holder: str = "hardening.login.views.resending.ask"
    """Dotted path, inside an installed app, of what is given a form that met a step-up and the address of that page,
    and returns the page in which the form waits, or None. Empty: such a form is filled in again."""

    def __post_init__(self) -> None:
        """Refuse a route whose requirement is not one: it would otherwise be read as something weaker."""
        for name, requirement in self.routes.items():
            if not isinstance(requirement, Requirement):
                raise ConfigurationError(
                    f"HARDENING_ASSURANCE['routes'][{name!r}] must be a requirement such as hardening.AAL2 or "
                    "hardening.PUBLIC: the view is not served until it is"
                )
