"""A square code that a phone's camera opens as an address."""

from __future__ import annotations

import io


def qr_svg(address: str, *, border: int = 2) -> str:
    """The code as an SVG of its own, dark on light, with the quiet border that cameras need."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=border, dark="#1f141c", light="#fff", xmldecl=False
    )
    return out.getvalue().decode()
