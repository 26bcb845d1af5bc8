"""What every answer is held against, and which checks of the fuzzer are not used, with the reason."""

#: Checks that hold every answer against the document.
CONFORMANCE = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)

#: The check of our own, in hooks.py: a status of 500 and more only where the document lists it, and never an
#: exception that nobody foresaw.
SERVER_ERRORS = "only_foreseen_server_errors"

USED = (*CONFORMANCE, SERVER_ERRORS)

#: Checks that the fuzzer offers and that would hold the vendors' behaviour against taste.
NOT_USED = {
    "not_a_server_error": "the vendors answer 500 to several bad inputs; only_foreseen_server_errors is its stand-in",
    "negative_data_rejection": "the vendors coerce and overlook much that their documents do not allow",
    "positive_data_acceptance": "made-up ids and combinations are refused with 400 where the vendors do so",
}
