import pytest

from hardening.composition import PREREQUISITES
from tests.architecture import sources


def imported_domains(domain: str) -> set[str]:
    """Return the domains that some module of ``domain`` imports."""
    graph = sources.imports()
    own = f"hardening.{domain}"
    return {
        target.split(".")[1]
        for module in {own} | graph.find_descendants(own)
        for target in graph.find_modules_directly_imported_by(module)
        if target.startswith("hardening.") and target.split(".")[1] in PREREQUISITES
    } - {domain}


def needed(domain: str) -> set[str]:
    """Return what ``domain`` declares to need, and what that needs."""
    direct = set(PREREQUISITES[domain])
    return direct.union(*(needed(other) for other in direct))


@pytest.mark.parametrize("domain", PREREQUISITES)
def test_a_domain_imports_only_what_it_declares_to_need(domain: str) -> None:
    assert imported_domains(domain) <= needed(domain)


@pytest.mark.parametrize("domain", PREREQUISITES)
def test_a_domain_declares_no_need_that_it_does_not_have(domain: str) -> None:
    spare = {other for other in PREREQUISITES[domain] if other not in imported_domains(domain)}

    assert spare == set()


def test_every_folder_of_the_package_that_is_a_domain_is_composed() -> None:
    folders = {path.parent.name for path in sources.modules("hardening") if path.name == "apps.py"} - {"hardening"}

    assert folders == set(PREREQUISITES)
