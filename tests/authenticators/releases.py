"""Releases of other packages, as their metadata tell."""

from pathlib import Path


def seem_installed(name: str, release: str, *, folder: Path) -> None:
    """Write what a resolver would have left of this release into the folder."""
    metadata = folder / f"{name.replace('-', '_')}-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n")
