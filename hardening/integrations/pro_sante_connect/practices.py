"""The practices that the issuer names for a person (``SubjectRefPro``): where he works, and as what."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

SESSION_KEY = "hardening_pro_sante_connect_practice"

MOST = 50
"""Nobody works at more places; a longer list is somebody's mistake, and a page that nobody can use."""


@dataclass(frozen=True)
class Practice:
    """One place where the person exercises one profession. Texts are empty where the issuer says nothing."""

    profession: str
    """The issuer's code, such as ``60`` for pharmacists."""
    structure: str
    """The issuer's own number of the place, else its FINESS or SIRET number."""
    name: str = ""
    finess: str = ""
    siret: str = ""

    @property
    def key(self) -> str:
        """Return what a form posts for this practice."""
        return f"{self.profession}:{self.structure}"

    def as_json(self) -> dict[str, str]:
        """Return the form kept with a session."""
        return asdict(self)


def chosen_practice(session: Mapping[str, Any]) -> Practice | None:
    """Return the practice for which this session's login was made, or None where none was named."""
    return practice_from(session.get(SESSION_KEY))


def practice_from(kept: object) -> Practice | None:
    """Return the practice that ``as_json`` wrote, or None for anything else."""
    names = set(Practice.__dataclass_fields__)
    if not isinstance(kept, Mapping) or set(kept) != names or not all(isinstance(text, str) for text in kept.values()):
        return None
    return Practice(**kept)


def practices_in(reference: object) -> tuple[Practice, ...]:
    """Return the practices in a ``SubjectRefPro``, each once; what is not shaped like one is left out."""
    found = {practice.key: practice for practice in _practices(reference)}
    return tuple(found.values())[:MOST]


def _practices(reference: object) -> Iterator[Practice]:
    for exercise in _rows(reference, "exercices"):
        for activity in _rows(exercise, "activities"):
            finess, siret = _text(activity, "numeroFinessSite"), _text(activity, "numeroSiretSite")
            structure = _text(activity, "identifiantTechniqueDeLaStructure") or finess or siret
            if structure:
                yield Practice(
                    profession=_text(exercise, "codeProfession"),
                    structure=structure,
                    name=_text(activity, "enseigneCommercialeSite") or _text(activity, "raisonSocialeSite"),
                    finess=finess,
                    siret=siret,
                )


def _rows(holder: object, name: str) -> list[Mapping[str, Any]]:
    rows = holder.get(name) if isinstance(holder, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value.strip()[:120] if isinstance(value, str) else ""
