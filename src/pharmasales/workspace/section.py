"""One table of a settings file, read key by key: a wrong value and an unknown key are errors that say where.

>>> section = Section({"grain": "1", "growht": "10%"}, "goals")
>>> section.take("grain", str, "1")
'1'
>>> section.take("growth", str, "")
''
>>> section.done()
Traceback (most recent call last):
    ...
pharmasales.errors.BadConfig: unknown key @ goals.growht; did you mean "growth"? [config.unknown]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from pharmasales.errors import BadConfig, PharmaSalesError
from pharmasales.names import nearest

__all__ = ["Section", "as_date"]

T = TypeVar("T")

_NAMES = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


class Section:
    """Reads one table; every key asked for is known, and `done` refuses the others."""

    def __init__(self, data: object, where: str) -> None:
        """Take the table that stands at `where`.

        Raises:
            BadConfig: not a table.
        """
        if not isinstance(data, Mapping):
            raise BadConfig("a table is due", where=where, hint="write { key = value }", code="config.type")
        self.data: Mapping[str, Any] = data
        self.where = where
        self.known: set[str] = set()

    def path(self, key: str) -> str:
        """Return the full name of a key."""
        return f"{self.where}.{key}" if self.where else key

    def take(self, key: str, kind: type[T], default: T) -> T:
        """Return the value of a key, of exactly the type asked for, or the default."""
        self.known.add(key)
        value = self.data.get(key, default)
        if value is not default and type(value) is not kind:
            raise BadConfig(f"{_NAMES.get(kind, kind.__name__)} is due", where=self.path(key), code="config.type")
        return value

    def read(self, key: str, reader: Callable[[Any], T], default: T) -> T:
        """Return what `reader` makes of a key, or the default; its error bears the key."""
        self.known.add(key)
        return self.reading(key, reader, self.data[key]) if key in self.data else default

    def due(self, key: str, reader: Callable[[Any], T]) -> T:
        """Return what `reader` makes of a key that must be there."""
        self.known.add(key)
        if key not in self.data:
            raise BadConfig("left out", where=self.path(key), hint="give it", code="config.missing")
        return self.reading(key, reader, self.data[key])

    def reading(self, key: str, reader: Callable[[Any], T], value: object) -> T:
        """Apply `reader` to a value that stands at `key`."""
        try:
            return reader(value)
        except PharmaSalesError as error:
            where = f"{self.path(key)}.{error.where}" if isinstance(error, BadConfig) else self.path(key)
            raise BadConfig(error.reason, where=where.rstrip("."), hint=error.hint, code=error.code) from error
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise BadConfig("not a value of this setting", where=self.path(key), code="config.type") from error

    def choice(self, key: str, options: Iterable[str], default: str) -> str:
        """Return one of a few words."""
        known = list(options)
        found = self.take(key, str, default)
        if found not in known:
            raise BadConfig("unknown choice", where=self.path(key), hint=nearest(found, known), code="config.choice")
        return found

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        self.known.add(key)
        value = self.data.get(key, list(default))
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise BadConfig("a list of texts is due", where=self.path(key), code="config.type")
        return tuple(found)

    def section(self, key: str) -> Section:
        """Return the table below a key; an empty one where it is left out."""
        self.known.add(key)
        return Section(self.data.get(key, {}), self.path(key))

    def done(self) -> None:
        """Refuse keys that nobody asked for.

        Raises:
            BadConfig: an unknown key, with the nearest known one.
        """
        for key in self.data:
            if key not in self.known:
                hint = nearest(key, self.known)
                raise BadConfig("unknown key", where=self.path(key), hint=hint, code="config.unknown")


def as_date(value: object) -> date:
    """Read a TOML date or an ISO text.

    >>> as_date("2026-02-10").day
    10
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value))
