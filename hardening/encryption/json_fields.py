"""Sealed documents: JSON without an index."""

import json
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import gettext_lazy as _

from hardening.encryption import forms
from hardening.encryption.plaintext import CODECS, Kind
from hardening.encryption.sealed_field import SealedField


class SealedJSONField(SealedField):
    """A JSON document. It has no index: two ways to write one document are too many to call equal.

    None is "no document" and is stored as NULL, so that the column must be ``null``; a JSON null of its own at the top
    is not told apart from it, one inside a document is kept. 0, False, "", [] and {} are documents. What is read is a
    copy: a change to it is saved when the whole document is assigned again.
    """

    description = "Sealed JSON"
    form_class: ClassVar[type[Field]] = forms.MaskedJSONField
    kind = Kind.JSON
    mask_name = "JSON"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        if kwargs.get("indexed") or kwargs.get("unique") or kwargs.get("parts"):
            raise TypeError(f"{type(self).__name__} has no index: seal what you look up in a column of its own")
        super().__init__(*args, **kwargs)

    def parse(self, value: Any) -> Any:  # noqa: ANN401 - whatever was assigned
        """Return the document as it will be read: tuples become lists, keys text."""
        try:
            return json.loads(CODECS[Kind.JSON].to_bytes(value))
        except (TypeError, ValueError, RecursionError):
            # NaN, half a surrogate pair, a class of the portal's own, a document that contains itself.
            raise ValidationError(_("This is not valid JSON."), code="invalid") from None
