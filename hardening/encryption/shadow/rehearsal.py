"""The copy made empty, compared with the table and rolled back: what could not be the same is refused at the start."""

from hardening.encryption.sealed_table import SealedTable
from hardening.encryption.shadow.building import add_constraints, copy_oid, index_statements, make_table, run_all
from hardening.encryption.shadow.obstacles import obstacles
from hardening.encryption.shadow.patience import Patience
from hardening.encryption.shadow.place import Original, Session, ShadowError, new_room
from hardening.encryption.shadow.portrait import Extent, difference, portrait


def require_exact(at: Session, table: SealedTable, original: Original, *, patience: Patience) -> None:
    """Raise ShadowError, naming what is in the way, unless a copy can be the same table."""
    if found := in_the_way(at, table, original, patience=patience):
        raise ShadowError("; ".join(found))


def in_the_way(at: Session, table: SealedTable, original: Original, *, patience: Patience) -> list[str]:
    """Return, as sentences, why the table cannot be copied exactly; none if it can."""
    found = obstacles(at, table, original)
    if not found and (unlike := _rehearse(at, original, patience)):
        found.append(f"{table.model._meta.label}: a copy would not be the same: {unlike}")
    return found


def _rehearse(at: Session, original: Original, patience: Patience) -> str:
    room = new_room(original)
    with at.rehearsal():
        patience.bound(at)
        make_table(at, room)
        run_all(at, index_statements(at, room))
        add_constraints(at, room)
        copy = portrait(at, copy_oid(at, room), extent=Extent.COPY, room=room)
        return difference(portrait(at, original.oid, extent=Extent.COPY), copy)
