"""An admin that shows no encrypted value, not even to administrators: masks, replaced blindly (D24)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from hardening import EncryptedTextField, MaskedTextField


class MaskedModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Empty and unchanged keep the value. Encrypted fields open on access, and would otherwise fill the form."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {EncryptedTextField: {"form_class": MaskedTextField}}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401 - Django's signature
        """Return the fields; without the encrypted ones for who may only look, whom Django shows them opened."""
        names = super().get_fields(request, obj)
        may_write = self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)
        return names if may_write else [name for name in names if name not in self._encrypted()]

    def _encrypted(self) -> set[str]:
        return {field.name for field in self.opts.get_fields() if isinstance(field, EncryptedTextField)}
