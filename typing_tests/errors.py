"""A program that tells errors apart: one base, some of them built-ins too, each with its code, place and hint."""

from __future__ import annotations

from typing import assert_type

from pharmasales import CNY, Amount, BadRows, BadValue, NotFound, Org, PharmaSalesError
from pharmasales.rules import RuleBook


def told(error: PharmaSalesError) -> str:
    """Say what is wrong and what to do."""
    assert_type(error.code, str)
    return f"{error.code}: {error.reason} @ {error.where}; {error.hint}"


said: list[str] = []
for make in (lambda: Amount.of("1.005", CNY), lambda: Org.of([]), lambda: RuleBook("b", "1", {})["x"]):
    try:
        make()
    except BadRows as group:
        said += [told(one) for one in group.exceptions if isinstance(one, PharmaSalesError)]
    except (BadValue, NotFound) as error:
        said.append(told(error))
    except PharmaSalesError as error:
        said.append(told(error))
assert len(said) == 3
