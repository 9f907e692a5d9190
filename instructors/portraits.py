"""From the file that someone sends to a portrait: decoded, turned upright, cut square, and drawn anew.

What is kept is a new picture. Where and with what the photo was taken stands in the file that came, and is not kept.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from instructors.models import Portrait
from instructors.refusals import Refused

MOST_BYTES = 10 * 1024 * 1024
# A JPEG is read at a fraction of its size where that is enough; the others are read whole.
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
# A JPEG that is refined step by step is held whole, whatever is asked of it.
MOST_REFINED = 24_000_000
LEAST_SIDE = 240
TYPE = "image/webp"
QUALITY = 82
# Faces are mostly a little above the middle.
CENTRE = (0.5, 0.4)


TOO_MANY_DOTS = gettext_lazy("This picture has more dots than we can read. Please save it smaller and try again.")


class NotAPortrait(Refused):
    """This file cannot be shown as a photo."""


@dataclass(frozen=True)
class Pictures:
    """One portrait in the sizes of Portrait.SIZES, as WebP without a word about where it was taken."""

    large: bytes
    small: bytes


def pictures_of(file: IO[bytes], *, size: int) -> Pictures:
    """The portrait that this file of `size` bytes shows. Raises NotAPortrait with what to do instead."""
    if size > MOST_BYTES:
        raise NotAPortrait(_("This file is larger than 10 MB. Please choose a smaller one."))
    with warnings.catch_warnings():
        # Our own limit is lower, and says so in words.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            photo = _upright(file)
            drawn = {name: _drawn(photo, side) for name, side in Portrait.SIZES.items()}
        except Image.DecompressionBombError as huge:
            raise NotAPortrait(str(TOO_MANY_DOTS)) from huge
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as broken:
            raise NotAPortrait(
                _("This file cannot be read as a photo. Please choose a JPEG, PNG or WebP picture.")
            ) from broken
    return Pictures(**drawn)


def _upright(file: IO[bytes]) -> Image.Image:
    """The whole photo as it is meant to be seen, in plain colours, no larger than it need be."""
    try:
        photo: Image.Image = Image.open(file, formats=tuple(MOST_PIXELS))
    except UnidentifiedImageError as unknown:
        raise NotAPortrait(_("Please choose a photo: a JPEG, PNG or WebP file.")) from unknown
    width, height = photo.size
    most = MOST_REFINED if photo.info.get("progressive") else MOST_PIXELS[str(photo.format)]
    if width * height > most:
        raise NotAPortrait(str(TOO_MANY_DOTS))
    if min(width, height) < LEAST_SIDE:
        raise NotAPortrait(_("This picture is too small to show well. Please choose one of at least 240 by 240 dots."))
    largest = 2 * max(Portrait.SIZES.values())
    photo.draft("RGB", (largest, largest))  # JPEG alone heeds it
    photo.load()
    return _in_plain_colours(ImageOps.exif_transpose(photo))


def _in_plain_colours(photo: Image.Image) -> Image.Image:
    """In sRGB, on white where it was see-through."""
    profile = photo.info.get("icc_profile")
    if profile and photo.mode in ("RGB", "CMYK", "L"):
        photo = _from_profile(photo, profile)
    if photo.mode in ("RGBA", "LA", "PA") or "transparency" in photo.info:
        seen = photo.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(ground, seen).convert("RGB")
    return photo.convert("RGB")


def _from_profile(photo: Image.Image, profile: bytes) -> Image.Image:
    """Through the colour profile of the file; as it is where that makes no sense."""
    try:
        told: Any = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(photo, told, ImageCms.createProfile("sRGB"), outputMode="RGB") or photo
    except (ImageCms.PyCMSError, OSError):
        return photo


def _drawn(photo: Image.Image, side: int) -> bytes:
    square = ImageOps.fit(photo, (side, side), Image.Resampling.LANCZOS, centering=CENTRE)
    kept = Image.new("RGB", square.size)
    kept.paste(square)
    file = io.BytesIO()
    kept.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue()
