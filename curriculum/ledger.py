"""What may be said about effects, as the pages on research tell it."""

from __future__ import annotations

from dataclasses import dataclass

from curriculum.models import Claim, Evidence, Source
from curriculum.models.claim import ClaimQuerySet
from curriculum.models.evidence import Strength


@dataclass(frozen=True)
class ClaimSection:
    """The claims of one section of a page on research."""

    key: str
    title: str
    claims: list[Claim]


@dataclass(frozen=True)
class FullClaim:
    """A claim with the works it rests on."""

    claim: Claim
    sources: list[Source]


@dataclass(frozen=True)
class FullSection:
    key: str
    title: str
    claims: list[FullClaim]


def ledger() -> list[ClaimSection]:
    """What may be said to parents about effects, by section. One query."""
    return _by_section(Claim.objects.for_parents())


def full_ledger() -> list[FullSection]:
    """Every claim, those that are not for parents too, each with its sources. Two queries."""
    sections = _by_section(Claim.objects.current())
    wanted = {key for section in sections for claim in section.claims for key in claim.sources.split()}
    works = Source.objects.current().with_keys(wanted)
    return [
        FullSection(section.key, section.title, [FullClaim(claim, cited(claim, works)) for claim in section.claims])
        for section in sections
    ]


def cited(claim: Claim, works: dict[str, Source]) -> list[Source]:
    return [works[key] for key in claim.sources.split() if key in works]


def _by_section(claims: ClaimQuerySet) -> list[ClaimSection]:
    found = list(claims)
    sections = [
        ClaimSection(section.value, str(section.label), [claim for claim in found if claim.section == section])
        for section in Claim.Section
    ]
    return [section for section in sections if section.claims]


def strengths() -> list[Strength]:
    """Every word that a tag can carry, strongest first, to be explained."""
    return list(Strength)


def tags() -> list[tuple[Strength, list[str]]]:
    """Which kinds of evidence stand behind each word, for professionals. Words without any are left out."""
    behind = [(strength, [str(tag.label) for tag in Evidence if tag.strength == strength]) for strength in Strength]
    return [(strength, names) for strength, names in behind if names]
