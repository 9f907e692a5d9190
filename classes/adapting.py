"""What was told before a class, in words: what to adapt today, or why a doll. A hint, and never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from classes.minding import Hint
from config.lib.spoken import spoken
from config.lib.times import local
from curriculum.models import Precaution

FEVER, SKIN, VACCINATION, MEDICINE, OIL = "fever_ill", "skin", "vaccination", "medicine", "oil"
# What is asked before each class, in words to tick. The keys are those of the curriculum's precautions where it has
# one (domain rule C4); a medicine and an oil are asked because of what touches the skin (C5).
ASKED: tuple[tuple[str, str | Promise], ...] = (
    (FEVER, gettext_lazy("Fever, or not well")),
    (SKIN, gettext_lazy("A rash, or sore skin")),
    (VACCINATION, gettext_lazy("A vaccination")),
    (MEDICINE, gettext_lazy("A new medicine")),
    (OIL, gettext_lazy("Something about oil")),
)


@dataclass(frozen=True)
class Today:
    """The class that is told of: when it begins, on whose clock, and how long its instructor waits."""

    starts_at: datetime
    zone: str
    wait: timedelta

    @property
    def hours(self) -> int:
        return round(self.wait / timedelta(hours=1))

    def waits_until(self, vaccinated_at: datetime) -> datetime | None:
        """The moment at which the wait is over; None where it is over when the class begins."""
        until = vaccinated_at + self.wait
        return until if until > self.starts_at else None


def precautions_for(told: Iterable[Mapping[str, Any]]) -> dict[str, Precaution]:
    """{key: precaution} for what these answers name. One query; none where nothing has changed."""
    keys = {key for facts in told for key in facts.get("changed", ())}
    if not keys:
        return {}
    return {one.key: one for one in Precaution.objects.current().filter(key__in=keys)}


def hints_of(facts: Mapping[str, Any], *, today: Today, reasons: Mapping[str, Precaution]) -> list[Hint]:
    """For whoever leads the class: what each answer asks to leave out today, and why. Reasons for a doll come first."""
    changed = [key for key, _words in ASKED if key in facts.get("changed", ())]
    hints = [_hint(key, facts, today, reasons.get(key)) for key in changed]
    hints.sort(key=lambda hint: not hint.is_doll)
    if words := str(facts.get("words", "")).strip():
        hints.append(Hint(_("“%(words)s”") % {"words": words}))
    return hints


def _hint(key: str, facts: Mapping[str, Any], today: Today, reason: Precaution | None) -> Hint:
    if key == VACCINATION:
        return _after_vaccination(facts, today, reason)
    why = str(reason.reason) if reason else ""
    if key == FEVER:
        return Hint(_("Not today: doll. Fever, or not well."), why, is_doll=True)
    if key == SKIN:
        return Hint(_("Adapt: a rash, or sore skin."), _join(_("Leave that skin alone, and use no oil on it."), why))
    if key == MEDICINE:
        return Hint(_("Adapt: a new medicine."), _("Ask the carer what their doctor or pharmacist said about touch."))
    return Hint(_("Adapt: something about oil."), _("Ask before any oil is used. Dry hands are fine."))


def _at(moment: datetime, today: Today) -> str:
    here = local(moment, today.zone)
    return f"{spoken(here, 'date')}, {here:%H:%M}"


def _after_vaccination(facts: Mapping[str, Any], today: Today, reason: Precaution | None) -> Hint:
    until = today.waits_until(vaccinated_at(facts))
    if until is None:
        return Hint(_("Adapt: a vaccination."), _("The wait is over. Keep off the place itself."))
    said = ngettext(
        "The wait of %(hours)d hour is over on %(day)s.", "The wait of %(hours)d hours is over on %(day)s.", today.hours
    ) % {"hours": today.hours, "day": _at(until, today)}
    return Hint(_("Not today: doll. A vaccination."), _join(said, str(reason.reason) if reason else ""), is_doll=True)


def said_to_family(
    facts: Mapping[str, Any], *, today: Today, reasons: Mapping[str, Precaution]
) -> list[tuple[str, str]]:
    """[(what was told, what it may mean for the class)] in words for the carer, who is welcome whatever it is."""
    said = [
        (str(words), _to_family(key, facts, today, reasons.get(key)))
        for key, words in ASKED
        if key in facts.get("changed", ())
    ]
    if words := str(facts.get("words", "")).strip():
        said.append((_("“%(words)s”") % {"words": words}, ""))
    return said


def _to_family(key: str, facts: Mapping[str, Any], today: Today, reason: Precaution | None) -> str:
    if key == VACCINATION:
        until = today.waits_until(vaccinated_at(facts))
        if until is None:
            return _("The wait is over by then. Only keep off the place itself.")
        said = {"day": _at(until, today)}
        return _("Until %(day)s you practise on a doll. You are welcome in class; being held is always fine.") % said
    if key == MEDICINE:
        return _("Your doctor or pharmacist can say whether oil and touch are fine with it.")
    if key == OIL:
        return _("Your instructor asks you before any oil is used. Dry hands are fine.")
    return str(reason.answer) if reason else ""


def vaccinated_at(facts: Mapping[str, Any]) -> datetime:
    """The moment from which the wait is counted: what was said, else the end of the day that was said."""
    return datetime.fromisoformat(facts["vaccinated_at"])


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
