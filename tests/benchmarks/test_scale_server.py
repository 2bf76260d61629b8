import pytest

from benchmarks.scale.server import settings

GIB = 1 << 30


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_figures_of_a_country_are_those_of_a_server_that_keeps_what_it_said(name: str) -> None:
    assert settings(memory_bytes=8 * GIB)[name] == "on"


@pytest.mark.parametrize(("memory", "shared"), [(4, "1024MB"), (16, "4096MB"), (256, "4096MB")])
def test_the_server_takes_a_quarter_of_the_memory_and_four_gibibytes_at_most(memory: int, shared: str) -> None:
    assert settings(memory_bytes=memory * GIB)["shared_buffers"] == shared
