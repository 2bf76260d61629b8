"""``{% passkey_offer %}``: the card that offers a passkey to somebody who logged in by code."""

from typing import Any

from django import template

from hardening.login import passkey_offer as offer

register = template.Library()


@register.inclusion_tag("hardening/login/_passkey_offer.html", takes_context=True)
def passkey_offer(context: dict[str, Any]) -> dict[str, Any]:
    """Render the card, or nothing; it asks no table."""
    request = context.get("request")
    return {"is_due": request is not None and offer.is_due(request), "request": request}
