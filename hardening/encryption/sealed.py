"""The value that a sealed field gives: ciphertext that knows its field and its row, and shows a mask."""

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from django.db.models import Model
from django.utils.functional import Promise

from hardening import disclosing
from hardening.encryption.binding import encode_binding
from hardening.encryption.envelope import indexes_of
from hardening.encryption.refusals import NotIndexedError, SealedWriteError
from hardening.errors import NotDisclosedError
from hardening.subjects import SubjectId

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

ENVELOPE_PREFIX = "sealed:"
"""How a fixture spells a sealed value."""

_NOT_GIVEN: Any = object()


class Row(NamedTuple):
    """What a sealed value needs to know of its row once it has left it."""

    binding: bytes
    subject: SubjectId | None = None


# Promise: Django's JSON encoder and templates turn those into str, which is the mask.
class Sealed(Promise):
    """A sealed value, or one that was assigned and is sealed when its row is saved.

    It shows a mask wherever it is printed, is never equal to a text, and opens only by ``reveal`` inside a
    disclosure of its person. Immutable.
    """

    __slots__ = ("_blob", "_field", "_given", "_row")

    def __init__(
        self,
        field: "SealedField",
        blob: bytes | None = None,
        given: Any = _NOT_GIVEN,  # noqa: ANN401 - the plain value, of the field's type or parsed to it
        row: Model | Row | None = None,
    ) -> None:
        self._field = field
        self._blob = blob
        self._given = given
        self._row = row

    @property
    def field(self) -> "SealedField":
        """Return the field that sealed this."""
        return self._field

    @property
    def row(self) -> Model | Row | None:
        """Return the row this belongs to, or None for a value that came without one."""
        return self._row

    @property
    def is_pending(self) -> bool:
        """Tell whether this was assigned and not yet sealed."""
        return self._blob is None

    @property
    def given(self) -> Any:  # noqa: ANN401
        """Return what was assigned; only for a pending value."""
        return self._given

    def __repr__(self) -> str:
        return f"{self._field.mask_name}({self._field.mask})"

    def __str__(self) -> str:
        return self._field.mask

    def __format__(self, spec: str) -> str:
        return format(self._field.mask, spec)

    def __eq__(self, other: object) -> bool:
        """Compare by field and index (or ciphertext, where there is no index); a text is never equal.

        So that change tracking sees a change without opening anything.
        """
        if not isinstance(other, Sealed):
            return NotImplemented
        if self._field != other._field:
            return False
        if self._field.indexed:
            return not set(self.indexes()).isdisjoint(other.indexes())
        return self._blob == other._blob and (self._blob is not None or bool(self._given == other._given))

    def __hash__(self) -> int:
        # A document that was assigned cannot be hashed: all pending values of a field without index share a hash.
        # By the first index: while an index key is rotated, a set may keep the old and the new form of one value.
        return hash((self._field, self.indexes()[0] if self._field.indexed else self._blob))

    def __getitem__(self, part: object) -> NoReturn:
        raise NotDisclosedError(f"{self._field} is sealed: no part of it can be read; reveal it inside a disclosure")

    def __len__(self) -> NoReturn:
        raise TypeError(f"{self._field} is sealed: its length does not show")

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        # Ciphertext only: a session, a cache or a task queue that holds this holds nothing readable.
        return _restore, (self._field, self.blob(), self._detached_row())

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Sealed":
        return self

    def of(self, row: Model | Row) -> "Sealed":
        """Return this value bound to its row, as reading an attribute does."""
        return Sealed(self._field, self._blob, self._given, row)

    def of_key(self, key: object, *, subject: SubjectId | None = None) -> "Sealed":
        """Return a value that came from ``values()`` bound to the row with this key, and this person."""
        return self.of(Row(encode_binding(key), subject))

    def matches(self, value: object) -> bool:
        """Tell whether this is ``value``, by comparing blind indexes in constant time; nothing is opened.

        Raise NotIndexedError on a field without an index.
        """
        held = self.indexes()
        wanted = self._field.indexes_of(value)
        return any(hmac.compare_digest(mine, its) for mine in held for its in wanted)

    def indexes(self) -> tuple[bytes, ...]:
        """Return the blind index; two while an index key is rotated, either of which may be the one of another form.

        Raise NotIndexedError on a field without one.
        """
        if not self._field.indexed:
            raise NotIndexedError(f"{self._field} has no blind index: declare indexed=True, or reveal and compare")
        if self._blob is None:
            return self._field.indexes_of(self._given)
        return indexes_of(self._blob)

    def reveal(self, *, purpose: str | None = None) -> Any:  # noqa: ANN401 - the field's type
        """Return the plain value, inside an active disclosure that covers its person and this field.

        ``purpose``, where given, must be the disclosure's own: code written for a rights check does not
        silently serve another purpose.

        Raise NotDisclosedError outside such a disclosure, DecryptionError if the value does not open here.
        """
        disclosure = disclosing.require_active(what=str(self._field))
        if purpose is not None and purpose != disclosure.purpose:
            raise NotDisclosedError(f"{self._field}: the active disclosure is for another purpose")
        disclosure.permit_opening(subject=self.subject(), field=self._field.name)
        return self.open_ungated()

    def open_ungated(self, *, on: Model | None = None) -> Any:  # noqa: ANN401 - the field's type
        """Return the plain value without asking the gate: for the gate itself and for fields that have none.

        ``on`` is the row of a value that was taken from it without being bound to it.

        Raise DecryptionError if the value does not open on its row, NotDisclosedError if it came without one.
        """
        if self._blob is None:
            return self._field.canonical(self._given)
        return self._field.open_blob(self._blob, binding=self._binding_on(self._row if on is None else on))

    def binding(self) -> bytes:
        """Return the bytes that tie this to its row.

        Raise NotDisclosedError for a value that came without its row, as from ``values()``.
        """
        return self._binding_on(self._row)

    def _binding_on(self, row: Model | Row | None) -> bytes:
        if isinstance(row, Row):
            return row.binding
        binding = None if row is None else self._field.binding_of(row)
        if binding is None:
            raise NotDisclosedError(f"{self._field}: this value came without its row; bind it with of_key()")
        return binding

    def subject(self) -> SubjectId | None:
        """Return the person this value is about, where its model says so."""
        if isinstance(self._row, Model):
            name = getattr(self._row, "sealed_subject", None)
            return cast("SubjectId | None", getattr(self._row, name)) if name else None
        return self._row.subject if self._row else None

    def blob(self) -> bytes:
        """Return the ciphertext, sealing a pending value for its row.

        Raise SealedWriteError for a pending value without a row.
        """
        if self._blob is not None:
            return self._blob
        if not isinstance(self._row, Model):
            raise SealedWriteError(f"{self._field}: a value that was never saved needs its row to be sealed")
        return self._field.seal_for(self._row, self._given)

    def to_envelope(self) -> str:
        """Return the text that a fixture holds."""
        return ENVELOPE_PREFIX + base64.urlsafe_b64encode(self.blob()).decode("ascii")

    def _detached_row(self) -> Row | None:
        if isinstance(self._row, Model):
            return Row(self.binding(), self.subject())
        return self._row


def parse_envelope(text: str) -> bytes:
    """Return the blob that a fixture's text holds.

    Raise ValueError for anything else.
    """
    if not text.startswith(ENVELOPE_PREFIX):
        raise ValueError("not an envelope")
    try:
        return base64.b64decode(text.removeprefix(ENVELOPE_PREFIX), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not an envelope") from None


def _restore(field: "SealedField", blob: bytes, row: Row | None) -> Sealed:
    return Sealed(field, blob, row=row)
