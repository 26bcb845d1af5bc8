"""Makes what openapi-python-client needs to make a client of DigiOffice's document: ``client_templates.py FOLDER``.

It is the installed generator's own template for calls, with two conditions changed: a body of several content types is
sent as the first of them. By itself, the generator asks ``isinstance(body, …)`` once for every content type. That ends
with the last one where all have the same schema, and with a TypeError for arrays.
"""

import sys
from importlib.resources import files
from pathlib import Path

_TEMPLATE = "endpoint_module.py.jinja"
_CHANGES = (
    ("{% if endpoint.bodies | length > 1 %}", "{% if false %}"),
    ("{% elif endpoint.bodies | length == 1 %}", "{% elif endpoint.bodies %}"),
)


def make(folder: Path) -> None:
    """Write the template into a folder, for ``--custom-template-path``. ValueError when the generator has another."""
    text = files("openapi_python_client").joinpath("templates", _TEMPLATE).read_text()
    for old, new in _CHANGES:
        if text.count(old) != 1:
            raise ValueError(f"{_TEMPLATE} of the installed generator has another form")
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _TEMPLATE).write_text(text)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
