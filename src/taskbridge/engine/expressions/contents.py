"""Contents: what an expression sees of a File, Bytes or Java object. It hands the content on, and cannot look into it.

The classes stand for what the vendor's engine gives to its expressions: a stream for a file, an array for bytes.
Calls nothing.
"""


class Content:
    """A content that a variable holds; ``held`` are the bytes, or the document that tells where they are stored."""

    __slots__ = ("held",)

    #: How messages and texts call it.
    java_class: str

    def __init__(self, held: object) -> None:
        self.held = held

    def __str__(self) -> str:
        return f"{self.java_class}@{id(self) & 0x7FFFFFFF:x}"


class Stream(Content):
    """The value of a File variable. Each reading opens another stream, so none equals another."""

    __slots__ = ()
    java_class = "java.io.ByteArrayInputStream"


class ByteArray(Content):
    """The value of a Bytes variable. Two readings of one variable are equal."""

    __slots__ = ()
    java_class = "[B"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByteArray) and self.held == other.held

    __hash__ = None  # type: ignore[assignment]  # what it holds may be a document


class Serialised(Content):
    """The object of a variable that is not held as JSON; ``held`` is the variable."""

    __slots__ = ("java_class",)

    def __init__(self, held: object, java_class: str) -> None:
        super().__init__(held)
        self.java_class = java_class

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Serialised) and self.held == other.held

    __hash__ = None  # type: ignore[assignment]  # what it holds may be a document
