"""What the audit trail calls a deed of certification, in the reader's words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS: dict[str, Promise] = {
    "applied for training": _("Applied for training"),
    "accepted for training": _("Accepted for training"),
    "began training": _("Began training"),
    "opened the online part": _("The online part was opened"),
    "gave a candidate another trainer": _("Another trainer was named"),
    "moved a deadline with the training days": _("The deadline moved with the training days"),
    "gave more time": _("More time was given"),
    "asked for more time": _("Asked for more time"),
    "took back asking for more time": _("Asked for no more time after all"),
    "gave no more time": _("No more time was given"),
    "traineeship rejected": _("Was not accepted"),
    "traineeship withdrawn": _("Withdrew"),
    "traineeship closed": _("The training was ended by the trainer"),
    "traineeship lapsed": _("The time ran out"),
    "noted attendance": _("Attendance was noted"),
    "handed in work": _("Work was handed in"),
    "took work back": _("Work was taken back"),
    "forgot handed-in work": _("The words and files were deleted, as promised"),
    "assessed": _("Work was judged"),
    "corrected an assessment": _("A judgement was corrected"),
    "noted a practice family": _("A practice family was noted"),
    "noted a practice session": _("A practice session was noted"),
    "noted a practice family's feedback": _("A practice family’s feedback was noted"),
    "practice family left": _("A practice family left"),
    "practice family came back": _("A practice family came back"),
    "saw a practice family": _("The trainer looked at a practice family"),
    "counted practice from the register": _("Practice was counted from the register"),
    "wrote a self-evaluation": _("A self-evaluation was written"),
    "observed a practice session": _("A practice session was observed"),
    "forgot what was said in practice": _("What was said in practice was deleted, as promised"),
    "appointed a deputy": _("A deputy was appointed"),
    "ended a deputy": _("A deputy’s time ended"),
    "signed off": _("Signed off"),
    "signed second": _("Signed second"),
    "withdrew a sign-off": _("The signature was taken back"),
    "issued a certificate": _("The certificate was issued"),
    "recorded a certificate": _("The certificate was recorded"),
    "made the papers of a certificate": _("The papers were made"),
    "signed a badge anew": _("The badge was signed anew"),
    "certificate suspended": _("The certificate was suspended"),
    "certificate reinstated": _("The certificate was reinstated"),
    "certificate renewed": _("The certificate was renewed"),
    "certificate name_corrected": _("The name was corrected"),
    "certificate revoked": _("The certificate was revoked"),
    "certificate superseded": _("Another certificate took its place"),
    "asked about a certificate": _("A step was asked for"),
    "granted a request about a certificate": _("What was asked for was done"),
    "refused a request about a certificate": _("What was asked for was not done"),
    "took back a request about a certificate": _("What was asked for was taken back"),
    "noted learning hours": _("Learning hours were noted"),
    "accepted learning hours": _("Learning hours were accepted"),
    "refused learning hours": _("Learning hours were not accepted"),
    "took learning hours back": _("Learning hours were taken back"),
    "began a renewal": _("A renewal was begun"),
    "handed in a renewal": _("A renewal was handed in"),
    "approved a renewal": _("The renewal was approved"),
    "rejected a renewal": _("The renewal was not approved"),
    "renewal lapsed": _("The renewal ran out of time"),
}


def in_words(deed: str) -> str:
    """The deed as a sentence; one that has no words of its own here stands as the trail has it."""
    return str(DEEDS.get(deed, deed[:1].upper() + deed[1:]))
