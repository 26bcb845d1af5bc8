"""What is in a zip file that somebody sent: bounded, whatever the file says of itself, and named harmlessly. Pure."""

import io
import lzma
import re
import struct
import zipfile
import zlib

#: What a zip file may hold when it is expanded: so many files, so many bytes in all.
MOST_ENTRIES, MOST_BYTES = 1_000, 100_000_000

#: What the library stumbles over in files that are damaged, encrypted, or packed in ways it does not know.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, RuntimeError, ValueError)


class BrokenArchive(Exception):
    """The zip file cannot be expanded, or holds too much."""


def is_zip(content: bytes) -> bool:
    """Whether a file says that it is a zip file."""
    return zipfile.is_zipfile(io.BytesIO(content))


def entries(content: bytes) -> list[tuple[str, bytes]]:
    """The files in a zip file with their names. Raises BrokenArchive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
            if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_BYTES:
                raise BrokenArchive("it holds too much")
            # What is read is cut to the size that was told: a header may lie.
            return [(relative(info.filename), _held(archive, info)) for info in infos]
    except _DAMAGED as error:
        raise BrokenArchive(str(error)) from error


def relative(path: str) -> str:
    """A path that leads nowhere but down from where it is: without drives, roots, and steps up."""
    parts = [part for part in re.split(r"[/\\]", path.replace("\0", "")) if part not in ("", ".", "..")]
    return "/".join(part for part in parts if not part.endswith(":")) or "file"


def _held(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as entry:
        return entry.read(info.file_size)
