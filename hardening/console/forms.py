"""What administrators type, and what becomes of it."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from hardening.audit.reading import Criteria
from hardening.console.people import find_account
from hardening.console.words import EVENT_WORDS

LONGEST_REASON = 400


class ReasonForm(forms.Form):
    """A decision needs a reason: who reads it next year was not there."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For whoever reads this next year. No name, no number of an insured person."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AccountField(forms.CharField):
    """A login, or the id of an account, as typed; its value is the account, if it is in use."""

    default_error_messages = {"unknown": _("No active account has this login.")}  # noqa: RUF012 - Django's shape

    def clean(self, value: Any) -> AbstractBaseUser | None:  # noqa: ANN401 - as Django hands it over
        """Return the account, or None where nothing was typed and nothing is required."""
        typed = super().clean(value)
        if not typed:
            return None
        account = find_account(typed)
        if account is None or not account.is_active:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return account


class LetterForm(ReasonForm):
    """Whom an enrolment letter is for, and why."""

    account = AccountField(
        label=_("Login of the practitioner"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    field_order = ("account", "reason")


class SearchForm(forms.Form):
    """What to look for in the audit: exact values only, each answered by an index (A11)."""

    ACCOUNT, ACTOR = "account", "actor"

    account = forms.CharField(
        label=_("Account"), help_text=_("Login, or the account's id."), max_length=64, required=False
    )
    role = forms.ChoiceField(
        label=_("This account"),
        choices=[(ACCOUNT, _("is concerned")), (ACTOR, _("acted on another"))],
        initial=ACCOUNT,
        required=False,
    )
    event = forms.ChoiceField(label=_("Event"), required=False)
    since = forms.DateField(label=_("From this day on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Up to this day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(
        label=_("Reference"), help_text=_("What a person reads out to support."), max_length=64, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        words = sorted(
            ((name, str(said)) for name, said in EVENT_WORDS.items()), key=lambda choice: choice[1].casefold()
        )
        event = cast(forms.ChoiceField, self.fields["event"])
        event.choices = [("", _("every event")), *words]

    def clean_account(self) -> str:
        """Return the id of the account; one that is gone is still found by its id."""
        typed: str = self.cleaned_data["account"].strip()
        self.named = typed
        if not typed:
            return ""
        account = find_account(typed)
        if account is not None:
            self.named = account.get_username()
            return str(account.pk)
        try:
            return str(UUID(typed))
        except ValueError:
            raise forms.ValidationError(_("No account has this login."), code="unknown") from None

    def shown_again(self) -> "SearchForm":
        """Return the checked search as a form to go on from, with the login in place of the id."""
        return SearchForm(initial={**self.as_query(), "account": self.named})

    def as_query(self) -> dict[str, str]:
        """Return the checked search as an address may carry it: ids, names of events, days; nothing as typed."""
        given = self.cleaned_data
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key in ("account", "role", "event", "since", "until", "reference")
            if (value := given.get(key)) and (key, value) != ("role", self.ACCOUNT)
        }

    def criteria(self) -> Criteria:
        """Return the checked search."""
        given = self.cleaned_data
        is_actor = given["role"] == self.ACTOR
        return Criteria(
            account="" if is_actor else given["account"],
            actor=given["account"] if is_actor else "",
            event=given["event"],
            request_id=given["reference"],
            since=_midnight(given["since"]),
            until=_midnight(given["until"], days=1),
        )


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return make_aware(datetime.combine(day + timedelta(days=days), time())) if day else None
