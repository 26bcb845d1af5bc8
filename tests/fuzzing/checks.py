"""What every answer is held against, and which checks of the fuzzer are not used, with the reason."""

#: Checks that hold every answer against the document.
CONFORMANCE = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)

#: Checks of what HTTP and the security requirements ask for, whatever the document says of the answer.
RULES = ("ignored_auth", "unsupported_method", "allow_header_conformance")

#: Checks of one answer by another before it.
MEMORY = ("use_after_free", "ensure_resource_availability")

#: The check of our own, in hooks.py: the server has logged no error.
UNFORESEEN = "nothing_unforeseen"

USED = (*CONFORMANCE, *RULES, *MEMORY, UNFORESEEN)

#: Checks that the fuzzer offers and that would hold the vendors' behaviour against taste, or find nothing to hold.
NOT_USED = {
    "not_a_server_error": "the vendors answer 500 to several bad inputs; what nobody foresaw is in the log",
    "negative_data_rejection": "the vendors coerce and overlook much that their documents do not allow",
    "positive_data_acceptance": "made-up ids and combinations are refused with 400 where the vendors do so",
    "missing_required_header": "no operation has a header for a parameter; ignored_auth asks for those of security",
    "object_level_authorization": "it wants several users with rights of their own; who may see what is the vendors' "
    "rule, which the tests of the dialects know",
}

_STRANGERS_FIRST = "who is nobody is told 401 first, also where one method of a path is public"
#: Checks that one document makes an exception of.
EXCEPTIONS = {
    "alfresco": {"unsupported_method": _STRANGERS_FIRST},
    "camunda": {"unsupported_method": _STRANGERS_FIRST},
    "digioffice": {
        "unsupported_method": "a route belongs to its methods; by another one nothing is found: 404",
        "use_after_free": "DELETE on /auth signs out, which ends a session and nothing that Basic credentials need",
    },
}


def used(document: str, *, strangers: bool) -> tuple[str, ...]:
    """The checks for a document; ``strangers`` tells whether cases are also sent with wrong credentials."""
    left_out = EXCEPTIONS.get(document, {}).keys() | (set() if strangers else {"ignored_auth"})
    return tuple(check for check in USED if check not in left_out)
