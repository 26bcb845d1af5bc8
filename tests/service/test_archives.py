"""Zip files that are damaged, hostile, or just right."""

import io
import zipfile

import pytest

from taskbridge.service.archives import MOST_BYTES, MOST_ENTRIES, BrokenArchive, entries, is_zip, relative

WAYS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
HELD = [("dir/ä.txt", b"some words " * 20), ("b.txt", b"x")]


def packed(files: list[tuple[str, bytes]], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", way) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("way", WAYS)
def test_files_come_with_their_names(way: int) -> None:
    assert entries(packed([*HELD, ("empty/", b"")], way)) == HELD


@pytest.mark.parametrize("way", WAYS)
def test_whatever_byte_is_damaged_the_file_is_read_or_refused(way: int) -> None:
    """Anything but BrokenArchive would be a fault of the server."""
    whole, outcomes = packed(HELD, way), {"read": 0, "refused": 0}
    for place in range(len(whole)):
        for value in (0, 0xFF, whole[place] ^ 1, whole[place] ^ 0x80):
            damaged = bytearray(whole)
            damaged[place] = value
            try:
                entries(bytes(damaged))
            except BrokenArchive:
                outcomes["refused"] += 1
            else:
                outcomes["read"] += 1
    assert min(outcomes.values()) > 100
    print(f"method {way}: {outcomes}")


def test_a_file_that_is_cut_is_refused() -> None:
    whole = packed(HELD)
    for length in range(len(whole)):
        with pytest.raises(BrokenArchive):
            entries(whole[:length])
    assert is_zip(whole)
    assert not is_zip(b"text")


def test_what_holds_too_much_is_refused() -> None:
    with pytest.raises(BrokenArchive, match="too much"):
        entries(packed([(f"{number}", b"") for number in range(MOST_ENTRIES + 1)]))
    with pytest.raises(BrokenArchive, match="too much"):
        entries(packed([("zeros", bytes(MOST_BYTES + 1))]))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b.txt", "a/b.txt"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/x", "etc/x"),
        ("C:\\Users\\x.txt", "Users/x.txt"),
        ("a/./b/../c", "a/b/c"),
        ("a\0b", "ab"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_a_path_leads_nowhere_but_down(path: str, name: str) -> None:
    assert relative(path) == name
