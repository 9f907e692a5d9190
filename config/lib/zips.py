"""A ZIP file that is sent while it is made, so that it never stands in memory or on a disk as a whole."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


class _Out(io.RawIOBase):
    """Takes what is written, until it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self.written)
        self.written.clear()
        return taken


def zip_in_pieces(files: Iterable[tuple[str, Iterable[bytes]]], *, at: datetime) -> Iterator[bytes]:
    """A ZIP of these files, (name, its pieces), piece by piece; each is dated `at`, which says no zone."""
    out = _Out()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, pieces in files:
            info = ZipInfo(name, date_time=(at.year, at.month, at.day, at.hour, at.minute, at.second))
            info.compress_type = ZIP_DEFLATED
            with packed.open(info, "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    if ready := out.take():
                        yield ready
    yield out.take()
