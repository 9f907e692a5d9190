from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.lib.times import validate_zone


class Venue(models.Model):
    """A room where classes are held. Its zone is the one that its sessions are told in."""

    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    town = models.CharField(_("town"), max_length=80)
    area = models.CharField(_("postcode area"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    directions = models.TextField(_("how to find it"), blank=True)
    mats = models.PositiveSmallIntegerField(_("mats that fit"), null=True, blank=True)
    contact_name = models.CharField(_("who keeps the room"), max_length=120, blank=True)
    contact_email = models.EmailField(_("their e-mail address"), blank=True)
    contact_phone = models.CharField(_("their telephone number"), max_length=32, blank=True)
    is_step_free = models.BooleanField(_("step-free"), default=False)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        indexes: ClassVar = [
            models.Index(fields=["town"], name="venue_town"),
            models.Index(fields=["latitude", "longitude"], name="venue_point"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"
