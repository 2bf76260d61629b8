"""C10: nothing that is read back from a database, a cache or a file may become code."""

import ast

import pytest

from tests.architecture import sources

LOADERS = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle"}
CALLS = {"eval", "exec"}


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("package", ["hardening", "portal"])
def test_no_module_imports_what_loads_objects(package: str) -> None:
    guilty = {str(path) for path in sources.modules(package) if imported(sources.tree(path)) & LOADERS}

    assert guilty == set()


@pytest.mark.parametrize("package", ["hardening", "portal"])
def test_no_module_runs_text(package: str) -> None:
    called = {
        node.func.id
        for path in sources.modules(package)
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert called & CALLS == set()
    assert called, "no module was read"
