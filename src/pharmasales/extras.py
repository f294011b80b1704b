"""What is loaded only when it is asked for: optional packages, and the modules of a large room.

>>> need("json", "files").dumps([1])
'[1]'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType

from pharmasales.errors import BadConfig

__all__ = ["need", "on_demand"]


def need(module: str, extra: str) -> ModuleType:
    """Return an optional module, or say which extra brings it.

    Raises:
        BadConfig: the package is not installed.

    Example:
        >>> need("no_such_module", "files")
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadConfig: no_such_module is not installed; install pharmasales[files] [config.extra]
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise BadConfig(
            f"{module} is not installed", hint=f"install pharmasales[{extra}]", code="config.extra"
        ) from error


def on_demand(room: str, modules: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return a room's `__getattr__` and `__dir__`: a name's module is loaded when the name is first asked for.

    Args:
        room: the package's name.
        modules: the names that each module of the package gives, parted by spaces; no name is that of a module.

    Example:
        >>> asked, _ = on_demand("pharmasales", {"names": "fold twins"})
        >>> asked("fold")("ＡＢ")
        'ab'
    """
    home = {name: module for module, names in modules.items() for name in names.split()}

    def get(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(f"{room}.{home[name]}"), name)

    def listed() -> list[str]:
        return sorted(home)

    return get, listed
