"""Interactive pages of the documents, for people with a browser: all that they load comes from this server.

An ASGI application for what is below `/docs`; the composition root hands it to `spec`, which asks it only when no
document has a path. Swagger UI comes from an installed package.
"""

from taskbridge.pages.application import PATH, Pages

__all__ = ["PATH", "Pages"]
