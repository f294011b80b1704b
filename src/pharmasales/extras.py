"""Optional packages: imported where they are used, asked for by name where they are absent.

>>> need("json", "files").dumps([1])
'[1]'
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from pharmasales.errors import BadConfig

__all__ = ["need"]


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
