"""JSON values as the driver handles them."""

from typing import Any

#: Any JSON value. Its parts are looked at by name, so a precise type would be a cast at every access.
Json = Any
JsonObject = dict[str, Any]
