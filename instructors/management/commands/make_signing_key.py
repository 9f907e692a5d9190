from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from instructors.models import CertifyingBody, SigningKey
from instructors.refusals import Refused
from instructors.resigning import sign_anew
from instructors.signing_keys import make_key, mark_compromised


class Command(BaseCommand):
    help = (
        "Makes the key with which this site signs badges in a body's name. The one before is retired and stays listed. "
        "The private half goes into SIGNING_KEYS_DIR and nowhere else: keep a copy, apart from those of the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("body", help="The short address of the body, as in /issuers/example-school/.")
        parser.add_argument(
            "--compromised",
            action="store_true",
            help="The key in use got out: it is listed no longer, and every badge that it signed is signed anew.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        body = CertifyingBody.objects.filter(slug=options["body"]).first()
        if body is None:
            known = ", ".join(CertifyingBody.objects.signing_here().values_list("slug", flat=True))
            raise CommandError(f"No body has that short address. Those that sign here: {known or 'none'}.")
        now = timezone.now()
        try:
            if options["compromised"]:
                for key in SigningKey.objects.of(body).not_retired():
                    mark_compromised(key, by=None, now=now)
            made = make_key(body, by=None, now=now)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{body} signs with {made.public_key} from now on.")
        self._sign_anew(body)

    def _sign_anew(self, body: CertifyingBody) -> None:
        """Also what an earlier run, broken off, left undone."""
        signed = 0
        for number, trouble in sign_anew(body, by=None, now=timezone.now()):
            if trouble:
                self.stderr.write(f"{number}: {trouble}")
            signed += not trouble
        if signed:
            self.stdout.write(f"Badges signed anew: {signed}.")
