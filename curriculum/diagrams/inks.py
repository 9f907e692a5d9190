"""What the classes of a drawing look like where no style sheet reaches: on paper, and in a file that is passed on.

The same values as `static/css/tokens.css` by day and `static/css/diagrams.css`; a test holds that no class is left out.
On paper nothing rests on colour: a hand is told by the shape and the letter of its mark, and bands stay light.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Attributes = dict[str, str]

OAT = {
    "cloth": "#ecd2b6",
    "shade": "#d9b190",
    "light": "#f8e6d1",
    "edge": "#a67c5e",
    "thread": "#7a4b3a",
    "cheek": "#d9775f",
    "mouth": "#a9503f",
    "eye": "#4a2c27",
    "ribbon-left": "#8a1f5c",
    "ribbon-right": "#0d6468",
    "ribbon": ".2",
}
CLOTH: Mapping[str, Mapping[str, str]] = {
    "oat": OAT,
    "honey": OAT | {"cloth": "#d9a877", "shade": "#bd8454", "light": "#ecc79f", "edge": "#8a5a37", "thread": "#53301f"},
    "chestnut": OAT
    | {"cloth": "#ae7750", "shade": "#8a5731", "light": "#c59570", "edge": "#633c23", "thread": "#351c12"}
    | {"cheek": "#8c2f1f", "mouth": "#6d241a"}
    | {"ribbon-left": "#ffc0e0", "ribbon-right": "#a9efe9", "ribbon": ".42"},
    "walnut": OAT
    | {"cloth": "#83563b", "shade": "#633c27", "light": "#9d6f52", "edge": "#432617", "thread": "#1f0e08"}
    | {"cheek": "#b8503c", "mouth": "#e3977f", "eye": "#190a06"}
    | {"ribbon-left": "#ffb4da", "ribbon-right": "#92e6df", "ribbon": ".4"},
}
"""The doll's cloth, as `--doll-*` of the tokens."""

SCREEN = {
    "ink": "#2a1b26",
    "muted": "#665462",
    "card": "#ffffff",
    "stitch": "#a9bdbf",
    "lamp": "#f5b95a",
    "nappy": "#fffdfc",
    "nappy-shade": "#e6dce6",
    "nappy-edge": "#a895a6",
    "shadow": "#2b1a26",
    "casing": "#ffffff",
    "left": "#8a1f5c",
    "right": "#0d6468",
}
INK: Mapping[str, Mapping[str, str]] = {
    "screen": SCREEN,
    # Dark enough that lines stay black on any printer; the doll's shadow and the corner stay pale.
    "print": SCREEN
    | {
        "ink": "#1c1119",
        "muted": "#4d3f49",
        "stitch": "#8a8a8a",
        "lamp": "#b06a12",
        "left": "#741648",
        "right": "#084b4f",
    },
}
"""Lines, hands and ground, by what the picture is for."""

LINE = {"fill": "none"}
ROUND = {"stroke-linecap": "round", "stroke-linejoin": "round"}
SANS = "'Noto Sans', 'DejaVu Sans', Arial, sans-serif"

# {name} is taken from the cloth and the ink, {hand} and {band} from the hand that the part belongs to.
CLASSES: Mapping[str, Mapping[str, str]] = {
    "doll": {},
    "d-shadow": {"fill": "{shadow}", "opacity": ".08"},
    "d-skin": {"fill": "{cloth}", "stroke": "{edge}", "stroke-width": "1.7"},
    "d-shade": {"fill": "{shade}", "opacity": ".5"},
    "d-lite": {"fill": "{light}", "opacity": ".8"},
    "d-crease": LINE | {"stroke": "{edge}", "stroke-width": "1.8", "opacity": ".85"},
    "d-soft": {"opacity": ".45"},
    "d-seam": LINE | {"stroke": "{edge}", "stroke-width": "1.8", "stroke-dasharray": "1 5.2", "opacity": ".9"},
    "d-nappy": {"fill": "{nappy}", "stroke": "{nappy-edge}", "stroke-width": "1.7"},
    "d-nappy-shade": {"fill": "{nappy-shade}"},
    "d-nappy-stitch": LINE | {"stroke": "{nappy-edge}", "stroke-width": "1.5", "stroke-dasharray": "4.5 4.5"},
    "d-nappy-line": LINE | {"stroke": "{nappy-edge}", "stroke-width": "1.5"},
    "d-cheek": {"fill": "{cheek}", "opacity": ".3"},
    "d-pad": {"opacity": ".18"},
    "d-eye": {"fill": "{eye}"},
    "d-glint": {"fill": "#ffffff"},
    "d-brow": LINE | {"stroke": "{thread}", "stroke-width": "2.2", "opacity": ".7"},
    "d-lash": {"opacity": "1"},
    "d-face": LINE | {"stroke": "{thread}", "stroke-width": "2.2"},
    "d-mouth": LINE | {"stroke": "{mouth}", "stroke-width": "2.6"},
    "d-lip": {"fill": "{cheek}", "opacity": ".42"},
    "d-tuft": LINE | {"stroke": "{thread}", "stroke-width": "3"},
    "d-thin": {"stroke-width": "2.2", "opacity": ".7"},
    "d-ghost": {"fill": "{card}", "fill-opacity": ".18", "stroke": "{muted}", "stroke-width": "2.2"}
    | {"stroke-dasharray": "2 7", "opacity": ".8"},
    "sd-ribbon": LINE | {"stroke": "{band}", "opacity": "{ribbon}"},
    "sd-casing": LINE | {"stroke": "{casing}"},
    "sd-line": LINE | {"stroke": "{hand}"},
    "sd-head": {"fill": "{hand}", "stroke": "{hand}"},
    "sd-mark": {"fill": "{hand}", "stroke": "{casing}", "stroke-width": "2"},
    "sd-mark-text": {"fill": "#ffffff", "font-family": SANS, "font-weight": "700"},
    "sd-rest": ROUND | {"fill": "{band}", "fill-opacity": ".28", "stroke": "{hand}", "stroke-width": "2"},
    "sd-rest-line": LINE | {"stroke-width": "1.6", "stroke-opacity": ".55"},
    "sd-rest-rim": LINE | {"stroke": "{casing}", "stroke-width": "5.5", "opacity": ".6"},
    "sd-hover": {"fill-opacity": ".12", "stroke-dasharray": "5 4", "stroke-width": "2.4"},
    "sd-hover-shadow": {"fill": "{shadow}", "fill-opacity": ".14", "stroke": "none"},
    "sd-dash": LINE | {"stroke": "{hand}"},
    "sd-guide": LINE | {"stroke": "{hand}"},
    "sd-dab": {"fill": "{hand}", "stroke": "{casing}", "stroke-width": "1.5"},
    "sd-dab-ring": {"fill": "{band}", "fill-opacity": ".2", "stroke": "{band}", "stroke-opacity": ".6"},
    "sd-limb": LINE | {"stroke": "{hand}"},
    "sd-edge": LINE | {"stroke": "{hand}"},
    "sd-edge-rim": LINE | {"stroke": "{casing}"},
    "sd-land": LINE | {"stroke": "{thread}", "stroke-width": "1.6", "stroke-dasharray": ".1 4.6", "opacity": ".6"},
    "sd-rule": LINE | {"stroke": "{stitch}", "stroke-width": "2", "stroke-dasharray": ".1 6"},
    "sd-step": {},
    "sd-step-disc": {"fill": "{card}", "stroke": "{muted}", "stroke-width": "1.4"},
    "sd-step-text": {"fill": "{ink}", "font-family": SANS, "font-weight": "700"},
    "sd-badge": {},
    "sd-badge-disc": {"fill": "{card}", "opacity": ".92"},
    "sd-badge-hand": LINE | {"stroke": "{ink}", "stroke-width": "4.5", "stroke-linejoin": "round", "opacity": ".8"},
    "sd-touch": {"fill": "{lamp}", "stroke-linejoin": "round"},
    "sd-roll": LINE | {"stroke": "{hand}", "stroke-width": "6.5", "fill-opacity": "1"},
    "sd-roll-rim": LINE | {"stroke": "{casing}", "stroke-width": "12"},
    "sd-roll-head": {"fill": "{hand}", "stroke": "{hand}", "stroke-width": "3", "fill-opacity": "1"},
    "sd-hand-left": {},
    "sd-hand-right": {},
    "sd-hand-none": {},
    "sd-on-doll": {},
}
"""Presentation attributes by class. Where an element has several, the later one in this order wins, as in a sheet."""

RANK = {name: place for place, name in enumerate(CLASSES)}


def palette(cloth: str, ink: str) -> dict[str, str]:
    """Every colour by name. An unknown cloth is oat. Raises KeyError for an unknown ink."""
    return dict(INK[ink]) | dict(CLOTH.get(cloth, OAT))


def of_hand(colours: Mapping[str, str], classes: Iterable[str]) -> dict[str, str]:
    """The colours inside a group of a hand, or the same colours for a group that is of no hand."""
    names = set(classes)
    for side in ("left", "right"):
        if f"sd-hand-{side}" in names:
            return {**colours, "hand": colours[side], "band": colours[f"ribbon-{side}"]}
    if "sd-hand-none" in names:
        line = colours["thread" if "sd-on-doll" in names else "ink"]
        return {**colours, "hand": line, "band": line}
    return dict(colours)


def attributes(classes: Iterable[str], colours: Mapping[str, str]) -> Attributes:
    """What the classes of one element come to. Raises KeyError for a class that has no ink."""
    found: Attributes = {}
    for name in sorted(classes, key=RANK.__getitem__):
        for key, value in CLASSES[name].items():
            found[key] = value.format_map(colours)
    return found
