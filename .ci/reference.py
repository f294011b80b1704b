"""Check that the built reference holds every public name: `reference.py site/objects.inv`."""

from __future__ import annotations

import sys
import zlib
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pharmasales


def public_names() -> list[str]:
    """Return the full name of everything in the `__all__` of a public module; packages only pass names on."""
    found = []
    for info in walk_packages(pharmasales.__path__, "pharmasales."):
        if not info.ispkg and not any(part.startswith("_") for part in info.name.split(".")):
            room = import_module(info.name)
            names = (name for name in getattr(room, "__all__", ()) if not isinstance(getattr(room, name), ModuleType))
            found += [f"{info.name}.{name}" for name in names]
    return found


def main(inventory: str) -> None:
    """Compare the names with the inventory of the site."""
    lines = zlib.decompress(Path(inventory).read_bytes().split(b"zlib.\n", 1)[1]).decode().splitlines()
    described = {line.split(" ", 1)[0] for line in lines}
    missing = [name for name in public_names() if name not in described]
    if missing:
        sys.exit(f"not in the reference: {', '.join(missing)}")
    sys.stdout.write(f"{len(public_names())} public names, all in the reference\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
