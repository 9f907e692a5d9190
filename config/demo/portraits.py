"""Portraits for the demo: drawn, because nobody real lives there."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from classes.locality import find
from config.demo.files import read
from instructors.models import Instructor
from instructors.portraits import pictures_of
from instructors.profiles import Place, Told, edit_profile, show_portrait

SIDE = 960
# Of wall, hair, skin and jumper; drawn twice as large as shown, so that edges are soft.
DRAWN = {
    "hester": ("#efe3d3", "#8a5a3c", "#f0c9ae", "#6b3f5b"),
    "noreen": ("#dbe7e4", "#3b2a24", "#c98f6b", "#b8653f"),
    "rafael": ("#f3e4c4", "#2f2622", "#d9a581", "#2f6f73"),
    "sarita": ("#ead9e4", "#1f1a1c", "#b97f57", "#a63f4e"),
}


def introduce(profiles: dict[str, Instructor], *, now: datetime) -> None:
    """Everyone says where and how they teach; some show a face."""
    for key, one in read("teachers").items():
        profile = profiles[key]
        at = now - timedelta(days=120)
        edit_profile(profile, _told(one), by=profile.user, now=at)
        if key in DRAWN:
            drawn = _drawn(*DRAWN[key])
            show_portrait(profile, pictures_of(io.BytesIO(drawn), size=len(drawn)), by=profile.user, now=at)


def _told(one: dict[str, Any]) -> Told:
    return Told(
        bio=one["bio"],
        languages=tuple(one["languages"]),
        ways=tuple(one["ways"]),
        places=tuple(_place(town, one["country"]) for town in one["towns"]),
        country=one["country"],
        taught_since=one["since"],
        is_listed=bool(one["certificate"]),
    )


def _place(town: str, country: str) -> Place:
    found = find(town, country)
    return Place(town, found.region, country, found.latitude, found.longitude) if found else Place(town, "", country)


def _drawn(wall: str, hair: str, skin: str, jumper: str) -> bytes:
    """Somebody on a plain wall: hair behind, shoulders, a face that smiles."""
    picture = Image.new("RGB", (SIDE, SIDE), wall)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((250, 150, 710, 690), fill=hair)
    draw.rounded_rectangle((130, 690, 830, 1300), 260, fill=jumper)
    draw.rounded_rectangle((410, 520, 550, 760), 70, fill=skin)
    draw.ellipse((310, 230, 650, 650), fill=skin)
    draw.chord((290, 160, 670, 520), 180, 360, fill=hair)
    for left in (395, 525):
        draw.ellipse((left, 430, left + 36, 470), fill=hair)
    draw.arc((410, 470, 550, 590), 25, 155, fill=hair, width=12)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()
