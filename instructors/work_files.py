"""Files that candidates hand in. What a file is, its content says; its name is only what somebody typed."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from instructors.refusals import CannotTrain

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000
MOST_PARTS = 2000  # in the archive that a text document is
PART = b"PK\x01\x02"  # with which the entry of a part begins
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError)
LONGEST_NAME = 80
ACCEPT = ".pdf,.odt,.docx,.txt,.jpg,.jpeg,.png"
ODT = b"application/vnd.oasis.opendocument.text"
PICTURES = {"JPEG": "jpg", "PNG": "png"}
UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\\/:*?\"<>|]+")


class FileNotTaken(CannotTrain):
    """This file cannot be handed in."""


@dataclass(frozen=True)
class WorkFile:
    """A file that may be kept: its content, and the name under which its readers get it."""

    content: File[bytes]
    name: str
    size: int


def taken(file: File[bytes]) -> WorkFile:
    """The file as it is kept; photographs without what the camera wrote into them, such as the place.

    Raises FileNotTaken with a sentence for an empty file, one that is too large, or one of another type.
    """
    size = file.size or 0
    if not size:
        raise FileNotTaken(_("This file is empty. Please choose it again."))
    if size > MOST_BYTES:
        raise FileNotTaken(
            _("This file is larger than %(most)d MB. A PDF is usually smaller; or hand in a link to it.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _picture(file)
    kind = "pdf" if head.startswith(b"%PDF-") else _archive(file) if head.startswith(b"PK\x03\x04") else _text(file)
    if not kind:
        raise FileNotTaken(_("This type of file is not read here. PDF, ODT, Word, plain text, JPEG and PNG are."))
    file.seek(0)
    return WorkFile(file, _called(file.name, kind), size)


def _archive(file: File[bytes]) -> str:
    """ "odt" or "docx" for a text document without macros, else "". Nothing is unpacked but the line with the type."""
    if _parts(file) > MOST_PARTS:
        return ""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return ""
            if "mimetype" in names and archive.open("mimetype").read(len(ODT) + 1) == ODT:
                return "odt"
            return "docx" if {"[Content_Types].xml", "word/document.xml"} <= names else ""
    except (*BROKEN, ValueError, EOFError, OSError):
        return ""


def _parts(file: File[bytes]) -> int:
    """How many parts the archive may name, counted before a list of them is made in memory."""
    file.seek(0)
    found, last = 0, b""
    for chunk in file.chunks():
        found += (last + chunk).count(PART)
        last = chunk[1 - len(PART) :]
    file.seek(0)
    return found


def _text(file: File[bytes]) -> str:
    try:
        words = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return "" if re.search(r"[\x00-\x08\x0e-\x1f]", words) else "txt"


def _picture(file: File[bytes]) -> WorkFile:
    """Drawn anew, the right way up. The size is read before the picture is."""
    refused = FileNotTaken(_("This picture cannot be read. Please save it as JPEG and try again."))
    try:
        with Image.open(file, formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise FileNotTaken(_("This picture is very large. Please make it smaller, or hand in a PDF."))
            kind = PICTURES[str(picture.format)]
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGB" if kind == "jpg" or upright.mode not in ("L", "RGBA") else upright.mode)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as trouble:
        raise refused from trouble
    plain.info.clear()
    drawn = io.BytesIO()
    plain.save(drawn, "JPEG" if kind == "jpg" else "PNG", **({"quality": 88} if kind == "jpg" else {}))
    content = drawn.getvalue()
    return WorkFile(ContentFile(content), _called(file.name, kind), len(content))


def _called(name: str | None, kind: str) -> str:
    """The name without what nobody sees in it, and with the ending of what the file really is."""
    stem = UNSEEN.sub(" ", PurePath((name or "").replace("\\", "/")).stem).strip(" .")[:LONGEST_NAME].strip()
    return f"{stem or 'file'}.{kind}"
