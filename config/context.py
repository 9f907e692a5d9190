"""What the frame of every page shows: ways on, who is signed in, night or day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from config.look import theme_of

ALL = frozenset(("visitor", "caregiver", "instructor", "candidate", "staff"))
MOST_TABS = 4  # at 360 px no more than these have 44 px and their word
FAMILY = frozenset(("visitor", "caregiver"))


@dataclass(frozen=True)
class Way:
    """A page that the frame may lead to, and for whom. A spare one leaves the tabs first, where there are too many.

    `also` names pages of other addresses that belong to it.
    """

    name: str
    label: str | Promise
    icon: str
    roles: frozenset[str] = ALL
    tab: bool = True
    spare: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    url: str
    label: str | Promise
    icon: str
    current: bool = False


MAIN = (
    Way("classes:teaching", _("Teaching"), "home", frozenset(("instructor", "candidate"))),
    Way("classes:reports", _("Reports"), "chart", frozenset(("instructor", "candidate")), spare=True),
    Way("instructors:my_traineeship", _("My training"), "seal", frozenset(("candidate",))),
    Way("admin:index", _("Office"), "list", frozenset(("staff",))),
    Way("classes:find_series", _("Find a class"), "search"),
    Way("classes:my_classes", _("My classes"), "ticket", FAMILY),
    Way("classes:practice_week", _("Practice"), "hand", FAMILY, also=("classes:diary",)),
    Way("instructors:check_certificate", _("Check a certificate"), "seal", tab=False),
)
FOOT = (
    Way("classes:find_series", _("Find a class"), ""),
    Way("curriculum:strokes", _("Strokes"), ""),
    Way("curriculum:evidence", _("What research says"), ""),
    Way("classes:directory", _("Instructors"), ""),
    Way("instructors:check_certificate", _("Check a certificate"), ""),
    Way("classes:teaching", _("For instructors"), "", frozenset(("visitor", "instructor", "candidate"))),
    Way("instructors:open_trainings", _("Become an instructor"), ""),
    Way("privacy", _("Privacy"), ""),
    Way("accessibility", _("Accessibility"), ""),
)
ACCOUNT = (
    Way("families:family", _("My family"), "users", frozenset(("caregiver",))),
    Way("classes:edit_profile", _("My public page"), "user", frozenset(("instructor", "candidate"))),
    Way("instructors:my_certificate", _("My certificate"), "seal", frozenset(("holder",))),
    Way("classes:alerts", _("My alerts"), "bell"),
    Way("account_email", _("My e-mail address"), "mail"),
    Way("mfa_index", _("How I sign in"), "key"),
)


class Shell:
    """Looked up only when a template asks, so that a page without the frame costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.theme = theme_of(request)
        self.is_demo: bool = settings.DEMO

    @cached_property
    def _roles(self) -> frozenset[str]:
        """A certificate alone changes nothing of the main ways: its holder reads as any visitor does."""
        roles = frozenset(getattr(self._request, "roles", ()))
        return roles if roles - {"holder"} else roles | {"visitor"}

    @cached_property
    def nav(self) -> list[Link]:
        return self._links(MAIN)

    @cached_property
    def tabs(self) -> list[Link]:
        ways = [way for way in MAIN if way.tab and way.roles & self._roles]
        if len(ways) > MOST_TABS:
            ways = [way for way in ways if not way.spare]
        return self._links(ways)[:MOST_TABS]

    @cached_property
    def foot(self) -> list[Link]:
        return self._links(FOOT)

    @cached_property
    def account(self) -> list[Link]:
        return self._links(ACCOUNT)

    @property
    def user_name(self) -> str:
        """The reader's own name, or own address: shown to nobody else."""
        user = self._request.user
        return (user.name or user.email) if user.is_authenticated else ""

    @property
    def user_initials(self) -> str:
        user = self._request.user
        return user.initials if user.is_authenticated else ""

    @cached_property
    def languages(self) -> list[dict[str, Any]]:
        return [
            {"code": code, "name": get_language_info(code)["name_local"], "is_draft": is_draft(code)}
            for code, _name in settings.LANGUAGES
        ]

    @property
    def is_draft(self) -> bool:
        """Whether this page's language has been reviewed by no native instructor."""
        return is_draft(get_language() or settings.LANGUAGE_CODE)

    @property
    def here(self) -> str:
        """Where a form of the frame leads back to: this page, when it can be read again."""
        request = self._request
        return request.get_full_path() if request.method in ("GET", "HEAD") else request.path

    def _links(self, ways: Any) -> list[Link]:
        allowed = [(way, address(way.name)) for way in ways if way.roles & self._roles]
        path = self._request.path
        places = [(place, url) for way, url in allowed if url for place in (url, *map(address, way.also))]
        near = [one for one in places if one[0] and (path == one[0] or path.startswith(one[0].rstrip("/") + "/"))]
        _place, here = max(near, key=lambda one: len(one[0]), default=("", ""))
        return [Link(url, way.label, way.icon, url == here) for way, url in allowed if url]


def is_draft(code: str) -> bool:
    """Whether the interface of this language is a draft."""
    return code not in settings.COMPLETE_LANGUAGES


def address(name: str) -> str:
    """The page's address, or "" where this installation has no such page."""
    return _address(name, id(get_resolver()))


@lru_cache(maxsize=64)
def _address(name: str, _resolver: int) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame, and what a phone has to forget (config/device.py)."""
    return {"shell": Shell(request), "forget": getattr(request, "forget", "")}
