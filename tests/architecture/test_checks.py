import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import sources

ID = re.compile(r"(hardening(?:_[a-z]+)?)\.([EWI]\d{3})")


def declared() -> Iterator[tuple[Path, str, str]]:
    """Yield (file, constant, id) of every check id that a module binds to a constant."""
    for path in sources.modules("hardening", "portal"):
        for node in sources.tree(path).body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and ID.fullmatch(str(node.value.value))
            ):
                for target in node.targets:
                    yield path, ast.unparse(target), str(node.value.value)


def test_a_check_id_belongs_to_one_check_for_ever() -> None:
    counted = Counter(identity for _, _, identity in declared())

    assert {identity for identity, times in counted.items() if times > 1} == set()
    assert counted


def test_a_check_id_stands_in_a_constant_only() -> None:
    constants = {identity for _, _, identity in declared()}
    bare = [
        f"{sources.named(path)}:{node.lineno}"
        for path in sources.modules("hardening", "portal")
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.keyword) and node.arg == "id" and isinstance(node.value, ast.Constant)
    ]

    assert constants
    assert bare == []


def test_a_check_id_carries_the_label_of_its_domain() -> None:
    misplaced = [
        (sources.named(path), identity)
        for path, _, identity in declared()
        if ID.fullmatch(identity)[1] != expected_label(path)  # type: ignore[index]  # declared() matched it
    ]

    assert misplaced == []


def expected_label(path: Path) -> str:
    first = path.relative_to(sources.ROOT / "hardening").parts[0]
    return "hardening" if first.endswith(".py") else f"hardening_{first}"


def test_every_check_is_triggered_by_a_test() -> None:
    suite = "\n".join(
        path.read_text(encoding="utf-8") for path in sources.modules("tests") if "architecture" not in path.parts
    )
    untested = [
        (identity, constant)
        for _, constant, identity in declared()
        if identity not in suite and not re.search(rf"\b{constant}\b", suite)
    ]

    assert untested == []
