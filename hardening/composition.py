"""Which apps make up an installation: the domains, what each needs, and the third-party apps they bring."""

from collections.abc import Mapping

PREREQUISITES: Mapping[str, tuple[str, ...]] = {
    "keys": (),
    "encryption": ("keys",),
    "authenticators": ("encryption",),
    "sessions": (),
    "lockout": ("keys",),
    "disclosure": ("encryption",),
    "audit": ("keys",),
    "assurance": ("sessions",),
    "login": ("authenticators", "assurance", "lockout", "sessions"),
    "console": ("audit", "authenticators", "lockout", "login"),
}
"""Every domain in layer order, lowest first, with the domains it cannot work without."""

THIRD_PARTY: Mapping[str, tuple[str, ...]] = {"authenticators": ("django_otp",), "lockout": ("axes",)}
"""Apps of other packages that a domain builds on."""

MIDDLEWARE_PARTS: Mapping[str, str] = {
    "sessions": "hardening.sessions.middleware.SessionsMiddleware",
    "assurance": "hardening.assurance.middleware.AssuranceMiddleware",
    "disclosure": "hardening.disclosure.middleware.DisclosureMiddleware",
}
"""Domain → its middleware, outermost first: limits of the session before what it has proven."""


def apps_for(*domains: str) -> tuple[str, ...]:
    """Return the INSTALLED_APPS entries for these domains and all that they need; ``"all"`` means every domain.

    Raise ValueError for an unknown domain: a misspelt name must not silently leave a control out.
    """
    wanted: set[str] = set()
    pending = list(PREREQUISITES) if "all" in domains else list(domains)
    while pending:
        domain = pending.pop()
        if domain not in PREREQUISITES:
            raise ValueError(f"{domain!r} is no domain of hardening; there are {', '.join(PREREQUISITES)}")
        if domain not in wanted:
            wanted.add(domain)
            pending.extend(PREREQUISITES[domain])
    chosen = [domain for domain in PREREQUISITES if domain in wanted]
    third_party = [app for domain in chosen for app in THIRD_PARTY.get(domain, ())]
    return ("hardening", *(f"hardening.{domain}" for domain in chosen), *third_party)
