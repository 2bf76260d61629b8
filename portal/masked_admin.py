"""An admin that shows no encrypted value, not even to administrators: masks, replaced blindly (D24)."""

from typing import Any, ClassVar

from django.contrib import admin

from hardening.encryption.fields import EncryptedTextField
from hardening.encryption.forms import MaskedTextField


class MaskedModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Empty and unchanged keep the value. Encrypted fields open on access, and would otherwise fill the form."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {EncryptedTextField: {"form_class": MaskedTextField}}
