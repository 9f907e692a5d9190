"""The public page of someone who teaches: what was checked by others, what they say, and the series to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from classes import catalogue
from classes.models import Series
from instructors.certificate_check import language_name
from instructors.models import Certificate, Instructor, Portrait, SignOff, TeachingPlace, Traineeship
from instructors.models.instructor import InstructorQuerySet

MOST_SERIES = 6
MOST_CREDENTIALS = 12
# Families who were in a series look its instructor up for a while after it.
AFTERWARDS = timedelta(days=30)


@dataclass(frozen=True)
class Credential:
    """A certificate that is valid today and may be looked up; who certified them, where that is on record here."""

    certificate: Certificate
    certified_by: str = ""


@dataclass(frozen=True)
class Profile:
    """What anyone may read. A candidate has no credential; who trains for another title keeps those they hold."""

    instructor: Instructor
    credentials: list[Credential]
    in_training: bool
    languages: list[str]
    places: list[TeachingPlace]
    photo_key: str
    cards: list[catalogue.Card]

    @property
    def certificate(self) -> Certificate | None:
        """The one that lets them teach families; it is named first on the page."""
        teaching = (one.certificate for one in self.credentials if one.certificate.credential_type.may_teach)
        return next(teaching, None)

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.instructor.bio.splitlines() if line.strip()]


def shown(now: datetime) -> InstructorQuerySet:
    """Whose page anyone may open: those in the directory, and whoever leads a series, for families look there."""
    lately = Q(last_session_at__isnull=True) | Q(last_session_at__gt=now - AFTERWARDS)
    leads = Series.objects.published().filter(lately, instructor=OuterRef("pk"))
    listed = Instructor.objects.in_directory(now.date()).values("pk")
    return Instructor.objects.filter(Q(pk__in=listed) | Exists(leads))


def profile_of(slug: str, *, now: datetime) -> Profile | None:
    """The profile under that address; None where there is none to show. Seven queries at most."""
    instructor = shown(now).annotate(photo_key=F("portrait__key")).filter(slug=slug).first()
    return profile_page(instructor, now=now) if instructor else None


def preview_of(instructor: Instructor, *, now: datetime) -> Profile:
    """The page as families would see it, for its owner."""
    row = Instructor.objects.annotate(photo_key=F("portrait__key")).get(pk=instructor.pk)
    return profile_page(row, now=now)


def photo_key_of(instructor: Instructor) -> str:
    """The name of their photo; "" where there is none."""
    return Portrait.objects.filter(instructor=instructor).values_list("key", flat=True).first() or ""


def who_sees(instructor: Instructor, *, now: datetime) -> str:
    """A sentence for its owner: who finds the page today."""
    today = now.date()
    if Instructor.objects.in_directory(today).filter(pk=instructor.pk).exists():
        return _("Families find you in the directory of instructors.")
    seen, unseen = _why_not_found(instructor, on=today)
    return seen if shown(now).filter(pk=instructor.pk).exists() else unseen


def _why_not_found(instructor: Instructor, *, on: date) -> tuple[str, str]:
    """Why the page is not in the directory: for one that families of a series see, and for one that nobody sees."""
    if Certificate.objects.held_by(instructor.user_id).to_teach().valid(on).published().exists():
        return (
            _("You are not in the directory. Families who look at a series of yours still see this page."),
            _("You have chosen not to be in the directory. Nobody but you sees this page."),
        )
    if Traineeship.objects.of(instructor.user_id).in_training().for_teaching().exists():
        return (
            _("Families see this page beside your practice series. The directory follows once you are certified."),
            _("Nobody but you sees this page yet. It opens with a practice series, or once you are certified."),
        )
    return (
        _("No certificate is in force today, so you are not in the directory. Families of your series see this page."),
        _("No certificate is in force today, so nobody but you sees this page. It comes back with your certificate."),
    )


def profile_page(instructor: Instructor, *, now: datetime) -> Profile:
    """`instructor` comes with `photo_key`."""
    credentials = _credentials(instructor, on=now.date())
    may_teach = any(one.certificate.credential_type.may_teach for one in credentials)
    listed = Series.objects.open_to_book(now).led_by(instructor).soonest().for_page()[:MOST_SERIES]
    return Profile(
        instructor=instructor,
        credentials=credentials,
        in_training=not may_teach and Traineeship.objects.of(instructor.user_id).in_training().for_teaching().exists(),
        languages=[language_name(code) for code in instructor.languages],
        places=list(instructor.places.all()),
        photo_key=getattr(instructor, "photo_key", "") or "",
        cards=catalogue.cards_of(list(listed), now=now),
    )


def _credentials(instructor: Instructor, *, on: date) -> list[Credential]:
    """Every certificate that is valid and may be looked up: those to teach first, then by rank. Two queries."""
    held = Certificate.objects.held_by(instructor.user_id).valid(on).published().select_related("credential_type__body")
    rows = list(held.order_by("-credential_type__may_teach", "credential_type__rank", "pk")[:MOST_CREDENTIALS])
    trained = [row.traineeship_id for row in rows if row.traineeship_id]
    standing = SignOff.objects.filter(traineeship__in=trained, withdrawn_at__isnull=True).select_related("signed_by")
    signers = {one.traineeship_id: str(one.signed_by) for one in standing} if trained else {}
    return [Credential(row, signers.get(row.traineeship_id or 0, "")) for row in rows]


def portrait_shown(key: str, size: str, *, viewer: Instructor | None, now: datetime) -> bytes | None:
    """The photo of that name, if its page is shown to everyone, or it is the viewer's own; None otherwise."""
    if size not in Portrait.SIZES:
        return None
    found = Portrait.objects.filter(key=key).values_list(size, flat=True)
    own = found.filter(instructor=viewer).first() if viewer else None
    picture = own or found.filter(instructor__in=shown(now).values("pk")).first()
    return bytes(picture) if picture else None
