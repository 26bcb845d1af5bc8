"""WorldServer's errors: the exception that carries one, and the texts of the vendor by the situation they belong to.

Every answer that is no success carries the body ``{"errors": [{code, type, message}]}`` (contract 2.1): real clients
read ``errors[0]`` without a look whether it is there.
"""

from taskbridge.spec import Answer

TYPES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}


class WorldServerError(Exception):
    """An error as it goes out: the status and the text."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def entry(self) -> dict[str, object]:
        """The error as a member of ``errors``."""
        return {"code": self.status, "type": TYPES[self.status], "message": self.message}

    def answer(self) -> Answer:
        """The error as an answer of its own."""
        return Answer(self.status, {"errors": [self.entry()]})


NO_TOKEN = "No session token provided or invalid token"
NO_FILE = "No session token provided"
BAD_CREDENTIALS = "BAD_CREDENTIALS"
BODY_MISSING = "Required request body is missing"
INVALID_JSON = "Invalid JSON"
NOT_JSON = "Not valid JSON body sent"
INVALID_FIELDS = "The fields are not valid"
BAD_UPDATE = "Request body not sent, or invalid"


def bad_request(message: str) -> WorldServerError:
    """Something in the request cannot be meant."""
    return WorldServerError(400, message)


def unauthorized(message: str = NO_TOKEN) -> WorldServerError:
    """Nobody is signed in."""
    return WorldServerError(401, message)


def no_rights(action: str, resource_type: str) -> WorldServerError:
    """The caller's user type lacks a right, or the step is somebody else's."""
    return WorldServerError(403, rights_text(action, resource_type))


def rights_text(action: str, resource_type: str) -> str:
    """The text for every cause of a refusal (contract 4.5 knows four for a claim)."""
    return f"No rights to {action} for resource type {resource_type}"


def not_found(resource_type: str, identifier: object) -> WorldServerError:
    """There is no such thing."""
    return WorldServerError(404, f"Resource {resource_type} ({identifier}) not found")


def not_numeric(text: str) -> WorldServerError:
    """An id in a path or query is no number: the vendor's server stumbles over it (contract 2.4)."""
    return WorldServerError(500, f'For input string: "{text}"')


def parameter_missing(kind: str, name: str) -> WorldServerError:
    """A mandatory query parameter is missing, another stumble (contract 2.4)."""
    return WorldServerError(500, f"Required {kind} parameter '{name}' is not present")


def incorrect_syntax() -> WorldServerError:
    """The same stumble where an image is asked for (contract 5)."""
    return WorldServerError(500, "The request sent by the client was syntactically incorrect")


def offset_out_of_range(total: int) -> WorldServerError:
    """The page begins behind the end of the collection."""
    return bad_request(f"Offset out of range. Collection has only {total} items")


def invalid_fields() -> WorldServerError:
    """``fields`` or ``excludedFields`` cannot be read: parentheses that do not match."""
    return bad_request(INVALID_FIELDS)


def invalid_filter() -> WorldServerError:
    """A filter of a search speaks of no known field, by no known operator, or with a value that fits neither."""
    return bad_request("Filter is not valid")
