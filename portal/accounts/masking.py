"""Addresses as the account page shows them: enough to recognise, too little to write to."""


def mask_email(address: str) -> str:
    """Return the first letter and the domain: whoever opens a session must not learn where the notices go."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}●●●{at}{domain}" if at else ""
