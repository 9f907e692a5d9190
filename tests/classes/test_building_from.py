"""What a new series begins from: templates, series that are over, and the page that lists them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from classes import scheduling
from classes.models import Series, SeriesTemplate
from classes.series_templates import MOST_TEMPLATES
from tests.cast import NOW, Cast, sign_in
from tests.classes.builder import NEW, post
from tests.factories.classes import make_series
from tests.factories.teaching import outline


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


@pytest.fixture
def draft(cast: Cast) -> Series:
    return scheduling.make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)


# Beginning from something --------------------------------------------------------------------------------------------


def test_a_template_is_kept_by_name_begun_from_and_taken_away(cast: Cast, ruth: Client) -> None:
    response = post(ruth, cast, do="template", kept_as="My Fridays", people_at_most="20", first_on="", weekday="5")
    assert (response.status_code, "Kept as the template “My Fridays”." in response.content.decode()) == (200, True)
    assert not Series.objects.filter(title="Friday mornings").exists()
    post(ruth, cast, do="template", kept_as="My Fridays", people_at_most="22")
    template = SeriesTemplate.objects.get()
    assert {"first_on", "stream_url", "key", "seen_version"} & set(template.values) == set()
    form = ruth.get(reverse(NEW), {"template": template.reference}).context["form"]
    names = ("title", "people_at_most", "venue", "clock", "price", "policy", "first_on")
    assert [form[name].value() for name in names] == [
        "Friday mornings",
        22,
        cast.venue.pk,
        "18:00",
        "60",
        "usual",
        None,
    ]
    ruth.post(reverse("classes:drop_template", args=[template.reference]))
    assert not SeriesTemplate.objects.exists()
    assert ruth.get(reverse(NEW), {"template": template.reference}).status_code == 404


def test_a_template_needs_a_name_and_there_are_not_too_many(cast: Cast, ruth: Client) -> None:
    assert post(ruth, cast, do="template", kept_as="").status_code == 422
    rows = [SeriesTemplate(instructor=cast.instructor_profile, name=f"{n}", made_at=NOW) for n in range(MOST_TEMPLATES)]
    SeriesTemplate.objects.bulk_create(rows)
    response = post(ruth, cast, do="template", kept_as="One more")
    assert (response.status_code, SeriesTemplate.objects.count()) == (409, MOST_TEMPLATES)
    assert post(ruth, cast, do="template", kept_as="7").status_code == 200


def test_what_a_template_names_and_is_gone_is_left_empty(cast: Cast, ruth: Client) -> None:
    values = {"plan": "gone", "venue": 999_999, "language": "xx", "nonsense": "x", "skips_holidays_of": "ZZ"}
    template = SeriesTemplate.objects.create(instructor=cast.instructor_profile, name="Old", values=values, made_at=NOW)
    form = ruth.get(reverse(NEW), {"template": template.reference}).context["form"]
    assert (form["plan"].value(), form["venue"].value()) == ("five-weeks", None)


def test_a_new_series_begins_like_a_finished_one_with_all_its_rules(cast: Cast, ruth: Client) -> None:
    Series.objects.filter(pk=cast.running.pk).update(
        people_at_most=19, late_until=3, refund_hours=0, makeup_notice_hours=0, makeup_days=90, makeups_at_most=26
    )
    Series.objects.filter(pk=cast.running.pk).update(moves_at_most=2, skips_holidays_of="GB-SCT")
    form = ruth.get(reverse(NEW), {"like": cast.running.slug}).context["form"]
    names = ("people_at_most", "policy", "late_until", "skips_holidays_of", "weekday")
    assert [form[name].value() for name in names] == [19, "easy", 3, "GB-SCT", 4]


def listed(client: Client, **asked: str) -> list[str]:
    return [one.series.title for one in client.get(reverse("classes:series_list"), asked).context["page"]]


def test_series_list_puts_each_own_series_on_its_shelf(cast: Cast, draft: Series, ruth: Client) -> None:
    over = make_series(cast.instructor_profile, title="Winter", slug="winter", first=date(2026, 1, 8))
    make_series(cast.instructor_profile, title="Off", slug="off", state=Series.State.CANCELLED)
    assert [listed(ruth, which=which) for which in ("now", "drafts", "over", "cancelled", "nonsense")] == [
        ["Busy little people", "Gentle Thursdays"],
        ["Tuesday mornings"],
        ["Winter"],
        ["Off"],
        ["Busy little people", "Gentle Thursdays"],
    ]
    assert f"?like={over.slug}" in ruth.get(reverse("classes:series_list"), {"which": "over"}).content.decode()


def test_series_list_goes_on_page_by_page_each_series_once(cast: Cast, ruth: Client) -> None:
    for number in range(13):
        first = date(2025, 1, 2) + timedelta(weeks=number)
        make_series(cast.instructor_profile, title=f"Old {number:02}", slug=f"old-{number}", first=first, weeks=1)
    first_page = ruth.get(reverse("classes:series_list"), {"which": "over"})
    rest = ruth.get(reverse("classes:series_list") + first_page.context["older"])
    shown = [one.series.title for page in (first_page, rest) for one in page.context["page"]]
    assert shown == [f"Old {number:02}" for number in reversed(range(13))]
    assert rest.context["older"] == ""


def test_series_list_takes_the_same_queries_for_one_series_and_three(cast: Cast, ruth: Client) -> None:
    url = reverse("classes:series_list") + "?which=over"
    make_series(cast.instructor_profile, title="A", slug="a", first=date(2026, 1, 8), venue=cast.venue)
    ruth.get(url)
    # Session, account, profile, second factor, page, templates, roles.
    with TestCase().assertNumQueries(7):
        ruth.get(url)
    for slug in "bc":
        make_series(cast.instructor_profile, title=slug, slug=slug, first=date(2026, 1, 8), venue=cast.venue)
        SeriesTemplate.objects.create(instructor=cast.instructor_profile, name=slug, made_at=NOW)
    with TestCase().assertNumQueries(7):
        ruth.get(url)


def test_anothers_templates_and_series_are_not_there(cast: Cast, draft: Series, ruth: Client) -> None:
    template = SeriesTemplate.objects.create(instructor=cast.other_instructor_profile, name="Theirs", made_at=NOW)
    assert ruth.get(reverse(NEW), {"template": template.reference}).status_code == 404
    assert ruth.post(reverse("classes:drop_template", args=[template.reference])).status_code == 404
    assert "Theirs" not in ruth.get(reverse("classes:series_list")).content.decode()
    sign_in(ruth, cast.other_instructor)
    address = reverse("classes:edit_series", args=[draft.slug])
    assert [ruth.get(address).status_code, ruth.post(address, {"do": "draft"}).status_code] == [404, 404]
