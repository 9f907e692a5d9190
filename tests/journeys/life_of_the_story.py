"""Steps 9 to 20 of the story: signing, checking, suspending, renewing, revoking, and what is told of it all."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from config.letters.models import Letter
from instructors import assessing, demo, life_watch
from instructors.certification import may_lead
from instructors.life import fold
from instructors.models import (
    Assessment,
    CERecord,
    Certificate,
    CertificateAsk,
    CertificateDocument,
    Instructor,
    RenewalApplication,
    Traineeship,
)
from instructors.numbering import compose
from instructors.refusals import CannotSign, CannotTrain
from instructors.status_lists import is_set
from instructors.traineeship import accept, apply
from tests.factories.accounts import make_user
from tests.factories.instructors import a_ready_traineeship
from tests.journeys.people_of_the_story import PASSWORD, Story, come, press
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]


def signed_off_and_issued(story: Story, office: Visitor) -> None:
    """Steps 9 and 10: refused when a colleague changed something meanwhile, then issued, and issued once."""
    page, zoe, yan = come(office, story.aisha).page, story.found["Zoë"], story.found["Yan"]
    office.go("/admin/instructors/traineeship/")
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").first.select_option(label="Sign off and issue certificates")
    page.locator("button[name=index]").first.click()
    page.get_by_role("heading", name="Will be issued (1)").wait_for()
    assert "Written exam" in page.locator("section.wont").inner_text()
    exam = Assessment.objects.filter(traineeship=zoe, superseded_by=None).latest("pk")
    assessing.correct(exam, outcome="passed", score=97, reason="Counted again.", by=story.aisha, now=timezone.now())
    page.locator("#id_statement").check()
    sign(page)
    page.get_by_text("Something about Zoë Lindqvist has changed since you looked.").wait_for()
    assert not Certificate.objects.filter(traineeship=zoe).exists()
    page.locator("#id_statement").check()
    sign(page, "not my password")
    page.get_by_text("That is neither your password nor a fresh code.").wait_for()
    address = page.url
    form = {name: page.locator(f"[name={name}]").last.input_value() for name in ("csrfmiddlewaretoken", "seen")}
    sign(page)
    page.get_by_text("Signed and issued").wait_for()
    certificate = Certificate.objects.get(traineeship=zoe)
    assert certificate.number[:-1] == "ES-CIMI-2026-000001-"
    assert Traineeship.objects.get(pk=yan.pk).state == "active"
    again = {**form, "statement": "on", "proof": PASSWORD}
    assert office.context.request.post(address, form=again, headers={"Referer": address}).ok
    assert Certificate.objects.filter(traineeship__isnull=False).count() == 1
    story.found["certificate"] = certificate


def sign(page: Any, password: str = PASSWORD) -> None:
    page.locator("#id_proof").fill(password)
    page.locator("#id_proof").press("Enter")


def nobody_certifies_themselves(story: Story) -> None:
    """Step 11."""
    said: dict[str, Any] = {"now": timezone.now(), "by": story.aisha}
    own = apply(story.programme, trainee=story.aisha, event=story.found["Zoë"].event, **said)
    with pytest.raises(CannotTrain):
        accept(own, trainer=story.aisha, **said)
    with pytest.raises(IntegrityError), transaction.atomic():
        Traineeship.objects.filter(pk=own.pk).update(trainer_of_record=story.aisha)
    Traineeship.objects.filter(pk=own.pk).update(state="withdrawn")


def anyone_checks_it(story: Story, anyone: Visitor, zoe: Visitor) -> None:
    """Steps 12 and 13: the page, the number, the signed data; the paper for its holder alone."""
    certificate, page = story.found["certificate"], anyone.page
    address = f"/c/{certificate.public_code}/"
    anyone.go(address)
    words = page.locator("main").inner_text()
    assert all(said in words for said in ("Zoë Lindqvist", "Example School", certificate.number, "Aisha Noor"))
    assert "Valid today" in words
    page.goto(f"{address}paper/")
    assert "/accounts/login/" in page.url
    wrong = certificate.public_code[:-1] + ("0" if certificate.public_code[-1] != "0" else "1")
    assert page.goto(f"/c/{wrong}/").status == 404
    anyone.troubles.clear()
    anyone.go("/certificates/")
    page.locator("[name=number]").fill(certificate.number.replace("-", " ").lower())
    page.locator("[name=family_name]").fill("Lindqvist")
    page.locator("[name=family_name]").press("Enter")
    page.wait_for_url(f"**{address}")
    badge = Client().get(f"{address}badge/")
    assert badge["Content-Type"] == "application/vc+ld+json"
    told = json.loads(badge.content)
    assert certificate.number in badge.content.decode()
    did = json.loads(Client().get(f"/issuers/{story.body.slug}/did.json").content)
    assert told["proof"]["verificationMethod"] in [key["id"] for key in did["verificationMethod"]]
    paper = come(zoe, story.zoe).context.request.get(f"{anyone.site}{address}paper/")
    assert len(pypdf.PdfReader(io.BytesIO(paper.body())).pages) == 1


def suspended_and_reinstated(story: Story, office: Visitor, anyone: Visitor) -> None:
    """Step 14."""
    certificate = story.found["certificate"]
    profile = Instructor.objects.get(user=story.zoe)
    story.at(2026, 9, 1)
    first = CertificateDocument.objects.current(certificate).of_kind("ob3").get()
    page = come(office, story.margaret).page
    decide(office, certificate, "Suspend")
    anyone.go(f"/c/{certificate.public_code}/")
    anyone.page.get_by_text("Suspended since 1 September 2026").wait_for()
    assert not may_lead(profile, on=date(2026, 9, 1))
    assert is_set(first.credential_uuid)
    decide(office, certificate, "Reinstate")
    assert page.url.endswith("/change/")
    second = CertificateDocument.objects.current(certificate).of_kind("ob3").get()
    assert (first.pk != second.pk, is_set(first.credential_uuid), is_set(second.credential_uuid)) == (
        *(True, True, False),
    )
    anyone.go(f"/c/{certificate.public_code}/")
    anyone.page.get_by_text("Valid today").wait_for()
    assert certificate.number in anyone.page.locator("main").inner_text()
    assert may_lead(profile, on=date(2026, 9, 1))


def decide(office: Visitor, certificate: Certificate, verb: str) -> None:
    office.go(f"/admin/instructors/certificate/{certificate.pk}/suspend/")
    office.page.locator("[name=reason_code]").fill("proof of insurance")
    press(office.page, verb, "Done.")


def a_certificate_is_revoked_by_two(story: Story, office: Visitor, anyone: Visitor) -> None:
    """Step 17, on Yan's: one registrar asks, the other confirms; it is final, and its number is never given again."""
    story.at(2026, 9, 2)
    row, page = story.found["Yan"], office.page
    demo.practise(row, by=story.yan, now=timezone.now(), first_on=date(2026, 6, 1))
    demo.pass_everything(row, trainer=story.aisha, now=timezone.now())
    yans = demo.certify(row, trainer=story.aisha, now=timezone.now())
    assert yans.number[:-1] == "ES-CIMI-2026-000002-"
    come(office, story.margaret).go(f"/admin/instructors/certificate/{yans.pk}/ask/")
    page.locator("[name=reason_code]").fill("false papers")
    press(page, "Ask for the revocation", "It waits for an answer")
    answer = f"/admin/instructors/certificateask/{CertificateAsk.objects.get().pk}/answer/"
    assert page.goto(answer).status == 403
    office.troubles.clear()
    come(office, story.ravi).go("/admin/")
    page.get_by_text("A revocation of Yan Petrov’s certificate waits for a second person").wait_for()
    office.go(answer)
    page.locator("input[value=yes]").check()
    press(page, "Answer", "Answered.")
    assert page.get_by_role("link", name="Reinstate").count() == 0
    anyone.go(f"/c/{yans.public_code}/")
    anyone.page.get_by_text("Revoked on 2 September 2026").wait_for()


def a_suspended_trainer_signs_nobody(story: Story, office: Visitor, anyone: Visitor) -> None:
    """Step 18: her candidate needs a trainer, what she signed before stands; afterwards she signs as before."""
    story.at(2026, 9, 3)
    ada = a_ready_traineeship(story.aisha, make_user("ada@example.org", "Ada Quist"), story.found["Zoë"].event)
    trainers = Certificate.objects.get(holder=story.aisha, credential_type__code="CIIT")
    decide(come(office, story.margaret), trainers, "Suspend")
    office.go("/admin/")
    office.page.get_by_text("Ada Quist needs a trainer").wait_for()
    with pytest.raises(CannotSign):
        demo.certify(ada, trainer=story.aisha, now=timezone.now())
    come(office, story.aisha).go("/admin/")
    office.page.get_by_text("Until it is reinstated you can read here and change nothing").wait_for()
    assert office.page.goto(f"/admin/instructors/traineeship/sign-off/?ids={ada.pk}").status == 403
    office.troubles.clear()
    anyone.go(f"/c/{story.found['certificate'].public_code}/")
    anyone.page.get_by_text("Valid today").wait_for()
    decide(come(office, story.margaret), trainers, "Reinstate")
    adas = demo.certify(ada, trainer=story.aisha, now=timezone.now())
    assert adas.number[:-1] == "ES-CIMI-2026-000003-"


def renewed(story: Story, office: Visitor, zoe: Visitor) -> None:
    """Step 15."""
    story.at(2029, 4, 26)
    page, certificate = come(zoe, story.zoe).page, story.found["certificate"]
    assert (life_watch.remind(timezone.now()) > 0, life_watch.remind(timezone.now())) == (True, 0)
    about = Letter.objects.filter(to=story.zoe.email, queued_at__year=2029)
    assert about.count() == 1
    zoe.go("/train/certificate/")
    page.get_by_text("for 90 more days. You can renew it now.").wait_for()
    hours_count(story, office, zoe, "8")
    zoe.go("/train/certificate/")
    press(page, "Begin the renewal", "4 hours of learning are missing.")
    press(page, "Hand in", "One thing needs another look")
    hours_count(story, office, zoe, "4")
    zoe.go(f"/train/certificate/{certificate.public_code}/renewal/")
    press(page, "Hand in", "Your renewal is with the registrar.")
    application = RenewalApplication.objects.get()
    come(office, story.margaret).go(f"/admin/instructors/renewalapplication/{application.pk}/decide/")
    office.page.locator("input[value=yes]").check()
    press(office.page, "Decide", "Decided.")
    assert list(certificate.periods.values_list("seq", "valid_until")) == [
        (1, date(2029, 7, 25)),
        (2, date(2032, 7, 25)),
    ]
    zoe.go("/train/certificate/")
    assert page.get_by_text("Replaced").count() == 2
    old = zoe.context.request.get(f"{zoe.site}/c/{certificate.public_code}/paper/?no=1")
    assert old.ok
    assert len(pypdf.PdfReader(io.BytesIO(old.body())).pages) == 1


def hours_count(story: Story, office: Visitor, zoe: Visitor, hours: str) -> None:
    code = story.found["certificate"].public_code
    zoe.go(f"/train/certificate/{code}/hours/")
    said = {"title": "Stroke review", "held_on": "2029-02-01", "hours": hours, "evidence": "Held by Aisha in Leeds."}
    for name, words in said.items():
        zoe.page.locator(f"[name={name}]").fill(words)
    press(zoe.page, "Note these hours", "With the trainer")
    come(office, story.aisha).go(f"/admin/instructors/cerecord/{CERecord.objects.latest('pk').pk}/answer/")
    office.page.locator("input[value=yes]").check()
    press(office.page, "Answer", "Answered.")


def expired_and_lapsed(story: Story, anyone: Visitor, zoe: Visitor) -> None:
    """Step 16."""
    story.at(2032, 7, 26)
    anyone.go(f"/c/{story.found['certificate'].public_code}/")
    anyone.page.get_by_text("Expired on 25 July 2032").wait_for()
    come(zoe, story.zoe).go("/train/certificate/")
    zoe.page.get_by_text("It can still be renewed, for 30 more days.").wait_for()
    story.at(2032, 8, 25)
    come(zoe, story.zoe).go("/train/certificate/")
    zoe.page.get_by_text("the time to renew it is over").wait_for()
    assert zoe.page.get_by_role("button", name="Begin the renewal").count() == 0


def an_auditor_reads_it_all(story: Story, office: Visitor) -> None:
    """Step 19."""
    certificate = Certificate.objects.get(pk=story.found["certificate"].pk)
    come(office, story.auditor).go(f"/admin/instructors/certificate/{certificate.pk}/time-line/")
    office.page.get_by_text("Played again, it comes out the same").wait_for()
    words = office.page.locator("ol.time-line").inner_text()
    steps = ("Applied for training", "Passed, 88 of 100", "I added up wrongly.", "Until 31 July 2026", "Signed off")
    later = ("The certificate was issued", "The certificate was suspended", "The certificate was reinstated")
    assert [said for said in (*steps, *later, "Learning hours were accepted") if said not in words] == []
    folded = fold(certificate.events.all())
    stored = (certificate.state, certificate.valid_from, certificate.valid_until)
    assert (folded.state, folded.valid_from, folded.valid_until) == stored


def old_certificates_are_brought_in(story: Story, office: Visitor, anyone: Visitor) -> None:
    """Step 20: a wrong check letter is shown in the dry run, and nothing is written until all lines are right."""
    page, iaim = come(office, story.margaret).page, story.iaim
    right = [compose(iaim.number_prefix, "CIMI", 2031, count) for count in (1, 2, 3)]
    wrong = right[2][:-1] + ("A" if right[2][-1] != "A" else "B")
    office.go("/admin/instructors/certificate/import/")
    bring(page, [*right[:2], wrong])
    page.get_by_text(wrong).first.wait_for()
    assert not Certificate.objects.filter(credential_type__body=iaim).exists()
    office.go("/admin/instructors/certificate/import/")
    bring(page, right)
    page.get_by_role("button", name="Record all 3 certificates").click()
    page.wait_for_url("**/certificate/")
    brought = Certificate.objects.filter(credential_type__body=iaim)
    assert brought.count() == 3
    assert not CertificateDocument.objects.filter(certificate__in=brought).exists()
    anyone.go(f"/c/{brought[0].public_code}/")
    anyone.page.get_by_text(f"Recorded, issued by {iaim}. Checked by Margaret Ellis").wait_for()


def bring(page: Any, numbers: list[str]) -> None:
    """The table of three people, tried out."""
    lines = [
        f"{number},CIMI,Old Friend {count},old{count}@example.org,2031-03-31,2040-03-30"
        for count, number in enumerate(numbers)
    ]
    table = "\n".join(["number,letters,name,email,valid_from,valid_until", *lines]).encode()
    page.locator("[name=body]").select_option(label="International Association of Infant Massage")
    page.locator("[name=table]").set_input_files({"name": "old.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Try it out").click()
