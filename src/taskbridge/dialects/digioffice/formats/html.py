"""HTML for people with a browser: an answer as a page, write only."""

from html import escape

from taskbridge.dialects.digioffice.formats import json_text
from taskbridge.dialects.digioffice.formats.dto import type_name


def write(value: object) -> str:
    """A page that shows the answer as JSON."""
    shown = json_text.write_indented(value).decode()
    return page(type_name(value), f"<pre>{escape(shown)}</pre>")


def page(title: str, body: str) -> str:
    """A plain page; the title is text, the body is HTML."""
    style = "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{overflow:auto}"
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{style}</style>'
    return f"<!doctype html><html><head>{head}</head><body><h1>{escape(title)}</h1>{body}</body></html>"
