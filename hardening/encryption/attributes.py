"""How a model's instance holds a sealed value."""

from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.db.models.query_utils import DeferredAttribute

from hardening.encryption.sealed import Sealed

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField


class SealedAttribute(DeferredAttribute):
    """Gives values bound to the instance they are read from, and takes plain values to be sealed on save."""

    field: "SealedField"

    def __get__(self, instance: Model | None, cls: type[Model] | None = None) -> Any:  # noqa: ANN401 - as Django's
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname)
        if value is None:
            value = super().__get__(instance, cls)  # None, or a column that is not loaded yet
        return value.of(instance) if isinstance(value, Sealed) else value

    def __set__(self, instance: Model, value: object) -> None:
        if not (isinstance(value, Sealed) and value.row is None and instance._state.adding):
            value = self.field.accept(instance, value)
        # What was just loaded is taken as it is, a million times in a scan; saving it opens it first.
        instance.__dict__[self.field.attname] = value


def opened_property(field: "SealedField") -> property:
    """Return the attribute of a field that opens on access; the sealed value stands beside it."""

    def read(instance: Model) -> Any:  # noqa: ANN401 - the field's type
        value = instance.__dict__.get(field.attname)
        if value is None:
            value = getattr(instance, field.attname)  # None, or a column that is not loaded yet
        return value.open_ungated(on=instance) if isinstance(value, Sealed) else value

    def write(instance: Model, value: object) -> None:
        setattr(instance, field.attname, value)

    return property(read, write, doc=f"The plain value of ``{field.attname}``.")
