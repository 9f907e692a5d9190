from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser

# What is taught and certified, and where towns lie: files of the repository, brought into the database by these.
LOADERS = ("load_curriculum", "load_words", "load_programmes", "import_places")


class Command(BaseCommand):
    help = "Brings database and static files to this version. Harmless to repeat, and quick when nothing changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="Fill an empty database with the demo world.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"]:
            call_command("fill_demo", check=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        for name in LOADERS:
            if name in get_commands():
                call_command(name, verbosity=0)
        if options["demo"]:
            call_command("fill_demo")
        self._collect_static_files()

    def _collect_static_files(self) -> None:
        """Hashing and compressing take seconds, so they are left out while the files stand as they stood."""
        stamp = settings.VAR_DIR / "static.stamp"
        digest = digest_of_static_files()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest)


def digest_of_static_files() -> str:
    """Changes with the name, size or time of any file that collectstatic would take."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = (settings.BASE_DIR / storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
