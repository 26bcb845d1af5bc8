"""The product's pages, for people with a browser: all that they load comes from this server.

An ASGI application for the start page at `/` and what is below `/docs`; the composition root hands it to `spec`, which
asks it only when no document has a path. Swagger UI comes from an installed package.
"""

from taskbridge.pages.application import PATH, START, Pages
from taskbridge.pages.demo import Demo, Person, Step

__all__ = ["PATH", "START", "Demo", "Pages", "Person", "Step"]
