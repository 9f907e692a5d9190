"""Badges before software that is not ours: the official schema, and a verifier by others that has no network.

What these need is fetched by `make test`, never by a test. Where it is missing the tests say so and are skipped;
.ci/run allows no skipping.
"""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from jsonschema import Draft201909Validator, FormatChecker
from openbadgeslib.ob3.contexts import bundled_contexts

from instructors.models import Certificate, CertificateDocument, StatusList
from instructors.signing_keys import did_of
from instructors.status_lists import address_of_list
from tests.factories.accounts import make_user
from tests.factories.badges import a_badge_of, an_issued_certificate
from tests.factories.instructors import LATER
from tests.factories.keys import a_key

pytestmark = pytest.mark.django_db
FETCHED: Path = settings.BASE_DIR / "var" / "verifier"
OURS: Path = settings.BASE_DIR / "tests" / "verifier" / "verify.mjs"
with_schema = pytest.mark.skipif(
    not (FETCHED / "schema.json").exists(), reason="The official schema is not here: make verifiers"
)
with_node = pytest.mark.skipif(
    not (FETCHED / "node_modules").is_dir() or not shutil.which("node"),
    reason="Node or the verifier for it is not here: apt-get install nodejs npm && make verifiers",
)


def told(certificate: Certificate) -> dict[str, Any]:
    document = CertificateDocument.objects.current(certificate).of_kind("ob3").get()
    return dict(json.loads(bytes(document.content)))


# The official schema -----------------------------------------------------------------------------------------------


def wrongs(badge: dict[str, Any]) -> list[str]:
    """Where the badge is not as the schema says. Dates are read only because rfc3339-validator is installed."""
    schema = json.loads((FETCHED / "schema.json").read_text(encoding="utf-8"))
    checker = Draft201909Validator(schema, format_checker=FormatChecker(["date-time"]))
    return sorted("/".join(map(str, error.path)) for error in checker.iter_errors(badge))


@with_schema
def test_a_badge_is_as_the_official_schema_says() -> None:
    certificate = an_issued_certificate()
    endless = an_issued_certificate(make_user("yan@example.org", "Yan Abara"), valid_until=None)
    assert [wrongs(told(one)) for one in (certificate, endless)] == [[], []]
    for badge in (told(certificate), told(endless)):
        # what the schema does not ask, and the standard does
        assert badge["credentialSubject"]["identifier"]
        assert badge.get("validUntil", "9") > badge["validFrom"]


@with_schema
def test_the_schema_finds_what_is_wrong() -> None:
    badge = told(an_issued_certificate())
    two = {**badge, "credentialStatus": [badge["credentialStatus"], badge["credentialStatus"]]}
    zoneless = {**badge, "validFrom": "2026-03-01"}
    nobody = {name: value for name, value in badge.items() if name != "issuer"}
    assert [wrongs(one) for one in (two, zoneless, nobody)] == [["credentialStatus"], ["validFrom"], [""]]


# The verifier for Node ---------------------------------------------------------------------------------------------


def documents() -> dict[str, Any]:
    """Everything that a verifier may look up, as our pages answer it."""
    found = dict(bundled_contexts())
    for one in StatusList.objects.select_related("body"):
        slug = one.body.slug
        found[did_of(one.body)] = json.loads(Client().get(f"/issuers/{slug}/did.json").content)
        found[address_of_list(one)] = json.loads(Client().get(f"/issuers/{slug}/status/{one.number}/").content)
    return found


def verified(**credentials: dict[str, Any]) -> dict[str, tuple[bool, bool | None]]:
    """{name: (whether it verifies, what its bit says)}, said by Digital Bazaar's software in a process of its own."""
    shutil.copy(OURS, FETCHED / OURS.name)
    asked = json.dumps({"now": LATER.isoformat(), "documents": documents(), "credentials": credentials})
    command = [shutil.which("node") or "node", str(FETCHED / OURS.name)]
    ran = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    return {name: (said["verified"], said["fallen"]) for name, said in json.loads(ran.stdout).items()}


@with_node
def test_others_verify_our_badges_and_see_which_have_fallen() -> None:
    """One run for all of it: a process with its libraries takes a second to begin."""
    certificate = an_issued_certificate()
    suspended = an_issued_certificate(make_user("yan@example.org", "Yan Abara"))
    why = {"kind": "suspended", "at": LATER, "effective_on": LATER.date(), "reason_code": "insurance"}
    suspended.events.create(actor=make_user("registrar@example.org", "Carla Nunes"), **why)
    suspended.state = Certificate.State.SUSPENDED
    suspended.save(update_fields=["state"])
    replaced = told(certificate)
    standing = json.loads(bytes(a_badge_of(certificate, now=LATER).content))
    # Retired, the key that signed all three stays listed; the list is signed with the next.
    a_key(certificate.credential_type.body, at=LATER, name="the next")
    changed = copy.deepcopy(standing)
    changed["credentialSubject"]["licenseNumber"] = standing["credentialSubject"]["licenseNumber"][:-1] + "#"
    said = verified(standing=standing, replaced=replaced, suspended=told(suspended), changed=changed)
    # One whose bit is set still verifies: it was signed as it stands. Whether it holds is what the bit says.
    assert said == {
        "standing": (True, False),
        "replaced": (True, True),
        "suspended": (True, True),
        "changed": (False, None),
    }
