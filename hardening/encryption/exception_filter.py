"""Error pages and mails without sealed values: the names of sealed fields join Django's sensitive ones."""

from collections.abc import Iterator
from types import FrameType
from typing import Any

from django.http import HttpRequest, QueryDict
from django.views.debug import SafeExceptionReporterFilter

from hardening.encryption.census import sealed_fields
from hardening.encryption.log_filter import mask_nirs


class SealedExceptionReporterFilter(SafeExceptionReporterFilter):
    """Name it in DEFAULT_EXCEPTION_REPORTER_FILTER. It also masks in DEBUG: a developer's screen is a screen."""

    def get_post_parameters(self, request: HttpRequest | None) -> Any:  # noqa: ANN401 - as Django's
        """Return what was posted, with the fields of sealed columns blanked and every number masked."""
        posted = super().get_post_parameters(request)
        cleansed = QueryDict(mutable=True)
        for name, values in posted.lists() if hasattr(posted, "lists") else ():
            is_sealed = name.rpartition("-")[2] in sealed_names()
            cleansed.setlist(
                name, [self.cleansed_substitute if is_sealed else mask_nirs(str(value)) for value in values]
            )
        return cleansed

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> Any:  # noqa: ANN401
        """Return the variables of a frame: those named like sealed columns blanked, numbers in the others masked."""
        return list(self._cleansed(super().get_traceback_frame_variables(request, tb_frame)))

    def _cleansed(self, variables: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - pairs
        names = sealed_names()
        for name, value in variables:
            if name in names:
                yield name, self.cleansed_substitute
                continue
            shown = repr(value)
            masked = mask_nirs(shown)
            yield name, value if masked == shown else _Shown(masked)


class _Shown:
    """Prints as a masked repr."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def sealed_names() -> frozenset[str]:
    """Return the names of all sealed columns of the project."""
    return frozenset(field.name for field in sealed_fields())
