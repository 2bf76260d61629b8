"""Roots as they are: the mode of the key file is all that protects them."""

from typing import ClassVar

from hardening.keys.providers.protocol import WrappingContext


class ClearProvider:
    """``file``: the root stands in the file in clear. What exchanges two roots is found by their check values."""

    name: ClassVar[str] = "file"

    def wrap(self, root: bytes, *, context: WrappingContext) -> bytes:  # noqa: ARG002 - the protocol's
        """Return ``root`` itself."""
        return root

    def unwrap(self, wrapped: bytes, *, context: WrappingContext) -> bytes:  # noqa: ARG002 - the protocol's
        """Return what stands in the file."""
        return wrapped

    def healthcheck(self) -> None:
        """Do nothing: there is nothing here that could fail; the file is tested where it is read."""
