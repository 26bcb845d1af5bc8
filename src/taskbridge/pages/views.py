"""The pages as HTML, from the templates beside this module. Jinja escapes every value that is put into them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from taskbridge import __version__
from taskbridge.pages.apis import OWN, Api, api, watched
from taskbridge.pages.demo import Demo
from taskbridge.pages.resources import SCRIPTED, Resource, assets_folder
from taskbridge.spec import Document

_HTML = "text/html"


@dataclass(frozen=True)
class Reached:
    """How a client reached this server: `origin` is scheme and host, `root` the path of a proxy before all others."""

    origin: str
    root: str

    @property
    def base(self) -> str:
        """What every path of an API stands behind."""
        return self.origin + self.root


class Views:
    """Makes the pages of some documents."""

    def __init__(self, documents: Mapping[str, Document], demo: Demo | None) -> None:
        self._apis = [api(name, document) for name, document in documents.items()]
        self._watched = watched(documents)
        self._demo = demo

    def start(self, reached: Reached) -> Resource:
        """The start page. Other clients get another answer at its address."""
        products = [one for one in self._apis if one.name != OWN]
        page = _filled("start.html", reached, "start", products=products, watched=self._watched, **self._of_demo())
        return Resource(page, _HTML, headers={"Vary": "Accept"})

    def index(self, reached: Reached) -> Resource:
        """The page that leads to the pages of all documents."""
        logins = {step.api: step.login for step in self._demo.steps} if self._demo else {}
        return Resource(_filled("index.html", reached, "index", apis=self._apis, logins=logins), _HTML)

    def interactive(self, name: str, reached: Reached) -> Resource:
        """The interactive page of a document."""
        shown = next(one for one in self._apis if one.name == name)
        return Resource(_filled("api.html", reached, "api", api=shown, apis=self._apis), _HTML, policy=SCRIPTED)

    def _of_demo(self) -> dict[str, object]:
        """The demo with its steps for the APIs that are there, each with the place of its operation."""
        if self._demo is None:
            return {"demo": None, "steps": ()}
        by_name: dict[str, Api] = {one.name: one for one in self._apis}
        steps = [step for step in self._demo.steps if step.api in by_name]
        return {"demo": self._demo, "steps": [(step, by_name[step.api].tag_of[step.operation]) for step in steps]}


def _filled(template: str, reached: Reached, here: str, **values: object) -> bytes:
    folder = f"{reached.root}/docs/{assets_folder()}"
    text = (
        _environment()
        .get_template(template)
        .render(
            version=__version__,
            origin=reached.origin,
            root=reached.root,
            base=reached.base,
            host=reached.origin.partition("://")[2],
            assets=folder,
            here=here,
            **values,
        )
    )
    return text.encode()


@cache
def _environment() -> Environment:
    loader = PackageLoader("taskbridge.pages")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
