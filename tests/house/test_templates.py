"""What a template may hold: words in every language, no query, nothing that a strict policy forbids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.house.reading import Source, line_of, tags_of, templates

# Names that are the same in every language, and letters that are signs.
NOT_WORDS = {"Warm Hands", "warmhands", "WH", "GMT", "UTC", "ISO", "PDF", "kcal", "ml", "cm"}
ASKS_THE_DATABASE = re.compile(
    r"\.(all|filter|exclude|count|exists|first|last|order_by|values|get_queryset|select_related|objects)\b"
)
SHOWN_ATTRIBUTES = r"(?:aria-label|aria-description|alt|title|placeholder|label|data-(?:words|say|label)[a-z-]*)"


def queries(template: Source) -> list[str]:
    found = []
    for line, inside in tags_of(template.text):
        if ASKS_THE_DATABASE.search(re.sub(r"\"[^\"]*\"|'[^']*'|forloop\.(first|last)", "", inside)):
            found.append(f"{template.path}:{line} {inside}")
    return found


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group(0).count("\n")


def spoken(text: str) -> Iterator[tuple[int, str]]:
    """(line, words) of what a reader sees or hears that stands outside the translation tags."""
    text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", _blank, text, flags=re.S)
    text = re.sub(r"\{%\s*block \w*(?:class|attrs|url|prefix)\s*%\}.*?\{%\s*endblock[^%]*%\}", _blank, text, flags=re.S)
    text = re.sub(r"\{%\s*blocktrans.*?endblocktrans(late)?\s*%\}", _blank, text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", _blank, text, flags=re.S)
    for match in re.finditer(rf"\b{SHOWN_ATTRIBUTES}=\"([^\"]*)\"", text):
        yield line_of(text, match.start()), match.group(1)
    text = re.sub(r"<(script|style)\b.*?</\1>", _blank, text, flags=re.S)
    for match in re.finditer(r"[^<>]+", re.sub(r"<[^>]*>", lambda tag: "<" + _blank(tag) + ">", text, flags=re.S)):
        yield line_of(text, match.start()), match.group(0)


def untranslated(template: Source) -> list[str]:
    if template.path.startswith("templates/styleguide") or template.path.endswith("_attrs.html"):
        return []
    found = []
    for line, words in spoken(template.text):
        plain = re.sub(r"&[a-z#0-9]+;", " ", words)
        for name in NOT_WORDS:
            plain = plain.replace(name, " ")
        if re.search(r"[^\W\d_]{2,}", plain):
            found.append(f"{template.path}:{line} {' '.join(plain.split())}")
    return found


def inline(template: Source) -> list[str]:
    """Scripts, styles and handlers inside the page; the policy would stop them. Letters have no policy, and need styles."""
    if "/emails/" in template.path or template.path.endswith("_message.html"):
        return []
    found = []
    for match in re.finditer(
        r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", template.text
    ):
        if "application/json" not in match.group(0) and "application/ld+json" not in match.group(0):
            found.append(f"{template.path}:{line_of(template.text, match.start())} {match.group(0).strip()}")
    return found


def foreign(template: Source) -> list[str]:
    """Parts of a page fetched from another host."""
    pattern = r"<(?:script|link|img|iframe|source|use|form)\b[^>]*\b(?:src|href|action)=\"(?:https?:)?//[^\"]*"
    return [
        f"{template.path}:{line_of(template.text, m.start())} {m.group(0)}" for m in re.finditer(pattern, template.text)
    ]


def unescaped(template: Source) -> list[str]:
    return [
        f"{template.path}:{line} {inside}"
        for line, inside in tags_of(template.text)
        if re.search(r"\|\s*safe\b|\|\s*safeseq\b|^autoescape off", inside)
    ]


def without_token(template: Source) -> list[str]:
    found = []
    for match in re.finditer(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", template.text, re.S | re.I):
        if "csrf_token" not in match.group(1) and "crispy" not in match.group(1):
            found.append(f"{template.path}:{line_of(template.text, match.start())} form without csrf_token")
    return found


RULES: dict[str, Callable[[Source], list[str]]] = {
    "no query in a template": queries,
    "all words can be translated": untranslated,
    "nothing inline": inline,
    "nothing from another host": foreign,
    "nothing unescaped": unescaped,
    "every form that posts has its token": without_token,
}


@pytest.mark.parametrize("rule", RULES)
def test_the_templates_keep_the_rule(rule: str) -> None:
    assert [wrong for template in templates() for wrong in RULES[rule](template)] == []


WRONG = [
    ("no query in a template", "{% for baby in family.babies.all %}{% endfor %}"),
    ("no query in a template", "{{ series.sessions.count }}"),
    ("all words can be translated", "<p>Good evening</p>"),
    ("all words can be translated", '<button aria-label="Close the window"></button>'),
    ("all words can be translated", "<p>{% translate 'Good' %} evening</p>"),
    ("all words can be translated", '<input placeholder="Your name">'),
    ("nothing inline", "<script>alert(1)</script>"),
    ("nothing inline", '<p style="color: red">'),
    ("nothing inline", "<style>p {}</style>"),
    ("nothing inline", '<button onclick="x()">'),
    ("nothing inline", '<a href="javascript:x()">'),
    ("nothing from another host", '<script src="https://cdn.example/x.js"></script>'),
    ("nothing from another host", '<img alt="" src="//cdn.example/x.png">'),
    ("nothing unescaped", "{{ baby.first_name|safe }}"),
    ("nothing unescaped", "{% autoescape off %}"),
    ("every form that posts has its token", '<form method="post"><button></button></form>'),
]


@pytest.mark.parametrize(("rule", "text"), WRONG)
def test_a_small_wrong_example_is_found(rule: str, text: str) -> None:
    assert len(RULES[rule](Source("templates/x.html", text))) == 1


RIGHT = [
    ("no query in a template", "{% if forloop.first %}{{ bookings|length }}{% endif %}{% url 'x.all' %}"),
    ("all words can be translated", "<p>{% translate 'Good evening' %} · {{ name }} – 3</p>{# a note #}"),
    ("all words can be translated", "{% blocktranslate trimmed %}Good <b>evening</b>{% endblocktranslate %}"),
    (
        "all words can be translated",
        "{% comment %} Rows and words {% endcomment %}<!-- x --><a title='' class=\"wide\"></a>",
    ),
    ("nothing inline", '<script type="module" src="/static/js/x.js"></script>'),
    ("every form that posts has its token", '<form method="post">{% csrf_token %}</form><form method="get"></form>'),
]


@pytest.mark.parametrize(("rule", "text"), RIGHT)
def test_a_small_right_example_passes(rule: str, text: str) -> None:
    assert RULES[rule](Source("templates/x.html", text)) == []
