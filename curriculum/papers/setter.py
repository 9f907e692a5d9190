"""Sets one paper in a process of its own, with little memory and time: `setter.py NAME BYTES SECONDS < data > pdf`.

Run by `press`, never imported by the site: it needs no Django and holds nothing when it is done.
"""

from __future__ import annotations

import json
import resource
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "type"


def set_paper(name: str, data: str, standards: list[Any]) -> bytes:
    """The PDF of the page `name`, as large as fits where its data says `fit`, two pages to a side where it says `fold`.

    Raises typst.TypstError or RuntimeError where page and data do not fit.
    """
    tries = json.loads(data).get("fit", {}).get("tries", [{}])
    setting = compiler(name, data=data, **{"try": json.dumps(first_that_fits(name, data, tries))})
    made = setting.compile(format="pdf", pdf_standards=standards)
    if not isinstance(made, bytes):
        raise TypeError("not one file")
    return _folded(made, setting, data) if json.loads(data).get("fold") else made


def first_that_fits(name: str, data: str, tries: list[dict[str, Any]]) -> dict[str, Any]:
    """The largest of the tries that fits, found by halving; the last where none does."""
    low, high = 0, len(tries) - 1
    while low < high:
        middle = (low + high) // 2
        setting = compiler(name, data=data, **{"try": json.dumps(tries[middle])})
        fits = setting.query("<fits>", field="value", one=True) == "true"
        low, high = (low, middle) if fits else (middle + 1, high)
    return tries[low]


def _folded(pages: bytes, setting: Any, data: str) -> bytes:
    """The same pages two to a side, in the order in which a booklet is folded. Their words stay words."""
    words = json.loads(data)
    told = {key: words[key] for key in ("lang", "title", "author", "description", "sheet")}
    told["pages"] = int(setting.query("<sides>", field="value", one=True))
    # Bytes as letters: what typst reads is text, and nothing is written to a disk.
    made = compiler("fold", data=json.dumps(told), pages=pages.decode("latin-1")).compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("not one file")
    return made


def compiler(name: str, **inputs: str) -> Any:
    """What sets the look `name` with these words. The letters are our own, whatever the machine has."""
    import typst

    return typst.Compiler(str(HERE / f"{name}.typ"), root=str(HERE), font_paths=_letters(), sys_inputs=inputs)


@lru_cache(maxsize=1)
def _letters() -> Any:
    import fontpkg_noto_sans_arabic
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_noto_sans_arabic.ROOT)])


def main() -> None:
    name, memory, seconds, *standards = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    sys.stdout.buffer.write(set_paper(name, sys.stdin.buffer.read().decode(), standards))


if __name__ == "__main__":
    main()
