from __future__ import annotations

from typing import ClassVar

from django.db import connection, models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from classes.models.distance import Point
from classes.models.venue import Venue


class LocalityNameQuerySet(models.QuerySet["LocalityName"]):
    def called(self, folded: str, postcodes: list[str]) -> LocalityNameQuerySet:
        """Towns whose name is this or begins so, and postcode areas of exactly these names; the likeliest first.

        Whole names come before beginnings, a country with classes before one without, and the biggest town first.
        """
        town = _begins(folded) if len(folded) >= LEAST_OF_A_NAME else Q(folded=folded)
        likely = Case(
            When(folded__in=postcodes, then=Value(0)),
            When(folded=folded, then=Value(1)),
            When(_begins(f"{folded} "), then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        )
        taught = Exists(Venue.objects.filter(country=OuterRef("locality__country")))
        return (
            self.filter(Q(folded__in=postcodes) | town if folded else Q(folded__in=postcodes))
            .annotate(likely=likely, taught=taught)
            .select_related("locality")
            .order_by("likely", F("taught").desc(), "-locality__population", "locality_id")
        )


# Of a shorter beginning there would be thousands.
LEAST_OF_A_NAME = 3


def _begins(folded: str) -> Q:
    """Names that begin so, by the index: a range on SQLite, whose LIKE passes an index by."""
    if connection.vendor == "sqlite":
        return Q(folded__gte=folded, folded__lt=folded + "\U0010ffff")
    return Q(folded__startswith=folded)


class Locality(models.Model):
    """A town or a postcode area: where someone says they are. Filled by `import_places`, looked up by `locality`."""

    class Kind(models.TextChoices):
        TOWN = "town", _("town")
        POSTCODE = "postcode", _("postcode area")

    key = models.CharField(_("key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    region = models.CharField(_("region"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    population = models.PositiveIntegerField(_("population"), default=0)

    class Meta:
        verbose_name = _("locality")
        verbose_name_plural = _("localities")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="locality_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)


class LocalityName(models.Model):
    """A spelling of a locality's name, folded by `locality.folded`: "leeds", "munchen", "munich"."""

    locality = models.ForeignKey(Locality, on_delete=models.CASCADE, related_name="names")
    folded = models.CharField(_("folded name"), max_length=100, db_index=True)

    objects = LocalityNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name of a locality")
        verbose_name_plural = _("names of localities")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["locality", "folded"], name="locality_name_once"),
        ]

    def __str__(self) -> str:
        return self.folded
