"""The answers to requests that end outside their handler: a small JSON object, as for paths that belong to no API."""

from taskbridge.spec import Answer, Failure, Refused, UnknownPath, WrongMethod


def answer(failure: Failure) -> Answer:
    """The answer to a failure. The operations have neither bodies nor parameters, so there are few of them."""
    match failure:
        case UnknownPath():
            return Answer(404, {"message": "nothing is at this path"})
        case WrongMethod():
            return Answer(405, {"message": str(failure)})
        case Refused():
            return Answer(failure.status, {"message": failure.reason})
        case _:
            return Answer(500, {"message": "unexpected error"})
