"""Files as candidates hand them in, and as nobody should."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ODT_TYPE = "application/vnd.oasis.opendocument.text"
# GPSLatitudeRef, in the directory that cameras write where they were into.
GPS, LATITUDE_REF = 0x8825, 1


def a_file(name: str = "exam.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def an_archive(name: str, parts: dict[str, str]) -> SimpleUploadedFile:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for part, words in parts.items():
            archive.writestr(part, words)
    return a_file(name, kept.getvalue())


def an_odt() -> SimpleUploadedFile:
    return an_archive("plan.odt", {"mimetype": ODT_TYPE, "content.xml": "<x/>"})


def a_docx(**more: str) -> SimpleUploadedFile:
    return an_archive("plan.docx", {"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>", **more})


def a_torn_archive() -> SimpleUploadedFile:
    """A text document whose line with the type does not unpack."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODT_TYPE)
    torn = bytearray(kept.getvalue())
    torn[38:50] = bytes(byte ^ 0xFF for byte in torn[38:50])
    return a_file("plan.odt", bytes(torn))


def an_archive_of_many(parts: int) -> SimpleUploadedFile:
    """An archive with nothing in it but a list of so many parts."""
    entry = b"PK\x01\x02" + bytes(24) + b"\x01\x00" + bytes(16) + b"a"
    end = b"PK\x05\x06" + bytes(8) + (len(entry) * parts).to_bytes(4, "little") + bytes(4) + bytes(2)
    return a_file("plan.docx", b"PK\x03\x04" + entry * parts + end)


def a_photo(size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    """A photograph taken with the phone on its side, with the place in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(GPS)[LATITUDE_REF] = "N"
    kept = io.BytesIO()
    Image.new("RGB", size, "teal").save(kept, "JPEG", exif=exif)
    return a_file("page.jpeg", kept.getvalue())


def a_huge_picture() -> SimpleUploadedFile:
    """Small in bytes, and six thousand points wide and high."""
    kept = io.BytesIO()
    Image.new("1", (6000, 6000)).save(kept, "PNG")
    return a_file("huge.png", kept.getvalue())
