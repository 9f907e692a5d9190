"""The twenty steps of a certificate, from the training to what anyone may check years later, with the clock set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from instructors import demo, lapsing
from instructors.models import Traineeship, TrainingEvent
from tests.journeys import life_of_the_story as life
from tests.journeys.people_of_the_story import PASSWORD, Story, begin, come, press
from tests.journeys.visitor import Visitor, app_code

Arrive = Callable[..., Visitor]
BEGIN = datetime(2026, 1, 12, 9, tzinfo=UTC)
EXAM = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


@pytest.fixture
def cast(transactional_db: None) -> Iterator[Story]:
    with time_machine.travel(BEGIN, tick=True) as clock:
        yield begin(clock)


@pytest.mark.slow
def test_the_story_of_a_certificate(cast: Story, arrive: Arrive) -> None:
    office, zoe, anyone = arrive(width=1280), arrive(width=390), arrive(width=390)
    a_second_factor_comes_first(cast, office)
    an_event_is_made_and_opened(cast, office, arrive)
    two_apply_and_are_taken_on(cast, office, zoe, arrive)
    a_day_is_missing_and_made_up(cast, office)
    the_exam_is_repeated_passed_and_corrected(cast, office, zoe)
    families_count_and_one_leaves(cast, zoe)
    time_is_given_or_runs_out(cast, office, zoe)
    life.signed_off_and_issued(cast, office)
    life.nobody_certifies_themselves(cast)
    life.anyone_checks_it(cast, anyone, zoe)
    life.suspended_and_reinstated(cast, office, anyone)
    life.a_certificate_is_revoked_by_two(cast, office, anyone)
    life.a_suspended_trainer_signs_nobody(cast, office, anyone)
    life.renewed(cast, office, zoe)
    life.expired_and_lapsed(cast, anyone, zoe)
    life.an_auditor_reads_it_all(cast, office)
    life.old_certificates_are_brought_in(cast, office, anyone)


def a_second_factor_comes_first(story: Story, office: Visitor) -> None:
    """Step 1."""
    page = office.page
    page.goto("/admin/")
    page.locator("details:has(#id_login) summary").click()
    page.locator("#id_login").fill(story.aisha.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/reauthenticate/**")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/totp/activate/**")
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("#id_code").fill(app_code(secret))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/recovery-codes/")
    story.at(2026, 1, 12, 10)
    page.goto("/admin/")
    page.locator("#id_code").fill(app_code(secret))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/admin/")
    page.get_by_text("Nothing waits for you.").wait_for()


def an_event_is_made_and_opened(story: Story, office: Visitor, arrive: Arrive) -> None:
    """Step 2."""
    page = office.page
    office.go("/admin/instructors/trainingevent/add/")
    page.locator("[name=programme]").select_option(label="CIMI 4 days, v1")
    said_of = {
        "name": "CIMI, Leeds in March",
        "first_on": "2026-03-02",
        "last_on": "2026-03-05",
        "place": "Kirkgate Hall",
    }
    for name, said in said_of.items():
        page.locator(f"[name={name}]").fill(said)
    press(page, "Make the event", "Thursday 5 March")
    event = TrainingEvent.objects.get()
    assert [day.on.day for day in event.days.all()] == [2, 3, 4, 5]
    page.get_by_role("link", name="Open for applications").click()
    press(page, "Open", "anyone signed in can read about it")
    stranger = come(arrive(width=1280), story.other_registrar)
    assert stranger.page.goto(f"/admin/instructors/trainingevent/{event.pk}/change/").status == 404
    stranger.troubles.clear()  # the browser notes a 404, which is what was wanted


def two_apply_and_are_taken_on(story: Story, office: Visitor, zoe: Visitor, arrive: Arrive) -> None:
    """Step 3."""
    event = TrainingEvent.objects.get()
    for visitor, user in ((zoe, story.zoe), (arrive(width=390), story.yan)):
        come(visitor, user).go(f"/train/events/{event.pk}/apply/")
        visitor.page.get_by_text("Everything to be finished by 5 July 2026").wait_for()
        press(visitor.page, "Apply", "Your application is with the trainer.")
    zoe.go(f"/train/events/{event.pk}/apply/")
    zoe.page.get_by_text("You applied on 12 January 2026.").wait_for()
    assert not zoe.page.get_by_role("button", name="Apply").count()
    office.go("/admin/")
    for name in ("Zoë", "Yan"):
        row = Traineeship.objects.get(trainee__name__startswith=name)
        office.page.get_by_text(f"Answer {row}’s application").first.wait_for()
        office.go(f"/admin/instructors/traineeship/{row.pk}/answer/")
        office.page.locator("input[value=accept]").check()
        press(office.page, "Send the answer", "to be finished by 5 July 2026")
        office.go("/admin/")
        story.found[name] = row


def a_day_is_missing_and_made_up(story: Story, office: Visitor) -> None:
    """Step 4."""
    story.at(2026, 3, 5, 17)
    come(office, story.aisha)
    page, event = office.page, TrainingEvent.objects.get()
    zoe, yan = story.found["Zoë"].pk, story.found["Yan"].pk
    days = [day.pk for day in event.days.all()]
    grid = f"/admin/instructors/trainingevent/{event.pk}/attendance/"
    office.go(grid)
    for who in (zoe, yan):
        for day in days:
            page.locator(f"[name=c-{who}-{day}]").select_option("absent" if (who, day) == (yan, days[2]) else "present")
    press(page, "Keep the whole grid", "Day 3 missing")
    office.go(f"/admin/instructors/traineeship/{zoe}/change/")
    page.get_by_text("all four attended, 28 of 28 hours").wait_for()
    story.at(2026, 4, 12, 17)
    come(office, story.aisha).go(grid)
    page.locator(f"[name=c-{yan}-{days[2]}]").select_option("made_up")
    press(page, "Keep the whole grid", "made up on")
    page.locator(f"[name=d-{yan}-{days[2]}]").fill("2026-04-12")
    press(page, "Keep the whole grid", "made up on 12 April")
    office.go(f"/admin/instructors/traineeship/{yan}/change/")
    page.get_by_text("all four attended, 28 of 28 hours").wait_for()


def the_exam_is_repeated_passed_and_corrected(story: Story, office: Visitor, zoe: Visitor) -> None:
    """Steps 5 and 6."""
    story.at(2026, 4, 14)
    hers, page, row = come(zoe, story.zoe).page, come(office, story.aisha).page, story.found["Zoë"]
    marking = f"/admin/instructors/traineeship/{row.pk}/work/?step=exam_passed"
    zoe.go("/train/work/exam_passed/")
    hers.locator("[name=file]").set_input_files({"name": "e.pdf", "mimeType": "application/pdf", "buffer": EXAM})
    press(hers, "Hand in", "First attempt handed in")
    office.go("/admin/")
    page.locator("a", has_text="Read Zoë Lindqvist’s written exam").click()
    page.locator("input[value=repeat]").check()
    page.locator("[name=score]").fill("76")
    press(page, "Write it", "Please say what to look at again.")
    assert page.locator("[name=score]").input_value() == "76"
    page.locator("[name=comment]").fill("Question 7: say first what you do when a baby says no.")
    press(page, "Write it", "please repeat")
    zoe.go("/train/work/exam_passed/")
    hers.get_by_text("Question 7: say first what you do when a baby says no.").wait_for()
    hers.get_by_text("read, stays as it is").wait_for()
    hers.locator("[name=text]").fill("Second attempt: I stop, I say so, I wait with her.")
    press(hers, "Hand in", "Second attempt handed in")
    judge(office, marking, "88", "", button="Write it", then="passed with 88 of 100")
    judge(office, marking, "98", "I added up wrongly.", button="Write the correction", then="passed with 98 of 100")
    office.go(marking)
    page.get_by_text("Passed, 88 of 100").wait_for()
    page.get_by_text("Corrected since").wait_for()
    assert list(row.assessments.values_list("outcome", "score")) == [("repeat", 76), ("passed", 88), ("passed", 98)]


def judge(office: Visitor, marking: str, score: str, comment: str, *, button: str, then: str) -> None:
    office.go(marking)
    office.page.locator("input[value=passed]").check()
    office.page.locator("[name=score]").fill(score)
    office.page.locator("[name=comment]").fill(comment)
    press(office.page, button, then)


def families_count_and_one_leaves(story: Story, zoe: Visitor) -> None:
    """Step 7: one family by hand, the others by the same verbs."""
    story.at(2026, 6, 30)
    page, row = come(zoe, story.zoe).page, story.found["Zoë"]
    zoe.go("/train/families/")
    page.locator("[name=alias]").fill("Ines Moreau")
    page.locator("[name=age_band]").select_option("0-3m")
    page.locator("[name=consented_on]").fill("2026-06-20")
    page.get_by_role("button", name="Write this family down").click()
    page.locator(".invalid-feedback, .errorlist").first.wait_for()
    page.locator("[name=alias]").fill("Elm")
    press(page, "Write this family down", "No session yet.")
    keep_session(page, "2026-06-20", "1 of 5")
    keep_session(page, "2026-06-24", "Sessions of one family are at least 6 days apart.")
    keep_session(page, "2026-06-27", "2 of 5")
    demo.practise(row, by=story.zoe, now=timezone.now(), first_on=date(2026, 3, 10), held=(5, 5, 5, 5, 3))
    zoe.go(f"/train/families/{row.families.get(alias='Rowan').pk}/")
    press(page, "This family has left", "3 of 5")
    zoe.go("/train/families/")
    page.get_by_text("One family left. It does not count, and that is no fault.").wait_for()


def keep_session(page: Any, day: str, then: str) -> None:
    page.locator("[name=held_on]").first.fill(day)
    press(page, "Keep this session", then)


def time_is_given_or_runs_out(story: Story, office: Visitor, zoe: Visitor) -> None:
    """Step 8: Zoë has more time before the deadline, Yan only after his was over."""
    story.at(2026, 7, 1)
    more_time(come(office, story.aisha), story.found["Zoë"], "2026-07-31")
    story.at(2026, 7, 6)
    assert lapsing.sweep(timezone.now()) == 1
    states = Traineeship.objects.order_by("trainee__name").values_list("state", flat=True)
    assert list(states) == ["lapsed", "active"]
    more_time(come(office, story.aisha), story.found["Yan"], "2026-09-30")
    story.at(2026, 7, 25)
    come(zoe, story.zoe).go(f"/train/families/{story.found['Zoë'].families.get(alias='Elm').pk}/")
    for count, day in enumerate(("2026-07-03", "2026-07-10", "2026-07-17"), start=3):
        keep_session(zoe.page, day, f"{count} of 5")
    zoe.go("/train/")
    zoe.page.get_by_text("5 of 5 families done, 25 of 25 sessions held.").wait_for()


def more_time(office: Visitor, row: Traineeship, until: str) -> None:
    office.go(f"/admin/instructors/traineeship/{row.pk}/more-time/")
    office.page.locator("[name=until]").fill(until)
    office.page.locator("[name=reason]").fill("One family was ill for two weeks.")
    press(office.page, "Give more time", "to be finished by")
