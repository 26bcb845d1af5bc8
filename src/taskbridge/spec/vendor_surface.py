"""What a vendor's product answers to beyond the operations of our document, for the operator's log.

A request for such a path is answered as any unknown one. The log says once per process that it is our gap, and not a
typing error. Each dialect makes one of its ``vendor_operations.txt``; the router calls it for requests without an
operation.
"""

import logging
from functools import cached_property
from importlib.resources import files

from taskbridge.spec.routing import Router

log = logging.getLogger("taskbridge.vendors")

_ANY = "*"
_BELOW = "/..."
#: Segments of a path that are looked at; no vendor's paths are as long.
_DEEPEST = 12

_Paths = Router[str, None]


class VendorSurface:
    """The operations of a product, as lines ``METHOD /path/{id}``.

    ``*`` stands for any method; a path that ends with ``/...`` for itself and all below it. Paths are below the
    dialect's base paths; those behind a line ``[server]`` are whole ones, of other parts of the product. What stands
    behind `` # `` says what they are.
    """

    def __init__(self, product: str, text: str) -> None:
        self._product = product
        self._text = text
        self._noted: set[str] = set()  # names of the text at most

    @classmethod
    def of(cls, product: str, package: str) -> "VendorSurface":
        """That of a dialect, whose package has the text as ``vendor_operations.txt``."""
        return cls(product, files(package).joinpath("vendor_operations.txt").read_text(encoding="utf-8"))

    def note(self, method: str, path: str, *, below_base: bool) -> None:
        """Log an operation that the product has, when it is asked for the first time; ``path`` as it was sent."""
        exact, below = self._routers[below_base]
        name = _find(exact, method, path)
        for depth in range(min(path.count("/"), _DEEPEST), 0, -1) if name is None else ():
            name = name or _find(below, method, "/".join(path.split("/", depth + 1)[: depth + 1]))
        if name is not None and name not in self._noted:
            self._noted.add(name)
            log.warning("%s exists in %s and not here", name, self._product)

    @cached_property
    def _routers(self) -> dict[bool, tuple[_Paths, _Paths]]:
        """Routers for paths below a base path and whole ones; each for single paths, and for all that is below one.

        Made when they are first needed, which on most servers they never are.
        """
        made = {below_base: (_empty(), _empty()) for below_base in (True, False)}
        below_base = True
        for line in self._text.splitlines():
            given, _, told = line.partition(" # ")
            if given.strip() == "[server]":
                below_base = False
            elif given.strip() and not given.startswith("#"):
                method, path = given.split()
                name = f"{'' if method == _ANY else method + ' '}{path}{f' ({told.strip()})' if told else ''}"
                whole = path.removesuffix(_BELOW)
                made[below_base][whole != path].add("", whole, method, name)
        return made


def _empty() -> _Paths:
    router: _Paths = Router()
    router.add_mount("", None, trailing_slash=True)
    return router


def _find(router: _Paths, method: str, path: str) -> str | None:
    found = router.find(path)
    return (found.entries.get(method) or found.entries.get(_ANY)) if found else None
