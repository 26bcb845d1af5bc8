"""OpenAPI documents to running operations: load and check, bind, validate, dispatch, answer. Knows no vendor.

Dialects import from here; the modules below are this package's own affair.
"""

import warnings

with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which warns about the HTTP client that would drive it.
    warnings.simplefilter("ignore")
    import connexion  # noqa: F401

from taskbridge.spec.application import Lifespan, build_app
from taskbridge.spec.basic import name_and_password
from taskbridge.spec.binding import Binding, Coercer, Coercers, CoercionError, NoValue
from taskbridge.spec.bodies import charset_of
from taskbridge.spec.body_budget import BodyBudget
from taskbridge.spec.calls import REASON, Answer, Call, CallInfo, Handler, Headers, origin_of
from taskbridge.spec.dialect import Dialect
from taskbridge.spec.document import Document, Operation, SpecError, load_document, operations
from taskbridge.spec.failures import (
    BodyTooLarge,
    Failure,
    InvalidBody,
    InvalidParameter,
    MalformedBody,
    MissingBody,
    NotAcceptable,
    NullBody,
    Refused,
    TooManyBodies,
    Unauthorized,
    UnexpectedError,
    UnknownPath,
    UnsupportedMediaType,
    WrongMethod,
)
from taskbridge.spec.host_check import HostPolicy
from taskbridge.spec.json_text import decoded, parse_leading, parse_strict
from taskbridge.spec.limits import BodyLimits
from taskbridge.spec.mounts import Mount
from taskbridge.spec.multipart import Multipart, Part, parse_multipart
from taskbridge.spec.request_counts import RequestCounts
from taskbridge.spec.schemas import resolve
from taskbridge.spec.vendor_surface import VendorSurface

__all__ = [
    "REASON",
    "Answer",
    "Binding",
    "BodyBudget",
    "BodyLimits",
    "BodyTooLarge",
    "Call",
    "CallInfo",
    "Coercer",
    "Coercers",
    "CoercionError",
    "Dialect",
    "Document",
    "Failure",
    "Handler",
    "Headers",
    "HostPolicy",
    "InvalidBody",
    "InvalidParameter",
    "Lifespan",
    "MalformedBody",
    "MissingBody",
    "Mount",
    "Multipart",
    "NoValue",
    "NotAcceptable",
    "NullBody",
    "Operation",
    "Part",
    "Refused",
    "RequestCounts",
    "SpecError",
    "TooManyBodies",
    "Unauthorized",
    "UnexpectedError",
    "UnknownPath",
    "UnsupportedMediaType",
    "VendorSurface",
    "WrongMethod",
    "build_app",
    "charset_of",
    "decoded",
    "load_document",
    "name_and_password",
    "operations",
    "origin_of",
    "parse_leading",
    "parse_multipart",
    "parse_strict",
    "resolve",
]
