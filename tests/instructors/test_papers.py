"""The sheet of a certificate: pressed once, kept as bytes, with the facts of the public page, read by machines."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date, timedelta
from typing import Any

import fontpkg_noto_sans_arabic
import pytest
import time_machine
import typst
import zxingcpp
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from curriculum.papers.press import CannotPrint, PressBusy
from curriculum.papers.setter import HERE
from instructors import demo, documents, issuing
from instructors.documents import current, has_type_for, make_documents, paper_of, papers_of, sheet, words_of
from instructors.models import Certificate, CertificateDocument, CertificatePeriod, NumberCounter, Traineeship
from instructors.printed import printed
from instructors.refusals import CannotIssue
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import LATER, a_certificate, a_ready_traineeship, a_trainer
from tests.instructors.test_last_line import refused

pytestmark = pytest.mark.django_db


def issued(name: str = "Zoë Lindqvist") -> Certificate:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer, make_user("zoe@example.org", name))
    made = demo.certify(row, trainer=trainer, now=LATER)
    return Certificate.objects.with_names().select_related("traineeship__event").get(pk=made.pk)


def renamed(certificate: Certificate, name: str) -> Certificate:
    """As it would be printed under another name; nothing is written."""
    certificate.name_as_issued = name
    return certificate


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def seen(said: dict[str, Any]) -> Image.Image:
    """The sheet as a picture, as a camera would see it."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_noto_sans_arabic.ROOT)])
    data = {"data": json.dumps(said)}
    look = str(HERE / "certificate.typ")
    made: Any = typst.compile(look, root=str(HERE), font_paths=fonts, sys_inputs=data, format="png", ppi=80)
    return Image.open(io.BytesIO(made))


def test_issuing_presses_one_sheet_and_one_badge_and_keeps_them_as_bytes(client: Client) -> None:
    certificate = issued()
    again = issuing.issue(certificate.traineeship, by=certificate.holder, now=LATER)  # type: ignore[arg-type]  # it has one
    kept = CertificateDocument.objects.of(certificate).order_by("kind")
    content = sheet(certificate) or b""
    assert {
        "kinds": [(one.kind, one.reason, one.replaced_at) for one in kept],
        "hashed": [one.sha256 == hashlib.sha256(bytes(one.content)).hexdigest() for one in kept],
        "again": again.pk == certificate.pk,
        "pages": len(read(content).pages),
    } == {
        "kinds": [("ob3", "issued", None), ("pdf", "issued", None)],
        "hashed": [True, True],
        "again": True,
        "pages": 1,
    }


def test_sheet_page_and_badge_and_database_say_the_same(client: Client) -> None:
    """And whoever cannot see the sheet has it read aloud: tags, a title, a language, letters that it brings along."""
    certificate = issued()
    facts, content = printed(certificate), sheet(certificate) or b""
    paper = words(content)
    with time_machine.travel(LATER, tick=False):
        page = client.get(reverse("instructors:certificate", args=[certificate.public_code])).content.decode()
    badge = json.loads(bytes(current(certificate, "ob3").content))  # type: ignore[union-attr]  # it was made
    said = [facts.name, facts.title, facts.letters, facts.body, facts.number, facts.code_in_groups, facts.programme]
    said += ["20 May 2026", "20 May 2029", "28 hours · 5 families", "Aisha Noor, trainer (CIIT)"]
    assert ([one for one in said if one not in paper], [one for one in said if one not in page]) == ([], [])
    assert badge["credentialSubject"]["licenseNumber"] == certificate.number == facts.number
    assert "zoe@example.org" not in paper + page
    book = read(content)
    root: Any = book.trailer["/Root"]
    fonts: Any = book.pages[0]["/Resources"]["/Font"]  # type: ignore[index]  # a dictionary
    described = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts.values()]
    box = book.pages[0].mediabox
    assert {
        "language": root["/Lang"],
        "tagged": root["/MarkInfo"]["/Marked"],
        "title": book.metadata.title if book.metadata else "",
        "without letters of its own": [d for d in described if not {"/FontFile2", "/FontFile3"} & set(d)],
        "sheet": (round(box.width), round(box.height)),
    } == {
        "language": "en",
        "tagged": True,
        "title": "Certificate of Zoë Lindqvist",
        "without letters of its own": [],
        "sheet": (842, 595),
    }


def test_the_square_code_holds_the_short_address_and_nothing_else() -> None:
    certificate = issued()
    said = words_of(certificate, certificate.periods.get())
    read_by_camera = [found.text for found in zxingcpp.read_barcodes(seen(said))]
    assert read_by_camera == [f"{settings.SITE_URL}/c/{certificate.public_code}/"]
    assert said["check"] == [
        "Check it at",
        f"{settings.SITE_URL.split('://')[1]}/c/",
        printed(certificate).code_in_groups,
    ]


def test_names_stay_names_in_every_script() -> None:
    """Nothing in a name is read as markup, and none keeps a certificate from being made."""
    certificate = issued()
    period = certificate.periods.get()
    typed = "Zoë & <b>Söhne</b> #panic() *x* $y$ @me"
    assert typed in words(paper_of(renamed(certificate, typed), period))
    for name in ("Ζωή Λίντκβιστ", "Зоя Линдквист", "زوي ليندكفيست", "זואי לינדקוויסט"):
        assert (has_type_for(name), len(read(paper_of(renamed(certificate, name), period)).pages)) == (True, 1)
    for name in ("小雨 王", "ज़ोई", "A" * 120, "Zoë 🌸"):
        assert len(read(paper_of(renamed(certificate, name), period)).pages) == 1
    boxes = words(paper_of(renamed(certificate, "小雨 王"), period))
    assert "the person named on the page of this record" in boxes
    certificate.holder.language = "ar"
    assert read(paper_of(renamed(certificate, "زوي"), period)).trailer["/Root"]["/Lang"] == "ar"  # type: ignore[index]


def test_nothing_is_issued_where_the_press_is_busy_or_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    told = []
    for wrong in (PressBusy, CannotPrint("worn out")):

        def out_of_order(*args: Any, _wrong: Any = wrong, **kwargs: Any) -> bytes:
            raise _wrong

        monkeypatch.setattr(documents, "print_paper", out_of_order)
        with pytest.raises(CannotIssue) as refusal:
            demo.certify(row, trainer=trainer, now=LATER)
        told.append(str(refusal.value))
        row = Traineeship.objects.get(pk=row.pk)
        Traineeship.objects.filter(pk=row.pk).update(state="active")
        row.sign_offs.update(withdrawn_at=LATER, withdrawn_by=trainer, withdrawn_reason="Tried.")
    assert told == [
        "Another paper is being printed. Please try again in a minute.",
        "The certificate could not be printed, so nothing was issued.",
    ]
    assert (Certificate.objects.filter(traineeship=row).exists(), NumberCounter.objects.exists()) == (False, False)


def test_a_later_sheet_replaces_the_one_before_which_stays_to_be_fetched(client: Client) -> None:
    certificate = issued()
    first = sheet(certificate)
    after = LATER + timedelta(days=1)
    dates = {"valid_from": date(2029, 5, 21), "valid_until": date(2032, 5, 20)}
    CertificatePeriod.objects.create(certificate=certificate, seq=2, reason="renewal", **dates)
    make_documents(certificate, reason="renewed", by=certificate.holder, now=after)
    listed = [(one.no, one.replaced_at, one.reason) for one in papers_of(certificate)]
    assert listed == [(2, None, "renewed"), (1, after, "issued")]
    sign_in(client, certificate.holder)
    address = reverse("instructors:certificate_paper", args=[certificate.public_code])
    answers = [client.get(address + query) for query in ("", "?no=2", "?no=1")]
    assert [answer.content == first for answer in answers] == [False, False, True]
    assert answers[0].content == answers[1].content == sheet(certificate)
    assert "Valid from" in words(answers[0].content)
    assert (answers[2]["Content-Type"], answers[2]["Content-Disposition"], answers[2]["Cache-Control"]) == (
        "application/pdf",
        f'attachment; filename="{certificate.number}-1.pdf"',
        "no-store",
    )
    gone = [client.get(address + query).status_code for query in ("?no=3", "?no=0", "?no=99999", "?no=one")]
    assert gone == [404] * 4


def test_certificate_paper_is_for_the_holder_alone(client: Client) -> None:
    certificate = issued()
    address = f"/c/{certificate.public_code}/paper/"
    visitor = client.get(address)
    others = []
    trainer = Traineeship.objects.get(certificate=certificate).trainer_of_record
    for person in (make_user("ines@example.org", "Ines"), trainer):
        others.append(sign_in(client, person).get(address).status_code)  # type: ignore[arg-type]  # there is a trainer
    assert (visitor.status_code, visitor["Location"], others) == (302, f"/accounts/login/?next={address}", [404, 404])


def test_a_recorded_certificate_has_no_sheet_and_no_badge() -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"))
    made = make_documents(certificate, reason="renewed", by=certificate.holder, now=LATER)
    assert (made, sheet(certificate), current(certificate, "ob3")) == ([], None, None)


def test_the_database_refuses_a_paper_of_what_was_not_issued_here_and_keeps_what_was_replaced() -> None:
    recorded, certificate = a_certificate(make_user("yan@example.org", "Yan")), issued()
    rows = CertificateDocument.objects.of(certificate).of_kind("pdf")
    copy = {"kind": "pdf", "content": b"%PDF", "sha256": "0" * 64, "created_at": LATER, "replaced_at": LATER}

    def paper(of: Certificate, period: CertificatePeriod) -> Any:
        return lambda: CertificateDocument.objects.create(certificate=of, period=period, **copy)

    assert [
        refused(paper(recorded, recorded.periods.get()), naming="not issued here"),
        refused(paper(certificate, recorded.periods.get()), naming="not issued here"),
        refused(paper(certificate, certificate.periods.get())),
    ] == [True, True, False]
    rows.filter(replaced_at=None).update(replaced_at=LATER)
    assert refused(lambda: rows.update(replaced_at=None), naming="stays so")


def test_a_number_is_found_however_it_is_typed(client: Client) -> None:
    cache.clear()
    certificate = issued()
    plain = certificate.number.replace("-", "")
    code = printed(certificate).code_in_groups
    typed = [plain, plain.lower(), plain.replace("0", "O"), f" {certificate.number} ".replace("-", " "), code.lower()]
    found = [
        client.post("/certificates/", {"number": one, "family_name": "LINDQVIST"}).headers.get("Location")
        for one in typed
    ]
    assert found == [f"/c/{certificate.public_code}/"] * len(typed)
    twin = Certificate.objects.get(pk=a_certificate(make_user("yan@example.org", "Yan")).pk)
    twin.pk, twin._state.adding, twin.public_code = None, True, "Z" * 12
    twin.number = twin.number.replace("OLD", "0LD")
    assert refused(twin.save)


def test_guessing_codes_is_slowed_down_and_looking_is_not(client: Client) -> None:
    cache.clear()
    certificate = a_certificate(make_user("yan@example.org", "Yan"))
    looks = {client.get(f"/c/{certificate.public_code}/").status_code for _look in range(25)}
    guesses = [client.get(f"/c/{'0' * 9}{guess:03d}/").status_code for guess in range(22)]
    after = client.get(f"/c/{certificate.public_code}/").status_code
    cache.clear()
    assert (looks, guesses, after) == ({200}, [404] * 20 + [429] * 2, 429)
