"""What a view and its template may hold of a person: plain values of the declared fields, and nothing else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Never

from hardening.errors import NotDisclosedError


class DisclosedRecord:
    """A frozen view of one record. A field that was not declared raises, in templates too (D15).

    A path such as ``contract__number`` is read as written, ``{{ record.contract__number }}``. It shows no value
    when printed and cannot be pickled: personal data in clear must not end in a session, a cache or a log.
    """

    __slots__ = ("_values",)
    _values: Mapping[str, object]

    def __init__(self, values: Mapping[str, object]) -> None:
        object.__setattr__(self, "_values", MappingProxyType(dict(values)))

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> object:
        try:
            return self._values[name]
        except KeyError:
            # No AttributeError: a template would print nothing and go on.
            raise NotDisclosedError(f"{name} was not declared: add it to the fields of the disclosure") from None

    def __setattr__(self, name: str, value: object) -> Never:
        raise TypeError("what was disclosed does not change")

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __repr__(self) -> str:
        return f"<DisclosedRecord of {', '.join(self._values)}>"

    def __reduce__(self) -> Never:
        raise TypeError("personal data in clear is not stored")
