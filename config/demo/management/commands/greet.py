from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo.cast import CAST, PASSWORD, TOTP_SECRET, current_code, seconds_left


class Command(BaseCommand):
    help = "Says how to sign in as each person of the demo."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        widest = max(len(role.email) for role in CAST)
        self.stdout.write(f"\nSign in at {settings.SITE_URL}/accounts/login/ with the password {PASSWORD} as")
        for role in CAST:
            mark = "*" if role.second_factor else " "
            self.stdout.write(f" {mark} {role.email:<{widest}}  {role.title}: {role.sees}")
        self.stdout.write(
            f"\n * also asks for six digits: {current_code(now)} for the next {seconds_left(now)} seconds"
            f" (secret {TOTP_SECRET} for an authenticator app)."
            f"\n{settings.SITE_URL}/demo/ always shows the current digits, and every letter that the site has sent.\n"
        )
        self.stdout.flush()
