"""`{% on_paper %}`: what a family can have of its practice on paper."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from classes.forms.practice import WhichPractice
from classes.papers import other_size, size_of
from classes.practice import Course

register = template.Library()


@register.inclusion_tag("classes/_on_paper.html")
def on_paper(which: WhichPractice, number: int, course: Course) -> dict[str, Any]:
    """Links to the papers of an open week, in the size that is usual where the series meets."""
    size = size_of(course)
    return {
        "number": number,
        "size": size,
        "query": which.query(again="", size=size),
        "large_query": which.query(again="", size=size, large="1"),
        "fold_url": reverse("classes:practice_booklet") + which.query(again="", size=size, fold="1"),
        "week_url": reverse("classes:practice_paper", args=[number]),
        "other_query": which.query(again="", size=other_size(size)),
        "routines": course.taught_in(course.week(number)).routines[:1],
    }
