"""A clear column and its sealed twin while one becomes the other: every write of the one writes both."""

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, Field, Model, Value, When

from hardening.encryption.literals import literal_of
from hardening.encryption.refusals import SealedValueError, SealedWriteError
from hardening.encryption.sealed import Sealed

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

_DECLARED = "_hardening_twins"


class Twins:
    """One line in a model: ``nir_twins = Twins(clear="nir", sealed="nir_sealed")``.

    ``leading`` says which of the two the program writes and reads; the other follows on every write of the ORM.
    What the sealed field refuses (a number that is none) leaves it empty instead of stopping a writer that worked
    yesterday: ``seal_column`` counts such rows, and nothing goes on before they are mended.
    """

    def __init__(self, *, clear: str, sealed: str, leading: Literal["clear", "sealed"] = "clear") -> None:
        if leading not in {"clear", "sealed"}:
            raise ValueError("Twins: leading is clear or sealed")
        self.clear = clear
        self.sealed = sealed
        self.leading = leading

    def contribute_to_class(self, cls: type[Model], name: str) -> None:
        """Join the model, which from now on writes both columns."""
        setattr(cls, name, self)
        if not hasattr(cls, _DECLARED):
            cls._save_table = _in_step(cls._save_table)  # type: ignore[attr-defined]  # after all signals, before the statement
        setattr(cls, _DECLARED, (*twins_of(cls), self))

    def columns(self, model: type[Model]) -> "tuple[Field[Any, Any], SealedField]":
        """Return both fields of ``model``.

        Raise FieldDoesNotExist if one is missing.
        """
        meta = model._meta
        return cast("Field[Any, Any]", meta.get_field(self.clear)), cast("SealedField", meta.get_field(self.sealed))

    @property
    def leader(self) -> str:
        """Return the name of the field that the program writes."""
        return self.clear if self.leading == "clear" else self.sealed

    @property
    def follower(self) -> str:
        """Return the name of the field that is kept in step."""
        return self.sealed if self.leading == "clear" else self.clear

    def follow(self, instance: Model) -> None:
        """Give the follower of ``instance`` the value of its leader.

        Raise SealedWriteError for an expression, SealedValueError if a leading sealed field refuses its value.
        """
        clear, sealed = self.columns(type(instance))
        leader, follower = (clear, sealed) if self.leading == "clear" else (sealed, clear)
        value = getattr(instance, leader.attname)
        if isinstance(value, Sealed):
            value = value.open_ungated()
        setattr(instance, follower.attname, self.following(type(instance), value))

    def following(self, model: type[Model], value: Any) -> Any:  # noqa: ANN401 - the leader's type
        """Return what the follower holds beside a plain ``value`` of the leader.

        Raise SealedWriteError for what the database would compute: the sealed column could not follow.
        """
        clear, sealed = self.columns(model)
        if isinstance(value, Case):
            *whens, default = value.get_source_expressions()
            branches = (When(when.condition, then=Value(self.following(model, when.result))) for when in whens)
            return Case(*branches, default=Value(self.following(model, default)))
        value = literal_of(value, field=sealed)
        return sealed_beside(clear, sealed, value) if self.leading == "clear" else clear_beside(clear, sealed, value)


def sealed_beside(clear: "Field[Any, Any]", sealed: "SealedField", value: object) -> Any:  # noqa: ANN401 - the field's type
    """Return the plain value to seal for a clear ``value``: none where the sealed field refuses it."""
    none = "" if sealed.empty_is_text else None
    plain = clear.to_python(value)
    if sealed.is_empty(plain):
        return none
    try:
        return sealed.canonical(plain)
    except SealedValueError:
        return none


def clear_beside(clear: "Field[Any, Any]", sealed: "SealedField", value: object) -> Any:  # noqa: ANN401 - the field's type
    """Return what the clear column holds for an opened ``value``, None and "" as it spells them.

    Raise SealedValueError if it is no value of the sealed field.
    """
    if not sealed.is_empty(value):
        return sealed.canonical(value)
    return "" if clear.empty_strings_allowed and not clear.null else None


def twins_of(model: type[Model]) -> tuple[Twins, ...]:
    """Return the twins that a model declares or inherits."""
    return cast("tuple[Twins, ...]", getattr(model, _DECLARED, ()))


def twins_in_update(model: type[Model], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an ``update()``, with each follower beside its leader.

    Raise SealedWriteError if a follower is written alone.
    """
    for twins in twins_of(model):
        if twins.leader in values:
            values = {**values, twins.follower: twins.following(model, values[twins.leader])}
        elif twins.follower in values:
            raise _written_alone(twins)
    return values


def twins_in_rows(model: type[Model], rows: Sequence[Model], names: Sequence[str] | None) -> list[str]:
    """Bring rows in step before a bulk write of these fields (None: all), and return the fields to write.

    Raise SealedWriteError if a follower is written alone.
    """
    wanted = list(names or ())
    for twins in twins_of(model):
        if names is not None and twins.leader not in names:
            if twins.follower in names:
                raise _written_alone(twins)
            continue
        for row in rows:
            twins.follow(row)
        if twins.follower not in wanted:
            wanted.append(twins.follower)
    return wanted if names is not None else []


def _written_alone(twins: Twins) -> SealedWriteError:
    return SealedWriteError(f"{twins.follower} follows {twins.leader}: write {twins.leader}, and both are written")


def _in_step(save_table: Callable[..., bool]) -> Callable[..., bool]:
    """Return Model._save_table with the followers brought along, in raw saves of fixtures too."""
    signature = inspect.signature(save_table)

    def save(instance: Model, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - Django's
        given = signature.bind(instance, *args, **kwargs)
        given.apply_defaults()
        if names := given.arguments["update_fields"]:
            given.arguments["update_fields"] = names = _fields_in_step(instance, frozenset(names))
            if not names:
                return True  # a follower alone, loaded without its leader: there is nothing to write
        else:
            for twins in twins_of(type(instance)):
                twins.follow(instance)
        return save_table(*given.args, **given.kwargs)

    return save


def _fields_in_step(instance: Model, names: frozenset[str]) -> frozenset[str]:
    for twins in twins_of(type(instance)):
        leads, follows = ({name, _attname(instance, name)} for name in (twins.leader, twins.follower))
        # An instance loaded with only() writes what it loaded: a follower without its leader could be out of date.
        names -= follows
        if names & leads:
            twins.follow(instance)
            names |= {twins.follower}
    return names


def _attname(instance: Model, name: str) -> str:
    try:
        return str(instance._meta.get_field(name).attname)  # type: ignore[union-attr]  # a concrete field
    except FieldDoesNotExist:
        return name
