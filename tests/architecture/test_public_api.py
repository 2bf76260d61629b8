import ast

import hardening
from tests.architecture import sources

INIT = sources.ROOT / "hardening" / "__init__.py"


def names_for_type_checkers() -> dict[str, str]:
    block = next(node for node in sources.tree(INIT).body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: str(node.module) for node in imports for alias in node.names}


def test_every_public_name_is_listed_has_a_home_and_is_seen_by_type_checkers() -> None:
    assert names_for_type_checkers() == hardening._HOME
    assert sorted(hardening.__all__) == sorted([*hardening._HOME, "__version__"])


def test_every_public_name_resolves() -> None:
    for name in hardening.__all__:
        assert getattr(hardening, name) is not None
