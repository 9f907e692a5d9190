"""What each layer of a room may know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from tests.house.reading import ROOT, Source, calls, imported, rooms

# Only these know HTTP. Other modules can be called by a command, a job or a test just as well.
KNOWS_HTTP = {"views", "forms", "admin", "admin_site", "access", "urls", "templatetags"}
ROOF_KNOWS_HTTP = {"middleware", "context", "device", "look", "health", "views", "urls", "styleguide", "templatetags"}
PLUMBING_KNOWS_HTTP = {"guards", "adapter", "admin", "forms", "views"}
HTTP = ("django.http", "django.shortcuts", "django.views", "django.contrib.messages", "django.contrib.auth.views")
READS_THE_CLOCK = (
    "timezone.now",
    "datetime.now",
    "date.today",
    "datetime.utcnow",
    "datetime.today",
    "timezone.localdate",
)
MAY_READ_THE_CLOCK = {"views", "management", "admin", "middleware"}
FORBIDDEN_NAMES = {
    *("services", "service", "utils", "util", "helpers", "helper", "managers", "selectors", "common", "misc", "tools"),
    *("constants", "signals", "mixins", "handlers", "tasks", "base", "core", "decorators"),
}


def knows_http(source: Source) -> bool:
    parts = source.path.removesuffix(".py").split("/")
    if parts[0] != "config":
        return parts[1] in KNOWS_HTTP
    if len(parts) == 2:
        return parts[1] in ROOF_KNOWS_HTTP
    return parts[1] == "templatetags" or parts[2] in PLUMBING_KNOWS_HTTP


def http_in(source: Source) -> list[str]:
    if knows_http(source):
        return []
    return [f"{source.path}:{line} {name}" for line, name in imported(source.tree) if name.startswith(HTTP)]


def clocks_in(source: Source) -> list[str]:
    parts = set(source.path.removesuffix(".py").split("/"))
    if parts & MAY_READ_THE_CLOCK:
        return []
    return [
        f"{source.path}:{call.lineno} {ast.unparse(call.func)}()"
        for call in calls(source.tree)
        if ast.unparse(call.func).endswith(READS_THE_CLOCK)
    ]


def signals_in(source: Source) -> list[str]:
    return [
        f"{source.path}:{line} {name}"
        for line, name in imported(source.tree)
        if name.startswith(("django.db.models.signals", "django.dispatch"))
    ]


def filters_in(source: Source) -> list[str]:
    """Queries spelled out in a view. `Model.objects.of_family(f)` is right, `.filter(family=f)` is not."""
    if source.layer != "views":
        return []
    return [
        f"{source.path}:{call.lineno} .{call.func.attr}("
        for call in calls(source.tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"filter", "exclude", "raw", "extra"}
        and not ast.unparse(call.func).startswith("register.")
    ]


def danger_in(source: Source) -> list[str]:
    """Ways around Django's own protection. Each use must say why on its line, for ruff and for the reader."""
    found = []
    for number, line in enumerate(source.text.splitlines(), 1):
        if (
            re.search(r"\b(mark_safe|csrf_exempt|RawSQL)\(|@csrf_exempt|\.extra\(|\.raw\(|__all__\"$", line)
            and "noqa" not in line
        ):
            found.append(f"{source.path}:{number} {line.strip()}")
        if re.search(r"fields\s*=\s*[\"']__all__", line):
            found.append(f"{source.path}:{number} {line.strip()}")
    return found


def forbidden_name(source: Source) -> list[str]:
    parts = source.path.removesuffix(".py").split("/")
    return [source.path] if set(parts) & FORBIDDEN_NAMES else []


RULES = {
    "only views, forms, admin, access and middleware know HTTP": http_in,
    "only views and commands read the clock": clocks_in,
    "no signals": signals_in,
    "views filter by saying, not by field": filters_in,
    "no way around the protection without a reason": danger_in,
    "a module is named for what a person does": forbidden_name,
}
# Why these may: the queue's own moment, a default for a new account, and work that has just ended.
EXCUSED = {
    "config/accounts/adapter.py": "allauth calls it without a clock",
    "config/jobs/schedule.py": "notes when a job ended",
    "config/health.py": "is a view in all but name",
}


@pytest.mark.parametrize("rule", RULES)
def test_the_rooms_keep_the_rule(rule: str) -> None:
    found = [wrong for source in rooms() for wrong in RULES[rule](source)]
    assert [wrong for wrong in found if wrong.split(":")[0] not in EXCUSED] == []


WRONG = [
    (
        "only views, forms, admin, access and middleware know HTTP",
        "classes/booking.py",
        "from django.http import Http404",
    ),
    ("only views, forms, admin, access and middleware know HTTP", "config/lib/times.py", "import django.shortcuts"),
    ("only views and commands read the clock", "classes/booking.py", "timezone.now()"),
    ("only views and commands read the clock", "families/health.py", "datetime.now(UTC)"),
    ("no signals", "classes/apps.py", "from django.db.models.signals import post_save"),
    ("views filter by saying, not by field", "classes/views/home.py", "Series.objects.filter(state='x')"),
    ("no way around the protection without a reason", "classes/views/home.py", "mark_safe(words)"),
    ("no way around the protection without a reason", "classes/forms.py", "    fields = '__all__'"),
    ("a module is named for what a person does", "classes/services.py", ""),
    ("a module is named for what a person does", "classes/views/utils.py", ""),
]


@pytest.mark.parametrize(("rule", "path", "text"), WRONG, ids=[f"{path} {text}" for _rule, path, text in WRONG])
def test_a_small_wrong_example_is_found(rule: str, path: str, text: str) -> None:
    assert len(RULES[rule](Source(path, text.strip()))) == 1


RIGHT = [
    (
        "only views, forms, admin, access and middleware know HTTP",
        "classes/views/home.py",
        "from django.http import Http404",
    ),
    ("only views and commands read the clock", "classes/views/home.py", "timezone.now()"),
    ("views filter by saying, not by field", "classes/models/series.py", "self.filter(state='x')"),
]


@pytest.mark.parametrize(("rule", "path", "text"), RIGHT, ids=[path for _rule, path, _text in RIGHT])
def test_a_small_right_example_passes(rule: str, path: str, text: str) -> None:
    assert RULES[rule](Source(path, text)) == []


def ruff(text: str, path: str) -> str:
    """What ruff says of this text at this place, by the rules in pyproject.toml."""
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache", "--output-format=concise"]
    done = subprocess.run(
        [*command, "--stdin-filename", path, "-"], input=text, capture_output=True, text=True, cwd=ROOT, check=False
    )
    return done.stdout + done.stderr


def test_ruff_refuses_a_verb_module_that_knows_http() -> None:
    wrong = 'from django.http import Http404\n\n__all__ = ["Http404"]\n'
    assert "TID251" in ruff(wrong, "classes/booking.py")
    assert "TID251" not in ruff(wrong, "classes/views/booking.py")


def test_ruff_refuses_a_tangled_function() -> None:
    branches = "".join(f"    if word == {number!r}:\n        return {number}\n" for number in "abcdefgh")
    assert "C901" in ruff(f"def tangled(word):\n{branches}    return 0\n", "classes/booking.py")
