"""Sets one paper in a process of its own, with little memory and time: `setter.py NAME BYTES SECONDS < data > pdf`.

Run by `press`, never imported by the site: it needs no Django and holds nothing when it is done.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "type"


def set_paper(name: str, data: str, standards: list[Any]) -> bytes:
    """The PDF of the page `name`. Raises typst.TypstError where page and data do not fit."""
    import fontpkg_noto_sans_arabic
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_noto_sans_arabic.ROOT)])
    made = typst.compile(
        str(HERE / f"{name}.typ"),
        root=str(HERE),
        font_paths=fonts,
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards=standards,
    )
    if not isinstance(made, bytes):
        raise TypeError("not one file")
    return made


def main() -> None:
    name, memory, seconds, *standards = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    sys.stdout.buffer.write(set_paper(name, sys.stdin.buffer.read().decode(), standards))


if __name__ == "__main__":
    main()
