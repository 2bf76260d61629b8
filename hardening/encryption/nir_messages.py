"""What to tell the person who typed a number that is refused: one sentence for each reason."""

from typing import Any

from django.utils.translation import gettext_lazy as _


def nir_message(code: str) -> Any:  # noqa: ANN401 - a lazy translation
    """Return what to tell the person who typed a number that is refused for ``code``."""
    return _NIR_MESSAGES[code]


_NIR_MESSAGES = {
    "empty": _("Enter the social security number."),
    "characters": _("A social security number has digits only, and 2A or 2B for Corsica."),
    "length": _("A social security number has 15 characters with its key."),
    "no_key": _("The two digits of the key are missing at the end of the number."),
    "key": _("The key does not match the number: one digit is mistyped."),
    "sex": _("A social security number starts with a digit from 1 to 8."),
    "provisional": _("This number is provisional; the certified one is needed."),
    "month": _("Digits 4 and 5, the month of birth, are impossible."),
    "place": _("The place of birth in this number is impossible."),
    "order": _("Characters 11 to 13, the order number, are impossible."),
}
