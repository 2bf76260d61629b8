import ast
import tomllib

import pytest

from tests.architecture import sources

KERNELS = tomllib.loads((sources.ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]["only_mutate"]
"""Pure rules: the same list says which modules mutants are made of."""

NO_RULES = {"hardening/clock.py", "hardening/testing/soft_passkey.py"}
"""The clock itself, and a device that stands on the other side of the rules."""

IMPURE = {"django", "contextvars", "http", "logging", "os", "pathlib", "threading", "time"}


def is_pure(path: str) -> bool:
    """Tell whether a module reaches neither Django, in however many steps, nor itself the world outside."""
    module = path.removesuffix(".py").replace("/", ".")
    graph = sources.imports()
    return not graph.chain_exists(importer=module, imported="django") and IMPURE.isdisjoint(
        graph.find_modules_directly_imported_by(module)
    )


def has_rules(path: str) -> bool:
    """Tell whether a module holds more than names and shapes."""
    return any(isinstance(node, ast.FunctionDef) for node in ast.walk(sources.tree(sources.ROOT / path)))


@pytest.mark.parametrize("path", KERNELS)
def test_a_kernel_reaches_neither_django_nor_the_world_outside(path: str) -> None:
    assert is_pure(path)


def test_whatever_is_pure_and_holds_rules_is_a_kernel() -> None:
    paths = [sources.named(path) for path in sources.modules("hardening") if path.name != "__init__.py"]

    assert {path for path in paths if is_pure(path) and has_rules(path)} - {*KERNELS, *NO_RULES} == set()
