"""Nothing grows past what a reader can hold."""

from __future__ import annotations

import pytest

from tests.house.reading import Source, functions, rooms, templates, written_tests

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEMPLATE = 150


def long_functions(source: Source) -> list[str]:
    """Counted from `def` to the last line, decorators and docstring left out."""
    found = []
    for function in functions(source.tree):
        first = function.body[0]
        is_docstring = len(function.body) > 1 and first.__class__.__name__ == "Expr" and hasattr(first.value, "value")  # type: ignore[attr-defined]
        docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
        lines = (function.end_lineno or 0) - function.lineno + 1 - docstring
        if lines > LONGEST_FUNCTION:
            found.append(f"{source.path}:{function.lineno} {function.name} has {lines} lines")
    return found


def long_file(source: Source, most: int) -> list[str]:
    lines = source.text.count("\n") + 1
    return [f"{source.path} has {lines} lines"] if lines > most else []


def test_a_function_has_forty_lines_at_most() -> None:
    assert [found for source in (*rooms(), *written_tests()) for found in long_functions(source)] == []


def test_a_file_has_four_hundred_lines_at_most() -> None:
    assert [found for source in (*rooms(), *written_tests()) for found in long_file(source, LONGEST_FILE)] == []


def test_a_template_has_a_hundred_and_fifty_lines_at_most() -> None:
    assert [found for source in templates() for found in long_file(source, LONGEST_TEMPLATE)] == []


@pytest.mark.parametrize(("lines", "found"), [(39, 0), (40, 1)])
def test_a_long_function_is_found(lines: int, found: int) -> None:
    assert len(long_functions(Source("classes/x.py", "def f():\n" + "    a = 1\n" * lines))) == found


def test_a_long_file_is_found() -> None:
    assert len(long_file(Source("templates/x.html", "<p>\n" * LONGEST_TEMPLATE), LONGEST_TEMPLATE)) == 1
