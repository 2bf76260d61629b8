from tests.architecture import sources

SAYS_NOTHING = {"utils", "helpers", "common", "misc", "base", "core", "services", "manager", "managers", "lib"}
ALLOWED = {"portal/settings/base.py"}
"""Django's own word for the profile beneath the others."""


def test_every_module_and_folder_is_named_after_what_it_holds() -> None:
    vague = [
        sources.named(path)
        for path in sources.modules(*sources.PACKAGES)
        if SAYS_NOTHING & {path.stem, *(part for part in path.relative_to(sources.ROOT).parts[:-1])}
    ]

    assert set(vague) <= ALLOWED
