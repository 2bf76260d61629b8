"""One place decides who may change how an account logs in (I3)."""

import ast
from pathlib import Path

import hardening
from hardening.authenticators import permission

PACKAGE = Path(hardening.__file__).parent
HOME = Path(permission.__file__)


def makers(path: Path) -> list[str]:
    """Return where a module makes a Permission of ours."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    is_ours = any(
        isinstance(node, ast.ImportFrom)
        and node.module == permission.__name__
        and any(name.name == "Permission" for name in node.names)
        for node in ast.walk(tree)
    )
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Permission"]
    return [f"{path.relative_to(PACKAGE)}:{call.lineno}" for call in made] if is_ours else []


def test_no_other_module_makes_a_permission() -> None:
    """A verb that takes one can then be reached by a proof or a grant, and by nothing else."""
    modules = [path for folder in (PACKAGE, PACKAGE.parent / "portal") for path in folder.rglob("*.py") if path != HOME]

    assert [maker for path in modules for maker in makers(path)] == []
    assert len(modules) > 100
