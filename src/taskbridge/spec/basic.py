"""What an `Authorization: Basic` header holds. Called by dialects; whose name it is, they ask the services."""

import base64
import binascii


def name_and_password(encoded: str) -> tuple[str, str | None]:
    """The name and the password behind the scheme; without a colon there is no password. ValueError when malformed."""
    try:
        text = base64.b64decode(encoded.strip()).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a name and a password in base64") from error
    name, colon, password = text.partition(":")
    if "\0" in text:  # no name can have it, and not every database can look for it
        raise ValueError("a name cannot hold the character NUL")
    return name, password if colon else None
