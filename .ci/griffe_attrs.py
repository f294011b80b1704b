"""How the reference reads the source: examples as code, and the fields of a class as its arguments."""

from __future__ import annotations

import re
from typing import Any

from griffe import Attribute, Class, Extension, Function, Object, Parameter, ParameterKind, Parameters

_EXAMPLE = re.compile(r"^(?P<indent> *)>>> .*(?:\n(?P=indent).*\S.*)*", re.MULTILINE)
_SPECIAL = re.compile("__[a-z_]+__")


def fenced(text: str) -> str:
    """Return a docstring with every block of examples in a fence."""
    return _EXAMPLE.sub(lambda found: f"{found['indent']}```pycon\n{found[0]}\n{found['indent']}```", text)


def arguments(cls: Class) -> list[Parameter]:
    """Return the arguments that attrs makes of a class's fields."""
    found = []
    for name, member in cls.members.items():
        if isinstance(member, Attribute) and member.annotation is not None and "ClassVar" not in str(member.annotation):
            value = None if member.value is None else str(member.value)
            if value is not None and value.startswith("field("):
                if "init=False" in value:
                    continue
                value = "..." if "default=" in value or "factory=" in value else None
            kind = ParameterKind.positional_or_keyword
            found.append(Parameter(name.lstrip("_"), annotation=member.annotation, kind=kind, default=value))
            member.public = member.has_docstring
    return found


class HouseStyle(Extension):
    """The extension that mkdocstrings loads."""

    def on_object(self, *, obj: Object, **_: Any) -> None:  # noqa: ANN401 - whatever griffe passes on
        """Put examples into fences, and leave special methods out."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)
        if obj.is_function and _SPECIAL.fullmatch(obj.name):
            obj.public = False

    def on_class_members(self, *, cls: Class, **_: Any) -> None:  # noqa: ANN401 - whatever griffe passes on
        """Give an attrs class or a named tuple its `__init__`."""
        attrs = any(str(decorator.value).startswith(("frozen", "define")) for decorator in cls.decorators)
        if attrs or "NamedTuple" in map(str, cls.bases):
            me = Parameter("self", kind=ParameterKind.positional_or_keyword)
            cls.set_member("__init__", Function("__init__", parameters=Parameters(me, *arguments(cls))))
