from __future__ import annotations

import re
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.refs import new_reference
from config.lib.times import validate_zone


class Family(models.Model):
    """A household: caregivers and babies who share contact and records.

    While `quiet_at` is set, something hard has happened and no automatic message goes to anybody in this family.
    """

    class Cloth(models.TextChoices):
        OAT = "oat", _("oat")
        HONEY = "honey", _("honey")
        CHESTNUT = "chestnut", _("chestnut")
        WALNUT = "walnut", _("walnut")

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    cloth = models.CharField(_("cloth of the doll"), max_length=10, choices=Cloth, default=Cloth.OAT)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    quiet_at = models.DateTimeField(_("asked for quiet"), null=True, blank=True)

    class Meta:
        verbose_name = _("family")
        verbose_name_plural = _("families")

    def __str__(self) -> str:
        return self.reference


class CaregiverQuerySet(models.QuerySet["Caregiver"]):
    def current(self) -> CaregiverQuerySet:
        """Adults who belong to their family today."""
        return self.filter(removed_at__isnull=True)

    def of_family(self, family: Family) -> CaregiverQuerySet:
        return self.filter(family=family)

    def of_account(self, user: User) -> CaregiverQuerySet:
        return self.filter(user=user)

    def who_book(self) -> CaregiverQuerySet:
        """Adults with a sign-in who book and pay, longest in the family first: the first of them is written to."""
        mine = self.current().filter(user__isnull=False, role=Caregiver.Role.FULL)
        return mine.select_related("user").order_by("joined_at", "pk")


class Caregiver(models.Model):
    """An adult who massages the baby. Without an account it is someone who comes along."""

    class Relation(models.TextChoices):
        MOTHER = "mother", _("Mother")
        FATHER = "father", _("Father")
        PARENT = "parent", _("Parent")
        GRANDPARENT = "grandparent", _("Grandparent")
        FOSTER = "foster", _("Foster carer")
        OTHER = "other", _("Someone else who loves them")

    class Role(models.TextChoices):
        FULL = "full", _("Books and pays")
        PRACTICE = "practice", _("Comes and practises")
        DATES = "dates", _("Sees the dates")

    # Whoever is none of these needs a parent's written consent to massage the baby (domain rule on carers).
    PARENTS: ClassVar = (Relation.MOTHER, Relation.FATHER, Relation.PARENT)

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="caregivers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name"), max_length=120)
    relation = models.CharField(_("relation"), max_length=12, choices=Relation, default=Relation.PARENT)
    role = models.CharField(_("may"), max_length=8, choices=Role, default=Role.FULL)
    phone = models.CharField(_("mobile"), max_length=32, blank=True)
    joined_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CaregiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("caregiver")
        verbose_name_plural = _("caregivers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(removed_at__isnull=True), name="caregiver_in_one_family_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"caregiver {self.pk}"

    @property
    def is_parent(self) -> bool:
        return self.relation in self.PARENTS

    @property
    def may_book(self) -> bool:
        return self.role == self.Role.FULL

    @property
    def may_practise(self) -> bool:
        """Whether they come with the babies: give dates back, keep the diary."""
        return self.role in (self.Role.FULL, self.Role.PRACTICE)

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def name_for_strangers(self) -> str:
        """The first name where it looks like one; nothing that a mail programme would make a link of."""
        looks_like_one = re.fullmatch(r"[^\W\d_](?:[^\W\d_]|['’\u0300-\u036f\u0900-\u0dff-])*", self.first_name)
        return self.first_name if looks_like_one else str(_("Somebody you know"))
