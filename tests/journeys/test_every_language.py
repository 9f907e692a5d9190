"""Every language that is offered, on a phone: nothing too wide, nothing from the wrong side, and drafts that say so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils.translation import get_language_info

from curriculum import words
from curriculum.models import Stroke
from curriculum.models.said import written
from tests.cast import Cast
from tests.journeys.visitor import Visitor

OFFERED = [code for code, _name in settings.LANGUAGES if code != "en"]
FROM_THE_RIGHT = "ar"
PAGES = ("/strokes/i-love-you/", "/evidence/", "/me/practice/", "/me/practice/1/hands-free/", "/me/diary/")


@pytest.mark.parametrize("language", OFFERED)
def test_practice_at_home_in_every_language(cast: Cast, arrive: Callable[..., Visitor], language: str) -> None:
    words.keep_in_step(folder=words.WORDS)
    visitor = arrive(width=390)
    visitor.sign_in(cast.parent, wanted="/me/practice/")
    visitor.page.wait_for_url("**/me/practice/")
    visitor.context.add_cookies([{"name": "language", "value": language, "url": visitor.site}])
    for page in PAGES:
        visitor.go(page)
        html = visitor.page.locator("html")
        told = (html.get_attribute("lang"), html.get_attribute("dir"))
        assert told == (language, "rtl" if get_language_info(language)["bidi"] else "ltr")
        look = visitor.look if language == FROM_THE_RIGHT else visitor.fits
        look(f"{language}-{page.strip('/').replace('/', '-')}")
    visitor.go("/strokes/sun-moon/")
    stroke = Stroke.objects.get(slug="sun-moon")
    assert visitor.page.locator("h1").inner_text().strip() == said(stroke, "name", language)
    assert visitor.page.locator(".words-note").count() == 1
    assert visitor.page.locator(".foot-draft").count() == (language not in settings.COMPLETE_LANGUAGES)


def said(stroke: Stroke, field: str, language: str) -> str:
    """What the file of that language says for a text of this stroke."""
    filed = words.translations(words.WORDS / f"{language}.po")
    return filed["stroke", field, written(stroke, field)]
