"""What candidates of the demo have handed in and asked: a plan that came back with a comment, and time to be given."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from config.accounts.models import User
from instructors import asking, assessing, handing_in
from instructors.models import Traineeship

PLAN = """Five weeks, four families, Friday mornings

Week 1  Asking first, resting hands, legs and feet
Week 2  The tummy, clockwise; the routine for crying evenings
Week 3  Chest, arms and hands
Week 4  Face and back, without oil
Week 5  Everything once more, gentle movements, saying goodbye

In week 2 I hurried. Next time I would leave out a stroke and leave room for a feed.
"""
SAID = "Warm and clear. Please add what you do when nobody's baby is ready in week 1."
WHY = "Two of my families travel in spring, so their last sessions come late."


def let_candidates_work(users: dict[str, User], *, now: datetime) -> None:
    """The candidate's plan is to be handed in again; somebody in the running training asks the trainer for time."""
    trainer, candidate = users["trainer@example.org"], users["candidate@example.org"]
    row = Traineeship.objects.of(candidate).in_training().get()
    plan = row.programme.requirements.get(key="lesson_plans")
    file = ContentFile(PLAN.encode(), name="Plan of five weeks.txt")
    handing_in.hand_in(row, plan, file=file, by=candidate, now=now - timedelta(days=9))
    assessing.assess(row, plan, outcome="repeat", comment=SAID, by=trainer, now=now - timedelta(days=6))
    asks = Traineeship.objects.active().filter(trainer_of_record=trainer, deadline_on__gt=now.date())
    other = asks.exclude(pk=row.pk).order_by("-deadline_on", "pk").first()
    if other and other.deadline_on:
        until = other.deadline_on + timedelta(days=30)
        asking.ask(other, until=until, reason=WHY, by=other.trainee, now=now - timedelta(days=1))
