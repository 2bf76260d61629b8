"""What people type into the pages of a login."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from hardening.authenticators.answer import LONGEST_ANSWER
from hardening.authenticators.models import OneTimeCode
from hardening.login.breached import is_breached

# One text for wrong, late, early and used: "right but late" would tell a thief that he has the seed (P29).
WRONG_CODE = _("This code is not right, or no longer. Wait for the next one and type that.")

LONGEST_USERNAME = 254
LONGEST_PASSWORD = 1024
LONGEST_CODE = 64
"""Room for spaces and hyphens around six digits or 28 symbols; more is somebody's experiment."""


class PasswordField(forms.CharField):
    """A password, taken as typed: pasted, with its spaces."""

    def __init__(self, *, autocomplete: str, **options: Any) -> None:  # noqa: ANN401 - Django's
        widget = forms.PasswordInput(
            attrs={"autocomplete": autocomplete, "autocapitalize": "off", "spellcheck": "false"}
        )
        super().__init__(strip=False, max_length=LONGEST_PASSWORD, widget=widget, **options)


class OneTimeInput(forms.TextInput):
    """A text field that never repeats what was typed: a refused code is of no use, and a new one is typed faster."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401, ARG002 - Django's
        """Return the field, empty."""
        return super().get_context(name, None, attrs)


class MailedCodeField(forms.CharField):
    """The secret of a mailed link, which a script fills in from behind the # of the address."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Code of the message"),
            max_length=LONGEST_CODE,
            help_text=_("Filled in by the link of the message; otherwise copy it from there."),
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "data-fragment": True}
            ),
        )


class PasswordStepForm(forms.Form):
    """Username and password."""

    username = forms.CharField(
        label=_("Username"),
        max_length=LONGEST_USERNAME,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username webauthn",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = PasswordField(label=_("Password"), autocomplete="current-password")
    letter = forms.CharField(
        required=False, max_length=LONGEST_CODE, widget=forms.HiddenInput(attrs={"data-fragment": True})
    )
    """The code of an enrolment letter, when its QR code was what opened this page."""


class CodeForm(forms.Form):
    """Six digits, and which authenticator shows them."""

    authenticator = forms.CharField(max_length=LONGEST_CODE, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("6-digit code"),
        max_length=LONGEST_CODE,
        widget=OneTimeInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "code-input",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
    )

    def offer(self, authenticators: Sequence[OneTimeCode]) -> None:
        """Let the person choose where there is more than one; the first is the one used last."""
        choices = [(str(one.pk), one.name) for one in authenticators]
        field = self.fields["authenticator"]
        field.initial = choices[0][0]
        if len(choices) > 1:
            field.label, field.widget = _("Which telephone?"), forms.RadioSelect(choices=choices)


class ConfirmingCodeForm(forms.Form):
    """The first code of a seed just shown."""

    code = CodeForm.base_fields["code"]


class LetterForm(forms.Form):
    """The code of an enrolment letter, and a name for the telephone."""

    letter = forms.CharField(
        label=_("Code of your letter"),
        max_length=LONGEST_CODE,
        help_text=_("28 characters in groups of four. Capitals, spaces and hyphens do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "data-fragment": True}
        ),
    )
    name = forms.CharField(label=_("Name of this telephone"), max_length=64, initial=_("My telephone"))


class NameForm(forms.Form):
    """A name for an authenticator."""

    name = LetterForm.base_fields["name"]


class PasskeyForm(forms.Form):
    """A new passkey, as the browser's script posts it, and a name for it."""

    answer = forms.CharField(max_length=LONGEST_ANSWER, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=64,
        help_text=_("Such as “Computer at the counter”: you will find it again in the list by this name."),
    )


class RecoveryForm(forms.Form):
    """One recovery code."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=LONGEST_CODE,
        help_text=_("16 characters in groups of four, on the sheet you printed."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ConfirmationForm(forms.Form):
    """The code of the mail that a held login is confirmed by."""

    code = forms.CharField(
        label=_("Code of the message"),
        max_length=LONGEST_CODE,
        help_text=_("Eight characters. Filled in where the link of the message opens in this browser."),
        widget=OneTimeInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "data-fragment": True,
                "autofocus": True,
            }
        ),
    )


class NotMeForm(forms.Form):
    """The code of a mailed link, and a word that no mail scanner types."""

    code = MailedCodeField()
    word = forms.CharField(
        label=_("Type NO"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_word(self) -> str:
        """Take the word in either language: the page may have been switched after the mail was read."""
        word = str(self.cleaned_data["word"]).strip().casefold()
        if word not in {"no", "non"}:
            raise forms.ValidationError(_("Type the word to go on."), code="word")
        return word


class ResetRequestForm(forms.Form):
    """Whose password is forgotten."""

    username = PasswordStepForm.base_fields["username"]


class NewPasswordForm(forms.Form):
    """A new password, typed once: two fields teach people to copy, and a typing error is mended by another reset."""

    new_password = PasswordField(label=_("New password"), autocomplete="new-password")

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        account: AbstractBaseUser | None = None,
        **options: Any,  # noqa: ANN401 - likewise
    ) -> None:
        super().__init__(*args, **options)
        self.account = account
        self.fields["new_password"].help_text = password_validators_help_text_html()

    def clean_new_password(self) -> str:
        """Apply the password policy, which knows the account's names."""
        password: str = self.cleaned_data["new_password"]
        validate_password(password, user=self.account)  # type: ignore[arg-type]  # the stubs name one model
        return password


class UnbreachedPasswordForm(NewPasswordForm):
    """A new password in place of one that leaked: never that one, whatever validators the portal has."""

    def clean_new_password(self) -> str:
        """Apply the policy, and refuse what is known from a leak."""
        password = super().clean_new_password()
        if is_breached(password):
            raise forms.ValidationError(_("This password is known from a leak."), code="password_breached")
        return password


class ResetForm(NewPasswordForm):
    """The secret of a mailed link, and a new password."""

    code = MailedCodeField()
    field_order = ("code", "new_password")


class PasswordChangeForm(NewPasswordForm):
    """The present password, and a new one."""

    password = PasswordField(label=_("Present password"), autocomplete="current-password")
    field_order = ("password", "new_password")
