"""What is typed at the counter: one person at a time, by number and full birth date."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hardening import NirFormField, clock
from portal.coverage.models import Insurer
from portal.lookups.birth_dates import UnreadableDate, parse_birth_date


def today() -> date:
    """Return the date on the counter's wall."""
    return timezone.localdate(clock.now())


class BirthDateField(forms.Field):
    """A date as text. The browser's own date picker takes eleven clicks to get to 1954."""

    default_error_messages = {  # noqa: RUF012 - Django's own way; never changed
        "required": _("Enter the birth date."),
        "format": _("Write the date as day/month/year, for example 03/02/1954."),
        "short_year": _("Write the year with four digits: two digits could be one century or another."),
        "month": _("There is no such month. Day first, then month, then year."),
        "impossible": _("This date does not exist in the calendar."),
        "future": _("This date is in the future."),
        "too_old": _("This date is too long ago."),
    }

    def to_python(self, value: Any) -> date | None:  # noqa: ANN401 - Django's own signature
        """Return a date, or None for an empty field."""
        if not value or not value.strip():
            return None
        try:
            return parse_birth_date(value, today=today())
        except UnreadableDate as problem:
            raise forms.ValidationError(self.error_messages[problem.code], code=problem.code) from None


class PersonForm(forms.Form):
    """What every way of naming a person ends with."""

    birth_date = BirthDateField(
        label=_("Birth date"),
        help_text=_("day/month/year, for example 03/02/1954"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    birth_rank = forms.IntegerField(
        label=_("Birth rank"),
        required=False,
        min_value=1,
        max_value=9,
        help_text=_("Only for twins: 1 for the first born, 2 for the second."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={"invalid": _("The birth rank is a digit from 1 to 9.")},
    )

    @property
    def criteria(self) -> dict[str, object]:
        """Return what a record must agree with. Without a rank, twins are two people alike, and none is shown."""
        typed = self.cleaned_data
        rank = {"birth_rank": typed["birth_rank"]} if typed["birth_rank"] else {}
        return {"birth_date": typed["birth_date"], **rank}


class NirLookUpForm(PersonForm):
    """By social security number."""

    # The key is asked for and never computed: a typing error is caught here, and costs nothing.
    nir = NirFormField(
        label=_("Social security number"),
        help_text=_("15 characters with the key, as on the card; spaces do not matter."),
        # Whoever comes here comes to type: no click before the first digit.
        widget=forms.TextInput(attrs={"autofocus": True, "inputmode": "text"}),
    )
    field_order = ("nir", "birth_date", "birth_rank")


class MemberLookUpForm(PersonForm):
    """By insurer and member number."""

    amc_number = forms.CharField(
        label=_("Insurer’s number (AMC)"),
        max_length=20,
        help_text=_("8 to 10 digits, on the complementary card."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short", "list": "insurers"}
        ),
    )
    member_number = forms.CharField(
        label=_("Member number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ("amc_number", "member_number", "birth_date", "birth_rank")

    def clean_amc_number(self) -> Insurer:
        """Return the insurer: who it is is public, so an unknown one is said and costs nothing."""
        typed = "".join(self.cleaned_data["amc_number"].split())
        insurer = Insurer.objects.filter(amc_number=typed).first()
        if insurer is None:
            raise forms.ValidationError(_("No insurer here has this number. Check it on the card."), code="unknown")
        return insurer

    def clean_member_number(self) -> str:
        """Return the number without the spaces that cards print it with."""
        return "".join(self.cleaned_data["member_number"].split()).upper()
