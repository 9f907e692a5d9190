"""The pages of practice families and of dates of practice: the candidate's, and the trainer's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from instructors import practicum
from instructors.aliases import TREES
from instructors.groups import TRAINER, join
from instructors.models import PracticumFamily, Traineeship
from instructors.traineeship import apply
from tests.cast import NOW, TODAY, Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import a_body, a_date, a_programme

pytestmark = pytest.mark.django_db

FAMILY = {"alias": "Hazel", "age_band": "0-3m", "consented_on": "2026-03-01"}
SESSION = {"do": "session", "held_on": "2026-03-10", "minutes": "60", "self_evaluation": "", "no": ""}


@pytest.mark.usefixtures("now")
def test_practice_families_writes_a_family_down_and_offers_a_tree(client: Client, cast: Cast) -> None:
    sign_in(client, cast.candidate)
    page = client.get("/train/families/")
    answer = client.post("/train/families/", FAMILY)
    family = PracticumFamily.objects.get()
    assert (
        'value="Birch"' in page.content.decode(),
        answer.headers["Location"],
        family.alias,
        family.consented_on,
    ) == (
        True,
        f"/train/families/{family.pk}/",
        "Hazel",
        date(2026, 3, 1),
    )


@pytest.mark.usefixtures("now")
def test_practice_is_noted_for_the_training_that_goes_on_and_not_for_a_newer_application(
    client: Client, cast: Cast
) -> None:
    apply(a_programme(a_body("another-school")), trainee=cast.candidate, now=NOW)
    sign_in(client, cast.candidate)
    codes = [client.get("/train/families/").status_code, client.post("/train/families/", FAMILY).status_code]
    assert (codes, PracticumFamily.objects.get().traineeship) == ([200, 302], cast.traineeship)


@pytest.mark.usefixtures("now")
def test_practice_families_keeps_what_was_typed_where_it_may_be_a_name(client: Client, cast: Cast) -> None:
    sign_in(client, cast.candidate)
    answer = client.post("/train/families/", {**FAMILY, "alias": "Anna Schmidt"})
    words = answer.content.decode()
    assert (answer.status_code, "somebody’s name" in words, "Anna Schmidt" in words) == (422, True, True)


@pytest.mark.usefixtures("now")
def test_practice_family_takes_sessions_a_change_and_the_end(client: Client, cast: Cast) -> None:
    sign_in(client, cast.candidate)
    family = practicum.note_family(cast.traineeship, alias="Hazel", by=cast.candidate, now=NOW)
    where = f"/train/families/{family.pk}/"
    near = {**SESSION, "held_on": "2026-03-12"}
    cancelled = {**SESSION, "no": "1", "is_cancelled": "on"}
    said = {"do": "said", "words": "We felt welcome."}
    deeds = (SESSION, near, cancelled, said, {"do": "left"}, {"do": "back"})
    codes = [client.post(where, data).status_code for data in deeds]
    page = client.get(f"{where}?session=1").content.decode()
    held = [(one.no, one.is_cancelled) for one in family.sessions.all()]
    assert (codes, held, "Change session 1" in page) == (
        [302, 409, 302, 302, 302, 302],
        [(1, True)],
        True,
    )


@pytest.mark.usefixtures("now")
def test_practice_date_keeps_how_it_went(client: Client, cast: Cast) -> None:
    sign_in(client, cast.candidate)
    one = a_date(cast.traineeship)
    answer = client.post(f"/train/dates/{one.pk}/", {"words": "I waited longer."})
    one.refresh_from_db()
    assert (answer.status_code, one.self_evaluation, one.self_evaluated_at) == (302, "I waited longer.", NOW)


@pytest.mark.usefixtures("now")
def test_others_find_neither_family_nor_date(client: Client, cast: Cast) -> None:
    other = make_user("learner@example.org", "Lea Ortiz")
    row = Traineeship.objects.get(pk=cast.traineeship.pk)
    row.pk, row._state.adding, row.trainee = None, True, other
    row.save()
    family = practicum.note_family(cast.traineeship, alias="Hazel", by=cast.candidate, now=NOW)
    one = a_date(cast.traineeship)
    sign_in(client, other)
    addresses = [f"/train/families/{family.pk}/", "/train/families/0/", f"/train/dates/{one.pk}/", "/train/dates/0/"]
    assert [client.post(address, {"do": "left"}).status_code for address in addresses] == [404] * 4


@pytest.mark.usefixtures("now")
def test_the_number_of_queries_of_practice_families_does_not_grow(
    client: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    sign_in(client, cast.candidate)
    client.get("/train/families/")

    def add(number: int) -> None:
        family = practicum.note_family(cast.traineeship, alias=str(TREES[number]), by=cast.candidate, now=NOW)
        practicum.note_session(family, no=1, held_on=TODAY, by=cast.candidate, now=NOW)
        a_date(cast.traineeship, counted_from=f"classes.Session:{number}", strokes=["milking"])

    add(0)
    with CaptureQueriesContext(connection) as one:
        client.get("/train/families/")
    add(1)
    add(2)
    with django_assert_num_queries(len(one)):
        client.get("/train/families/")


@pytest.mark.usefixtures("now")
def test_the_trainer_sees_marks_and_observes_on_one_page(client: Client, cast: Cast) -> None:
    sign_in(client, cast.trainer)
    join(cast.trainer, TRAINER)
    family = practicum.note_family(cast.traineeship, alias="Hazel", by=cast.candidate, now=NOW)
    one = a_date(cast.traineeship)
    where = f"/admin/instructors/traineeship/{cast.traineeship.pk}/practice/"
    deeds = [
        {"do": "seen", "family": family.pk},
        {"do": "observe", "date": one.pk, "words": "She waits."},
        {"do": "observe", "date": one.pk, "words": "Ring 07700 900142."},
        {"do": "seen", "family": 0},
    ]
    codes = [client.get(where).status_code, *(client.post(where, deed).status_code for deed in deeds)]
    family.refresh_from_db()
    one.refresh_from_db()
    assert (codes, family.seen_by, one.observer, one.observation) == (
        [200, 302, 302, 422, 422],
        cast.trainer,
        cast.trainer,
        "She waits.",
    )


@pytest.mark.usefixtures("now")
def test_a_trainer_writes_a_family_down_on_behalf_and_a_name_is_refused(client: Client, cast: Cast) -> None:
    sign_in(client, cast.trainer)
    join(cast.trainer, TRAINER)
    data = {"traineeship": cast.traineeship.pk, "age_band": "0-3m", "consented_on": "2026-03-01"}
    where = "/admin/instructors/practicumfamily/add/"
    codes = [client.post(where, {**data, "alias": alias}).status_code for alias in ("Anna Schmidt", "Hazel")]
    assert (codes, list(PracticumFamily.objects.values_list("alias", flat=True))) == ([200, 302], ["Hazel"])
