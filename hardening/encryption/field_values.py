"""How a sealed field turns plain values into blobs and back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from hardening.encryption.binding import encode_binding
from hardening.encryption.envelope import Flag
from hardening.encryption.field_declaration import SealedDeclaration
from hardening.encryption.operations import operations
from hardening.encryption.parts import PartIndex
from hardening.encryption.plaintext import pad, unpad
from hardening.encryption.refusals import SealedValueError, SealedWriteError
from hardening.errors import DecryptionError

_PADDED = int(Flag.PADDED)
"""As a number: members of an enum are slow to compute with, and this is done for every value opened."""


class SealedValues(SealedDeclaration):
    """The values of a sealed column: parsed, sealed, opened, indexed."""

    def parse(self, value: Any) -> Any:  # noqa: ANN401 - whatever was assigned
        """Return the plain value of this field's type.

        Raise ValidationError, which never repeats the value.
        """
        raise NotImplementedError

    def canonical(self, value: Any) -> Any:  # noqa: ANN401 - likewise
        """Return the plain value as it is sealed.

        Raise SealedValueError, not naming the value, for one that is not of this field.
        """
        try:
            return self.parse(value)
        except (ValidationError, ValueError, TypeError) as error:
            code = getattr(error, "code", None) or "invalid"
            # The cause is cut off: its traceback holds the value.
            raise SealedValueError(f"{self}: the value is not one of this field ({code})") from None

    def is_empty(self, value: object) -> bool:
        """Tell whether this value is stored as NULL."""
        return value is None or (self.empty_is_text and isinstance(value, str) and not value)

    def seal_for(self, instance: models.Model, value: Any) -> bytes:  # noqa: ANN401 - the plain value
        """Return the blob of ``value`` for the row of ``instance``.

        Raise SealedWriteError if the row has no key yet, SealedValueError if the value is not of this field.
        """
        binding = self.binding_of(instance)
        if binding is None:
            raise SealedWriteError(f"{self}: the row has no {self.binding_name} yet, and values are bound to it")
        return self.seal(value, binding=binding)

    def seal(self, value: Any, *, binding: bytes) -> bytes:  # noqa: ANN401 - the plain value
        """Return the blob of ``value`` for the row with this binding."""
        plain = self.canonical(value)
        plaintext = self.codec.encode(plain)
        if self.plaintext_bytes is None:
            plaintext = pad(plaintext, at_least=self.longest_choice)
        return operations().seal(plaintext, place=self.place, binding=binding, normals=self.normals(plain))

    def open_blob(self, blob: bytes, *, binding: bytes) -> Any:  # noqa: ANN401 - the field's type
        """Return the plain value.

        Raise DecryptionError, naming the field, for anything that was not sealed for this field and row.
        """
        try:
            return self.plain(operations().open(blob, place=self.place, binding=binding), flags=blob[1])
        except (DecryptionError, ValueError):
            raise DecryptionError(f"a sealed value of {self} does not open") from None

    def of_today(self, blob: bytes, *, binding: bytes) -> bytes:
        """Return the blob of the same value in the form of a value sealed now: this one, wherever it has that form.

        Raise DecryptionError, naming the field, for anything that was not sealed for this field and row.
        """
        keys = operations()
        try:
            plaintext = keys.open(blob, place=self.place, binding=binding)
            plain = self.plain(plaintext, flags=blob[1])
        except (DecryptionError, ValueError):
            raise DecryptionError(f"a sealed value of {self} does not open") from None
        if blob.startswith(keys.head(self.place)):
            return blob
        # Held while keys were rotated: stored as it is, no look-up would find its index, and another row could take
        # the same value; or nobody would open it, once its key is destroyed.
        return keys.seal(plaintext, place=self.place, binding=binding, normals=self.normals(plain))

    def plain(self, plaintext: bytes, *, flags: int) -> Any:  # noqa: ANN401 - the field's type
        """Return the value of an opened plaintext, of a blob with these flags.

        Raise ValueError for bytes that no value of this field is made of.
        """
        return self.codec.decode(unpad(plaintext) if flags & _PADDED else plaintext)

    def normals(self, plain: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - likewise
        """Return what the blind indexes of a plain value are made of, in the order of the blob."""
        whole = (self.normalise(plain),) if self.indexed else ()
        # Most columns have no parts, and this is done for every value sealed.
        return (*whole, *(part.normal(plain) for part in self.parts)) if self.parts else whole

    def indexes_of(self, value: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - the plain value
        """Return the blind indexes by which a plain value is found: one, or two while an index key is rotated."""
        return operations().indexes(self.normalise(self.canonical(value)), place=self.place)

    def part_indexes_of(self, part: PartIndex, asked: object) -> tuple[bytes, ...]:
        """Return the blind indexes by which values with this part are found, as ``indexes_of`` does.

        Raise SealedValueError, saying how the part is named and not repeating it, for what is no such part.
        """
        try:
            normal = part.asked(asked)
        except ValueError as error:
            raise SealedValueError(f"{self}: no {part.name} is named so; {error}") from None
        return operations().indexes(normal, place=self.place, slot=self.slot_of(part))

    def binding_of(self, instance: models.Model) -> bytes | None:
        """Return the bytes that stand for the row, or None while it has no key."""
        key = getattr(instance, self.binding_name, None)
        return None if key is None else encode_binding(key)
