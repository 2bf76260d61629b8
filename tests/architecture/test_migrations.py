import ast
import re

from django.apps import apps

from tests.architecture import sources

HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,}")
BASE64 = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/_-]{22,}={0,2}")
"""128 bits and more. A name in a migration has no capitals and digits at once."""


def long_literals(source: ast.Module) -> list[str]:
    texts = [node.value for node in ast.walk(source) if isinstance(node, ast.Constant)]
    return [str(text) for text in texts if isinstance(text, bytes) or (isinstance(text, str) and is_random(text))]


def is_random(text: str) -> bool:
    """Tell whether a text could be a key rather than a name."""
    return bool(HEXADECIMAL.fullmatch(text) or BASE64.fullmatch(text))


def test_no_migration_carries_key_material_c11() -> None:
    carrying = {
        sources.named(path): found for path in sources.migrations() if (found := long_literals(sources.tree(path)))
    }

    assert carrying == {}


def test_no_field_deconstructs_to_key_material_c11() -> None:
    own = [model for model in apps.get_models() if model.__module__.startswith(("hardening", "portal"))]
    fields = [field for model in own for field in model._meta.local_fields]
    carrying = [
        str(field)
        for field in fields
        for value in (*field.deconstruct()[2], *field.deconstruct()[3].values())
        if isinstance(value, bytes) or is_random(str(value))
    ]

    assert carrying == []


def test_no_migration_of_the_package_depends_on_an_app_of_one_project() -> None:
    """One that names the portal's accounts stops `migrate` in every other project; the user model is swappable."""
    foreign = {
        sources.named(path): found
        for path in sources.migrations()
        if sources.named(path).startswith("hardening") and (found := foreign_dependencies(sources.tree(path)))
    }

    assert foreign == {}


def foreign_dependencies(source: ast.Module) -> list[str]:
    """Return what a migration waits for outside the package; a swappable dependency is a call, and is left out."""
    stated = [node for node in ast.walk(source) if isinstance(node, ast.Assign) and is_dependencies(node)]
    items = [item for node in stated for item in ast.iter_child_nodes(node.value) if isinstance(item, ast.Tuple)]
    named = [ast.literal_eval(item) for item in items]
    return [app for app, _ in named if not app.startswith("hardening_")]


def is_dependencies(node: ast.Assign) -> bool:
    return [target.id for target in node.targets if isinstance(target, ast.Name)] == ["dependencies"]
