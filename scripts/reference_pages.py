"""What the documentation has of the program, made while MkDocs builds it.

That is a page for each document, one for the command, and the logo.

MkDocs calls ``on_files``; nothing that is made here is kept, so nothing of it can be out of date.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.core import TyperGroup, TyperOption

import taskbridge.pages
from taskbridge.app import document_of
from taskbridge.cli.options import bounds_of, default_of
from taskbridge.cli.program import COMMANDS
from taskbridge.settings import declared
from taskbridge.spec import Document

VENDORS = ("alfresco", "camunda", "digioffice", "taskbridge", "worldserver")
Node: TypeAlias = Any
"""A part of a document, or of the command."""

_SETTINGS = {setting.name: setting for setting in declared()}
_HEAD = """# Commands and settings

Every option may also be given as an environment variable. What `taskbridge serve` can be told may stand in a TOML file
too (`--config`), by the name of its option with `_` for `-`, and each secret in a file of its own, so named, in a
folder (`--secrets-dir`). An option is stronger than a variable, which is stronger than a secret, which is stronger than
the file. The other commands find their database in the same places."""
_LOGO = Path(taskbridge.pages.__file__).with_name("assets") / "logo.svg"
_METHODS = ("get", "post", "put", "patch", "delete", "options", "head")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds a page for each document, one for the command, and the logo."""
    for vendor in VENDORS:
        files.append(File.generated(config, f"reference/{vendor}.md", content=api_page(document_of(vendor))))
    files.append(File.generated(config, "reference/commands.md", content=commands_page()))
    files.append(File.generated(config, "pictures/logo.svg", abs_src_path=str(_LOGO)))
    return files


# APIs


def api_page(document: Document) -> str:
    """Everything that a document says, as Markdown."""
    return "\n\n".join(
        [
            f"# {document['info']['title']}",
            document["info"].get("description", ""),
            "Base paths: " + ", ".join(f"`{server['url']}`" for server in document["servers"]) + ".",
            *_operations(document),
            "## Objects",
            *(_object(document, name, schema) for name, schema in document["components"]["schemas"].items()),
        ]
    )


def _operations(document: Document) -> Iterator[str]:
    """The operations below the tags that they have, in the order of the document."""
    described = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    tagged: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                text = _operation(document, f"{method.upper()} {path}", operation, item.get("parameters", ()))
                tagged.setdefault(operation["tags"][0], []).append(text)
    for tag, texts in tagged.items():
        yield from (f"## {tag}", described.get(tag, ""), *texts)


def _operation(document: Document, title: str, operation: Node, shared: Sequence[Node]) -> str:
    parameters = [resolved(document, one) for one in (*shared, *operation.get("parameters", ()))]
    return "\n\n".join(
        [
            f"### {operation['summary']} {{ #{operation['operationId']} }}",
            f"`{title}` (`{operation['operationId']}`)",
            operation.get("description", ""),
            _table(("parameter", "in", "type", "meaning"), map(_parameter, parameters)),
            _body(document, operation),
            _table(("status", "content", "meaning"), _answers(document, operation)),
        ]
    )


def _parameter(parameter: Node) -> tuple[str, ...]:
    name = f"`{parameter['name']}`" + (" (required)" if parameter.get("required") else "")
    return name, parameter["in"], type_of(parameter.get("schema", {})), parameter.get("description", "")


def _body(document: Document, operation: Node) -> str:
    body = resolved(document, operation.get("requestBody", {}))
    if not body:
        return ""
    kinds = ", ".join(f"`{kind}`" for kind in body["content"])
    (schema, *_) = [media.get("schema", {}) for media in body["content"].values()]
    return f"Body ({kinds}): {type_of(schema)}. {body.get('description', '')}"


def _answers(document: Document, operation: Node) -> Iterator[tuple[str, ...]]:
    for status, answer in operation["responses"].items():
        told = resolved(document, answer)
        content = told.get("content", {})
        (schema, *_) = [*(media.get("schema", {}) for media in content.values()), {}]
        yield str(status), type_of(schema) if content else "none", told["description"]


def _object(document: Document, name: str, schema: Node) -> str:
    members = _members(document, schema)
    table = _table(("member", "type", "meaning"), (_member(one, *member) for one, member in members.items()))
    kind = "" if members else type_of({key: value for key, value in schema.items() if key != "description"})
    return "\n\n".join([f"### {name} {{ #{anchor(name)} }}", schema.get("description", ""), kind, table])


def _members(document: Document, schema: Node) -> dict[str, tuple[Node, bool]]:
    """Members with whether they are required, those of the schemas that it is made of included."""
    found: dict[str, tuple[Node, bool]] = {}
    for part in schema.get("allOf", ()):
        found |= _members(document, resolved(document, part))
    required = schema.get("required", ())
    return found | {name: (member, name in required) for name, member in schema.get("properties", {}).items()}


def _member(name: str, schema: Node, required: bool) -> tuple[str, ...]:
    return f"`{name}`" + (" (required)" if required else ""), type_of(schema), schema.get("description", "")


def type_of(schema: Node) -> str:
    """A schema in a few words, with links to the objects of the page."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    for word, joint in (("allOf", " and "), ("oneOf", " or "), ("anyOf", " or ")):
        if word in schema:
            return joint.join(dict.fromkeys(map(type_of, schema[word]))) + _null(schema)
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"]) + _null(schema)
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {type_of(schema['items'])}" + _null(schema)
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"map of {type_of(schema['additionalProperties'])}" + _null(schema)
    return (f"{kind} ({schema['format']})" if "format" in schema else kind) + _null(schema)


def _null(schema: Node) -> str:
    return " or null" if schema.get("nullable") else ""


def resolved(document: Document, node: Node) -> Node:
    """What a reference of the document leads to; anything else as it is."""
    while "$ref" in node:
        found: Node = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def anchor(name: str) -> str:
    """Where on the page an object of the document is described."""
    return f"object-{name.lower()}"


# the command


def commands_page() -> str:
    """Every command with its arguments and options, the environment variables that stand in for them, and defaults."""
    return "\n\n".join(
        [_HEAD, *(part for entry in COMMANDS for part in _commands(entry.load(), f"taskbridge {entry.name}"))]
    )


def _commands(command: Node, name: str) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        for word, inner in command.commands.items():
            yield from _commands(inner, f"{name} {word}")
    else:
        columns = ("option, environment variable", "default", "meaning")
        options = (one for one in command.params if one.name != "help")
        yield f"## {name}\n\n{command.help or ''}\n\n{_table(columns, map(_stacked, map(_option, options)))}"


def _option(option: Node) -> tuple[str, ...]:
    setting = _SETTINGS.get(option.name or "") if isinstance(option, TyperOption) else None
    variable = setting.variable if setting else option.envvar
    default = default_of(setting) if setting else getattr(option.default, "value", option.default)
    meaning = ". ".join(filter(None, [setting.shown.help, bounds_of(setting)])) if setting else option.help
    words = (
        [*option.opts, *option.secondary_opts] if isinstance(option, TyperOption) else [option.metavar or option.name]
    )
    return (
        ", ".join(f"`{word}`" for word in words) + (" (required)" if option.required else ""),
        f"`{variable}`" if variable else "",
        "" if default in (None, (), "") else f"`{default}`",
        meaning or "",
    )


def _stacked(row: tuple[str, ...]) -> tuple[str, ...]:
    """An option with its names below each other, none of them broken: side by side they leave the meaning no room."""
    names, variable, default, meaning = row
    first = "<br>".join(filter(None, [*names.split(", "), variable]))
    return re.sub(r"`([^`]+)`", r"`\1`{ .name }", first), default, re.sub(r"(://|@)", r"\1<wbr>", meaning)


def _table(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of Markdown; nothing where it would have no rows."""
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(columns)} |", "|" + "---|" * len(columns), *lines])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
