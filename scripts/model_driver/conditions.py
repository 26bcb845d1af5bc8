"""How a condition of a model becomes true: by one variable, where the condition compares one with a constant."""

import re
from dataclasses import dataclass

from model_driver.values import Json, JsonObject

_COMPARED = re.compile(
    r"""\s*[$\#]\{\s*(?P<name>[A-Za-z_]\w*)\s*(?P<compared>==|!=|>=|<=|>|<|eq|ne|ge|le|gt|lt)\s*
    (?P<value>-?\d+|true|false|'[^']*'|"[^"]*")\s*\}\s*""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"\s*[$#]\{\s*(?P<no>!|not\s)?\s*(?P<name>[A-Za-z_]\w*)\s*\}\s*")
#: By how much a whole number that makes a comparison true differs from what it is compared with.
_STEPS = {"==": 0, "eq": 0, ">=": 0, "ge": 0, "<=": 0, "le": 0, ">": 1, "gt": 1, "<": -1, "lt": -1, "!=": 1, "ne": 1}


@dataclass(frozen=True, slots=True, order=True)
class Setting:
    """A variable with its value."""

    name: str
    type: str
    value: bool | int | str

    def typed(self) -> JsonObject:
        """The value as the API takes it."""
        return {"type": self.type, "value": self.value}


def fulfilling(condition: str) -> Setting | None:
    """The variable that makes a condition true; None for a condition of another form."""
    if plain := _PLAIN.fullmatch(condition):
        return Setting(plain["name"], "Boolean", plain["no"] is None)
    compared = _COMPARED.fullmatch(condition)
    if compared is None:
        return None
    step = _STEPS[compared["compared"]]
    value: Json = compared["value"]
    if value in ("true", "false"):
        return Setting(compared["name"], "Boolean", (value == "true") is (step == 0))
    if value[0] in "'\"":
        return Setting(compared["name"], "String", value[1:-1] + "+" * abs(step))
    return Setting(compared["name"], "Integer", int(value) + step)
