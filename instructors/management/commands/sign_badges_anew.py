from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from instructors.models import CertifyingBody
from instructors.resigning import sign_anew


class Command(BaseCommand):
    help = "Signs anew what was signed with a key that got out. Harmless to repeat: it goes on where it was broken off."

    def handle(self, *args: Any, **options: Any) -> None:
        for body in CertifyingBody.objects.signing_here():
            told = list(sign_anew(body, by=None, now=timezone.now()))
            for number, trouble in told:
                self.stdout.write(f"{number}: {trouble or 'signed anew'}")
            self.stdout.write(f"{body}: {len(told)} badges were to be signed anew.")
