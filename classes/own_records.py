"""What one adult may take along of their household, as tables: read row by row, and never more than they may read.

An adult takes their own words and what is kept of the babies. Of the other adults there is a name and no more: neither
number nor address, and no line that they wrote for themselves. What it costs is for those who book and pay; health
answers for those who may read them in the family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from classes import adapting, anything_changed, clearing
from classes.models import Charge, Clearance, Enrolment, Feedback, Place, ReadinessAnswer, WaitingParty
from families import health, messages, reasons
from families.models import Baby, Caregiver, Consent, FavouriteStroke, HealthAnswers, MessageChoice, ReasonsOfThisWeek
from families.taking_diary import moments_of, stroke_for_programs, stroke_in_words

AT_ONCE = 200
MOST_READS = 1000
MOST_TOLD = 100


@dataclass(frozen=True)
class Said:
    """A value in two ways: as programs know it, and as it is said to people."""

    value: object
    words: str


Rows = Iterable[Sequence[object]]


@dataclass(frozen=True)
class Table:
    """One kind of record. `heads` are {key for programs: head for people}; `rows` is asked when they are wanted."""

    name: str
    title: str
    heads: dict[str, str]
    rows: Callable[[], Rows]


def tables_of(me: Caregiver, *, now: datetime) -> list[Table]:
    """Everything that this adult may take along. Only the babies are asked for now; all else, when its rows are."""
    babies = list(Baby.objects.of_family(me.family))
    for baby in babies:
        baby.family = me.family
    tables = [_you(me), _adults(me), _babies(babies), _agreed(me), _letters(me), _health(me, babies, now=now)]
    tables += [_reads(me, babies), _bookings(me), _dates(me), _waiting(me), _feedback(me)]
    if me.may_book:
        tables.append(_payments(me))
    if me.may_practise:
        tables += [_diary(me, babies), _hearts(babies)]
    return tables


def _head(model: type[Model], field: str) -> str:
    return capfirst(str(model._meta.get_field(field).verbose_name))  # type: ignore[union-attr]  # relations are not named


def _said(row: Model, field: str) -> Said:
    value = getattr(row, field)
    return Said(value, str(getattr(row, f"get_{field}_display")()) if value else "")


def _you(me: Caregiver) -> Table:
    user = me.user
    heads = {"name": _("Name"), "email": _("E-mail address"), "language": _("Language")}
    heads |= {field: _head(Caregiver, field) for field in ("relation", "role", "phone")}
    row = (me.name, user.email if user else "", user.language if user else "")
    return Table("you", _("You"), heads, lambda: [(*row, _said(me, "relation"), _said(me, "role"), me.phone)])


def _adults(me: Caregiver) -> Table:
    heads = {"name": _("Name"), "relation": _head(Caregiver, "relation"), "role": _head(Caregiver, "role")}
    adults = Caregiver.objects.current().of_family(me.family).order_by("joined_at", "pk")
    return Table(
        "adults",
        _("Adults"),
        heads,
        lambda: ((one.name, _said(one, "relation"), _said(one, "role")) for one in adults.iterator(AT_ONCE)),
    )


def _babies(babies: Sequence[Baby]) -> Table:
    fields = ("first_name", "born_on", "due_on")
    heads = {field: _head(Baby, field) for field in fields}
    return Table("babies", _("Babies"), heads, lambda: [[getattr(one, field) for field in fields] for one in babies])


def _agreed(me: Caregiver) -> Table:
    """What this adult said, and what a parent said about them."""
    heads = {
        "at": _("When"),
        "kind": _("What"),
        "version": _head(Consent, "version"),
        "given": _("Answer"),
        "about": _("About"),
    }
    heads["by"] = _("Written by")
    mine = Consent.objects.filter(family=me.family).filter(Q(caregiver=me) | Q(about=me))
    rows = mine.select_related("caregiver", "about").order_by("at", "pk")

    def told() -> Iterator[Sequence[object]]:
        for one in rows.iterator(AT_ONCE):
            about = one.about.name if one.about else ""
            yield one.at, _said(one, "kind"), one.version, one.given, about, one.caregiver.name

    return Table("agreed", _("What you agreed to"), heads, told)


def _letters(me: Caregiver) -> Table:
    heads = {"kind": _("What"), "wanted": _("Answer")}

    def rows() -> Iterator[Sequence[object]]:
        for kind, wanted in messages.choices_of(me).wanted.items():
            yield Said(kind, str(MessageChoice.Kind(kind).label)), wanted

    return Table("letters", _("Letters to you"), heads, rows)


def _health(me: Caregiver, babies: Sequence[Baby], *, now: datetime) -> Table:
    heads = {"baby": _("Baby"), "at": _("When"), "by": _("Written by"), "what": _("What"), "told": _("Words")}
    return Table("health", _("Health answers"), heads, lambda: _health_rows(me, babies, now=now))


def _health_rows(me: Caregiver, babies: Sequence[Baby], *, now: datetime) -> Iterator[Sequence[object]]:
    lasting, cleared = health.read_in_family(babies, by=me), clearing.of_babies(babies, by=me)
    for baby in babies:
        if row := lasting.get(baby.pk):
            told = Said(row.facts, "; ".join(health.in_words(row.facts)))
            yield baby.first_name, row.written_at, row.written_by.name, _kind(HealthAnswers), told
        for clearance in cleared.get(baby.pk, ()):
            words = f"{clearance.said_by}. {clearance.limits}"
            days = {"given_on": f"{clearance.given_on}", "until": f"{clearance.until}"}
            facts = {"said_by": clearance.said_by, "limits": clearance.limits, **days}
            by = clearance.written_by.name
            yield baby.first_name, clearance.written_at, by, _kind(Clearance), Said(facts, words)
        for answer in anything_changed.told_lately(baby, by=me, now=now, most=MOST_TOLD):
            said = Said(answer.facts, _changed(answer.facts))
            yield baby.first_name, answer.written_at, answer.written_by.name, _kind(ReadinessAnswer), said
        for reason in reasons.readable(baby, by=me, now=now):
            said = Said(reason.facts, _changed(reason.facts))
            yield baby.first_name, reason.written_at, reason.written_by.name, _kind(ReasonsOfThisWeek), said


def _kind(model: type[Model]) -> str:
    return capfirst(str(model._meta.verbose_name))


def _changed(facts: dict[str, object]) -> str:
    asked = dict(adapting.ASKED)
    keys = facts.get("changed", ())
    told = [str(asked.get(key, key)) for key in (keys if isinstance(keys, list) else ())]
    return "; ".join(one for one in (*told, str(facts.get("words", "")).strip()) if one)


def _reads(me: Caregiver, babies: Sequence[Baby]) -> Table:
    """Of the babies of whom this adult may read what was told: that it was read tells that there is something."""
    heads = {"baby": _("Baby"), "at": _("When"), "by": _("Name")}

    def rows() -> Iterator[Sequence[object]]:
        mine = _may_be_told(me, babies)
        found = health.reads_by_baby(mine, most=MOST_READS)
        for baby in mine:
            yield from ((baby.first_name, one.at, one.by_name) for one in found[baby.pk])

    return Table("health_reads", _("Who has read it"), heads, rows)


def _may_be_told(me: Caregiver, babies: Sequence[Baby]) -> list[Baby]:
    """By the same rule as health answers, also where these were deleted since. One query."""
    if me.may_book:
        withheld = {pk for pk, writer in health.kept_to_themselves(babies) if writer != me.pk}
        return [one for one in babies if one.pk not in withheld]
    own = set(HealthAnswers.objects.filter(baby__in=babies, written_by=me).values_list("baby_id", flat=True))
    return [one for one in babies if one.pk in own]


def _bookings(me: Caregiver) -> Table:
    heads = {"reference": _("Number"), "series": _("Series"), "instructor": _("Instructor"), "booked_at": _("When")}
    heads |= {field: _head(Enrolment, field) for field in ("kind", "way", "state")} | {"who_comes": _("Who comes")}
    mine = Enrolment.objects.filter(family=me.family).select_related("series__instructor")
    rows = mine.prefetch_related("who_comes").order_by("pk")

    def told() -> Iterator[Sequence[object]]:
        for one in rows.iterator(AT_ONCE):
            words = [_said(one, field) for field in ("kind", "way", "state")]
            who = get_text_list([adult.name for adult in one.who_comes.all()], _("and"))
            yield one.reference, one.series.title, one.series.instructor.display_name, one.booked_at, *words, who

    return Table("bookings", _("Bookings"), heads, told)


def _dates(me: Caregiver) -> Table:
    heads = {"booking": _("Number"), "series": _("Series"), "at": _("When"), "baby": _("Baby")}
    heads |= {field: _head(Place, field) for field in ("kind", "way", "released_at", "release")}
    heads["mark"] = capfirst(_("mark"))
    mine = Place.objects.filter(enrolment__family=me.family)
    related = ("enrolment", "session__series", "baby", "attendance")
    rows = mine.select_related(*related).defer("session__note", "attendance__note").order_by("session__starts_at", "pk")

    def told() -> Iterator[Sequence[object]]:
        for one in rows.iterator(AT_ONCE):
            mark = _said(one.attendance, "mark") if hasattr(one, "attendance") else ""
            head = (one.enrolment.reference, one.session.series.title, one.session.starts_at, one.baby.first_name)
            yield *head, _said(one, "kind"), _said(one, "way"), one.released_at, _said(one, "release"), mark

    return Table("dates", _("Dates"), heads, told)


def _waiting(me: Caregiver) -> Table:
    """Where a place was looked for may be an adult's own street: that is for them, and for those who book."""
    heads = {"series": _("Series"), "since": _head(WaitingParty, "joined_at")}
    heads |= {field: _head(WaitingParty, field) for field in ("way", "state", "wish")}
    rows = WaitingParty.objects.filter(family=me.family).select_related("series").order_by("joined_at", "pk")

    def told() -> Iterator[Sequence[object]]:
        for one in rows.iterator(AT_ONCE):
            wish = one.wish if me.may_book or one.asked_by_id == me.pk else {}
            title = one.series.title if one.series else ""
            yield title, one.joined_at, _said(one, "way"), _said(one, "state"), wish

    return Table("waiting", _("Waiting list"), heads, told)


def _feedback(me: Caregiver) -> Table:
    """What this adult said of their series, whether or not the instructor may know whose it is."""
    fields = ("ease", "pace", "at_home")
    heads = {"series": _("Series"), "at": _("When")} | {field: _head(Feedback, field) for field in fields}
    heads |= {field: _head(Feedback, field) for field in ("words", "is_named")}
    rows = Feedback.objects.filter(by=me).select_related("enrolment__series").order_by("given_at", "pk")

    def told() -> Iterator[Sequence[object]]:
        for one in rows.iterator(AT_ONCE):
            answers = [_said(one, field) for field in fields]
            yield one.enrolment.series.title, one.given_at, *answers, one.words, one.is_named

    return Table("feedback", _("How was it for you?"), heads, told)


def _payments(me: Caregiver) -> Table:
    heads = {"booking": _("Number"), "series": _("Series"), "kind": _head(Charge, "kind"), "amount": _("Amount")}
    heads |= {field: _head(Charge, field) for field in ("raised_at", "settled_at", "waived_at")}
    mine = Charge.objects.filter(enrolment__family=me.family).select_related("enrolment__series")
    rows = mine.order_by("raised_at", "pk")

    def told() -> Iterator[Sequence[object]]:
        for one in rows.iterator(AT_ONCE):
            head = (one.enrolment.reference, one.enrolment.series.title, _said(one, "kind"), _money(one))
            yield *head, one.raised_at, one.settled_at, one.waived_at

    return Table("payments", capfirst(str(Charge._meta.verbose_name_plural)), heads, told)


def _money(charge: Charge) -> Said:
    amount = charge.amount
    return Said({"minor": amount.minor, "currency": amount.currency}, amount.format(get_language() or "en"))


def _diary(me: Caregiver, babies: Sequence[Baby]) -> Table:
    heads = {"baby": _("Baby"), "at": _("When"), "minutes": _("Minutes"), "answer": _("Your baby’s answer")}
    heads |= {"strokes": _("Strokes"), "by": _("Written by"), "own_line": _("A line for yourself")}

    def told() -> Iterator[Sequence[object]]:
        for baby, entry in moments_of(babies, me):
            log = entry.log
            done = [stroke_for_programs(one) for one in entry.strokes]
            strokes = Said(done, "; ".join(stroke_in_words(one) for one in entry.strokes))
            head = (baby.first_name, log.practised_at, log.minutes, _said(log, "answer"))
            yield *head, strokes, entry.by_name, entry.note

    return Table("diary", _("Diary"), heads, told)


def _hearts(babies: Sequence[Baby]) -> Table:
    heads = {"baby": _("Baby"), "stroke": _("Strokes"), "at": _("When")}
    rows = FavouriteStroke.objects.filter(baby__in=babies).select_related("baby", "stroke").order_by("chosen_at", "pk")
    return Table(
        "hearts",
        capfirst(str(FavouriteStroke._meta.verbose_name_plural)),
        heads,
        lambda: ((one.baby.first_name, one.stroke.name, one.chosen_at) for one in rows.iterator(AT_ONCE)),
    )
