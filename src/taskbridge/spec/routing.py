"""Paths to operations: a dictionary of literal paths and a tree of segments for the others, literal segments first.

Filled at start-up; `Router.find` runs per request on the path as it came over the wire, so that `%2F` stays inside
its segment.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote

from taskbridge.spec.document import SpecError

T = TypeVar("T")
M = TypeVar("M")


class Found(NamedTuple, Generic[T, M]):
    """A path that is known: its entries by method, and the decoded values of its parameter segments."""

    mount: M
    entries: dict[str, T]
    values: list[str]


class _Node(Generic[T, M]):
    __slots__ = ("entries", "literals", "mount", "parameter", "slashed")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[T, M]] = {}
        self.parameter: _Node[T, M] | None = None
        self.entries: dict[str, T] = {}
        self.mount: M | None = None
        self.slashed = False


class Router(Generic[T, M]):
    """Finds the entry of a path and method, or else the mount that the path belongs to."""

    def __init__(self) -> None:
        self._root: _Node[T, M] = _Node()
        self._literal_paths: dict[str, _Node[T, M]] = {}
        self._mounts: dict[tuple[str, ...], tuple[M, bool]] = {}
        self._owned: set[tuple[str, ...]] = set()

    def add_mount(self, base_path: str, mount: M, *, trailing_slash: bool, owned: bool = True) -> None:
        """Declares a base path, which may have `{parameter}` segments. SpecError when it is taken or malformed.

        Unknown paths below it are the mount's own affair only when it is `owned`. One that is not owned may be declared
        by several mounts; each adds its entries before the next is declared.
        """
        shape = tuple(_shape(base_path))
        shared = not owned and shape not in self._owned
        if owned:
            self._owned.add(shape)
        if shape in self._mounts and not shared:
            raise SpecError([f"two documents are mounted on base path {base_path or '/'}"])
        self._mounts[shape] = (mount, trailing_slash)

    def add(self, base_path: str, path: str, method: str, entry: T) -> None:
        """Adds an entry of a declared mount. SpecError when another has its method and path, parameter names aside."""
        mount, trailing_slash = self._mounts[tuple(_shape(base_path))]
        node = self._node(_shape(base_path + path))
        if method in node.entries or node.mount not in (None, mount):
            raise SpecError([f"two operations answer to {method} {base_path}{path}"])
        node.entries[method] = entry
        node.mount = mount
        node.slashed = trailing_slash or path.endswith("/")
        if "{" not in base_path + path:
            self._literal_paths[(base_path + path).rstrip("/")] = node

    def find(self, raw_path: str) -> Found[T, M] | None:
        """The entries of a path, None when it is unknown."""
        node = self._literal_paths.get(raw_path)
        if node is not None:
            return Found(node.mount, node.entries, [])  # type: ignore[arg-type] # a node with entries has a mount
        segments = _segments(raw_path)
        values: list[str] = []
        node = _walk(self._root, segments, 0, values)
        if node is None and segments and not segments[-1]:
            node = _walk(self._root, segments[:-1], 0, values)
            node = node if node and node.slashed else None
        return Found(node.mount, node.entries, values) if node else None  # type: ignore[arg-type]

    def mount_of(self, raw_path: str) -> tuple[M, int] | None:
        """The most specific mount whose base path begins `raw_path`, and how many segments that base path has."""
        segments = _segments(raw_path)
        fitting = [shape for shape in self._owned if _begins(shape, segments)]
        if not fitting:
            return None
        # A literal segment says more than a parameter, from the left; then the longer is more specific.
        shape = max(fitting, key=lambda steps: [bool(step) for step in steps])
        return self._mounts[shape][0], len(shape)

    def _node(self, shape: Sequence[str]) -> _Node[T, M]:
        node = self._root
        for step in shape:
            if step:
                node = node.literals.setdefault(step, _Node())
            else:
                node.parameter = node.parameter or _Node()
                node = node.parameter
        return node


def parameter_names(template: str) -> list[str]:
    """The names of a template's `{parameter}` segments, in order."""
    return [segment[1:-1] for segment in template.split("/") if segment.startswith("{")]


def _shape(template: str) -> list[str]:
    """The template's segments, "" for every parameter. SpecError when a segment is only partly a parameter."""
    shape = []
    for segment in template.strip("/").split("/") if template.strip("/") else ():
        whole = segment.startswith("{") and segment.endswith("}") and segment.count("{") == 1
        if ("{" in segment or not segment) and not whole:
            raise SpecError([f"path {template}: a segment is a name or one {{parameter}}"])
        shape.append("" if whole else segment)
    return shape


def _segments(raw_path: str) -> list[str]:
    segments = raw_path.split("/")[1:]
    return [unquote(segment) for segment in segments] if "%" in raw_path else segments


def _walk(node: _Node[T, M], segments: list[str], index: int, values: list[str]) -> _Node[T, M] | None:
    if index == len(segments):
        return node if node.entries else None
    segment = segments[index]
    literal = node.literals.get(segment)
    if literal is not None and (found := _walk(literal, segments, index + 1, values)):
        return found
    if node.parameter is None or not segment:
        return None
    values.append(segment)
    found = _walk(node.parameter, segments, index + 1, values)
    if found is None:
        values.pop()
    return found


def _begins(shape: Sequence[str], segments: Sequence[str]) -> bool:
    return len(shape) <= len(segments) and all(
        not step or step == segment for step, segment in zip(shape, segments, strict=False)
    )
