"""Who may open which door: one line for each address of ours.

A door names what it takes ("GET", "POST" or both), and, for each thing that may stand in its address, who finds that
thing there. All others are answered as if it were not there. A new address without a line here fails the build.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.matrix.world import ROLES, VISITOR

Circle = frozenset[str]
Things = dict[Any, Circle]
EVERYONE: Circle = frozenset(ROLES)
NOBODY: Circle = frozenset()
SIGNED_IN = EVERYONE - {VISITOR}
FAMILY: Circle = frozenset(("parent", "coparent"))
PARENT: Circle = frozenset(("parent",))
COPARENT: Circle = frozenset(("coparent",))
OTHER_FAMILY: Circle = frozenset(("other_parent",))
FAMILIES = FAMILY | OTHER_FAMILY
LEAD: Circle = frozenset(("instructor",))
SUBSTITUTE: Circle = frozenset(("substitute",))
OTHER_LEAD: Circle = frozenset(("other_instructor",))
TEACHERS: Circle = LEAD | OTHER_LEAD | SUBSTITUTE | {"candidate"}
CANDIDATE: Circle = frozenset(("candidate",))
# Those who have trained read their page for good.
TRAINED = CANDIDATE | {"other_instructor"}
HOLDERS: Circle = LEAD | OTHER_LEAD | SUBSTITUTE | {"trainer", "other_trainer"}

NO_SLUG, NO_NUMBER, NO_CODE = "no-such-thing", 999_999_999, "0" * 24
READ, DO, BOTH = frozenset(("GET",)), frozenset(("POST",)), frozenset(("GET", "POST"))
ANSWERED = frozenset((200, 302, 303, 400, 409, 422))


@dataclass(frozen=True)
class Thing:
    """What stands in the address, and who finds it. `stands` is a key of World.things, or the words themselves."""

    label: str
    kwargs: tuple[tuple[str, Any], ...]
    found_by: Circle


@dataclass(frozen=True)
class Door:
    name: str
    takes: frozenset[str]
    insiders: Circle
    things: tuple[Thing, ...]
    shows: frozenset[int] = frozenset((200,))

    def __str__(self) -> str:
        return self.name


def door(name: str, takes: frozenset[str], insiders: Circle, *, shows: Iterable[int] = (200,), **where: Any) -> Door:
    """`where` is one or no part of the address: slug={"series": EVERYONE, NO_SLUG: NOBODY}.

    Another part that stands for one thing only is given by its label: session="session".
    """
    fixed = tuple((part, label) for part, label in where.items() if isinstance(label, str))
    varied = {part: things for part, things in where.items() if not isinstance(things, str)}
    if not varied:
        return Door(name, takes, insiders, (Thing("the page", fixed, insiders),), frozenset(shows))
    ((part, things),) = varied.items()
    listed = tuple(Thing(str(label), ((part, label), *fixed), found_by) for label, found_by in things.items())
    return Door(name, takes, insiders, listed, frozenset(shows))


SERIES: Things = {"series": EVERYONE, "running": EVERYONE, "draft": NOBODY, NO_SLUG: NOBODY}
BOOKINGS: Things = {"enrolment": FAMILY, "other enrolment": OTHER_FAMILY, NO_SLUG: NOBODY}
OWN_CERTIFICATE: Things = {"certificate": LEAD, NO_CODE: NOBODY}
# The date is one of the first booking, and none of the other.
DATES: Things = {"enrolment": FAMILY, "other enrolment": NOBODY, NO_SLUG: NOBODY}
OWN_PACE: Things = {"own pace": FAMILY, "enrolment": NOBODY, "other enrolment": NOBODY, NO_SLUG: NOBODY}
OFFERS: Things = {"offer": FAMILY, "other offer": OTHER_FAMILY, NO_CODE: NOBODY}
PRACTICE_FAMILIES: Things = {"practice family": CANDIDATE, "other practice family": NOBODY, NO_NUMBER: NOBODY}
PRACTICE_DATES: Things = {"practice date": CANDIDATE, "other practice date": NOBODY, NO_NUMBER: NOBODY}
BABIES: Things = {"baby": FAMILY, "other baby": OTHER_FAMILY, NO_NUMBER: NOBODY}
HEALTH: Things = {"baby": PARENT, "other baby": OTHER_FAMILY, "second baby": NOBODY, NO_NUMBER: NOBODY}
ADULTS: Things = {
    **{"granny": FAMILY, "parent": PARENT, "coparent": COPARENT, "former": NOBODY},
    **{"uncle": OTHER_FAMILY, NO_NUMBER: NOBODY},
}
SIGNING_IN: Things = {
    **{"parent": FAMILY, "coparent": FAMILY, "granny": NOBODY, "former": NOBODY},
    **{"uncle": NOBODY, NO_NUMBER: NOBODY},
}
OTHERS: Things = {
    **{"granny": FAMILY, "parent": COPARENT, "coparent": PARENT, "former": NOBODY},
    **{"uncle": OTHER_FAMILY, NO_NUMBER: NOBODY},
}
ADULTS_HERE: Things = {
    **{"granny": FAMILY, "parent": FAMILY, "coparent": FAMILY, "former": NOBODY},
    **{"uncle": OTHER_FAMILY, NO_NUMBER: NOBODY},
}
INVITATIONS: Things = {"invitation": FAMILY, "other invitation": OTHER_FAMILY, NO_NUMBER: NOBODY}
LETTERS: Things = {"invitation letter": EVERYONE, "other invitation letter": EVERYONE, NO_CODE: NOBODY}
LINES: Things = {"line": PARENT, "coparent's line": COPARENT, "other line": OTHER_FAMILY, NO_CODE: NOBODY}
FEEDS: Things = {"feed": EVERYONE, "teaching feed": EVERYONE, "ended feed": NOBODY, NO_CODE: NOBODY}
SERIES_OF_ENTRY: Things = {"series": LEAD, "draft": NOBODY, "other series": NOBODY, NO_SLUG: NOBODY}
OWN_SERIES: Things = {"series": LEAD, "draft": LEAD, "other series": OTHER_LEAD, NO_SLUG: NOBODY}
OWN_ALERTS: Things = {"alert row": PARENT, "other alert row": OTHER_FAMILY, NO_NUMBER: NOBODY}
ALERTS: Things = {"alert": EVERYONE, "other alert": EVERYONE, NO_CODE: NOBODY}
SESSIONS: Things = {
    **{"session": LEAD, "substituted session": LEAD | SUBSTITUTE},
    **{"other session": OTHER_LEAD, NO_SLUG: NOBODY},
}

# A date of one's own series, whoever leads it; and a date that one leads.
OWN_SESSIONS: Things = {"session": LEAD, "substituted session": LEAD, "other session": OTHER_LEAD, NO_SLUG: NOBODY}
LED_SESSIONS: Things = {
    **{"session": LEAD, "substituted session": SUBSTITUTE},
    **{"other session": OTHER_LEAD, NO_SLUG: NOBODY},
}
# The date is one of the other booking, which joins it by stream.
STREAMS: Things = {"other enrolment": OTHER_FAMILY, "enrolment": NOBODY, NO_SLUG: NOBODY}
MESSAGES: Things = {"message": LEAD, "other message": OTHER_LEAD, NO_SLUG: NOBODY}

DOORS = (
    # for everyone
    door("classes:home", READ, EVERYONE),
    door("classes:find_series", READ, EVERYONE),
    door("classes:series", READ, EVERYONE, slug=SERIES),
    door("classes:instructor", READ, EVERYONE, slug={"instructor": EVERYONE, NO_SLUG: NOBODY}),
    door("curriculum:strokes", READ, EVERYONE),
    door("curriculum:stroke", READ, EVERYONE, slug={"stroke": EVERYONE, NO_SLUG: NOBODY}),
    door("curriculum:routine", READ, EVERYONE, slug={"routine": EVERYONE, NO_SLUG: NOBODY}),
    door("curriculum:routine_card", READ, EVERYONE, slug={"routine": EVERYONE, NO_SLUG: NOBODY}),
    door("curriculum:evidence", READ, EVERYONE),
    door("curriculum:evidence_in_full", READ, EVERYONE),
    door("classes:directory", READ, EVERYONE),
    # a photo that is shown is in tests/classes/test_edit_profile.py
    door("classes:portrait", READ, EVERYONE, key={"no-such-photo": NOBODY}, size="large"),
    door("instructors:check_certificate", READ, EVERYONE),
    door("instructors:certificate", READ, EVERYONE, code={"certificate": EVERYONE, NO_CODE: NOBODY}),
    # a recorded certificate has no badge
    door(
        "instructors:certificate_badge",
        READ,
        EVERYONE,
        code={"badge": EVERYONE, "certificate": NOBODY, NO_CODE: NOBODY},
    ),
    door("instructors:did_document", READ, EVERYONE, slug={"example": EVERYONE, NO_SLUG: NOBODY}),
    door("instructors:status_list", READ, EVERYONE, slug={"example": EVERYONE, NO_SLUG: NOBODY}, number="list number"),
    door("instructors:achievement", READ, EVERYONE, slug={"example": EVERYONE, NO_SLUG: NOBODY}, code="CIMI"),
    door("privacy", READ, EVERYONE),
    door("accessibility", READ, EVERYONE),
    door("styleguide", READ, EVERYONE),
    door("set_theme", DO, EVERYONE),
    door("set_language", DO, EVERYONE),
    door("classes:calendar_feed", READ, EVERYONE, token=FEEDS),
    # booking
    door("classes:book_place", BOTH, EVERYONE, slug=SERIES),
    Door(
        "classes:book_date",
        BOTH,
        EVERYONE,
        (
            Thing("a date", (("slug", "running"), ("reference", "session")), EVERYONE),
            Thing("a stream", (("slug", "other series"), ("reference", "other session")), EVERYONE),
            Thing("a date of another series", (("slug", "series"), ("reference", "session")), NOBODY),
            Thing("a date of a draft", (("slug", "draft"), ("reference", "session")), NOBODY),
            Thing("no date", (("slug", "series"), ("reference", NO_SLUG)), NOBODY),
        ),
    ),
    door("classes:hold_places", DO, EVERYONE, slug=SERIES),
    door("classes:join_waiting_list", BOTH, EVERYONE, slug=SERIES),
    door("classes:leave_waiting_list", DO, FAMILIES, slug={"series": FAMILIES, "draft": NOBODY, NO_SLUG: NOBODY}),
    door("classes:answer_offer", DO, FAMILIES, token=OFFERS),
    door("classes:wait_anywhere", BOTH, FAMILIES),
    # a family's own
    door("arrive", READ, SIGNED_IN, shows=(302,)),
    door("classes:my_classes", READ, SIGNED_IN),
    door("classes:my_place", READ, FAMILIES, reference=BOOKINGS),
    door("classes:release_date", DO, FAMILIES, reference=DATES, session="substituted session"),
    door("classes:take_back_date", DO, FAMILIES, reference=DATES, session="substituted session"),
    door("classes:switch_date", DO, FAMILIES, reference=DATES, session="substituted session"),
    door("classes:choose_make_up", DO, FAMILIES, reference=BOOKINGS),
    door("classes:cant_come", BOTH, EVERYONE, token={"away link": EVERYONE, NO_CODE: NOBODY}),
    door("classes:check_by_link", BOTH, EVERYONE, token={"check link": EVERYONE, NO_CODE: NOBODY}),
    door("classes:anything_changed", BOTH, FAMILIES, reference=DATES, session="session"),
    door("classes:give_clearance", BOTH, SIGNED_IN, slug={"ward": SIGNED_IN, "series": NOBODY, NO_SLUG: NOBODY}),
    door("classes:own_pace", BOTH, FAMILIES, reference=OWN_PACE),
    door("classes:take_check_in", DO, FAMILIES, reference=OWN_PACE),
    door("classes:notice", BOTH, EVERYONE, token={"told link": EVERYONE, NO_CODE: NOBODY}),
    door("classes:join_stream", BOTH, FAMILIES, reference=STREAMS, session="other session"),
    door("classes:booked", READ, FAMILIES, reference=BOOKINGS),
    door("classes:booking_calendar", READ, FAMILIES, reference=BOOKINGS),
    door("classes:move_place", BOTH, FAMILIES, reference=BOOKINGS),
    door("classes:choose_company", READ, FAMILIES, reference=BOOKINGS),
    door("classes:cancel_place", BOTH, FAMILIES, reference=BOOKINGS),
    door("classes:answer_merge", BOTH, FAMILIES, reference=BOOKINGS),
    door("classes:end_quietly", BOTH, FAMILIES, reference=BOOKINGS),
    door("classes:give_feedback", BOTH, FAMILIES, reference=BOOKINGS),
    door(
        "classes:my_incident",
        READ,
        FAMILIES,
        reference={"incident": FAMILY, "other incident": OTHER_FAMILY, NO_SLUG: NOBODY},
    ),
    door("classes:come_back", DO, FAMILIES),
    door("classes:calendar_address", BOTH, FAMILIES),
    door("classes:alerts", READ, SIGNED_IN),
    door("classes:change_alert", DO, SIGNED_IN, pk=OWN_ALERTS),
    door("classes:make_alert", BOTH, SIGNED_IN),
    door("classes:stop_alert", BOTH, EVERYONE, token=ALERTS),
    door("classes:one_more", BOTH, FAMILIES),
    door("classes:practice_week", READ, FAMILIES, number={1: FAMILIES, 2: FAMILIES, NO_NUMBER: NOBODY}),
    # Of a week that is closed the page itself says when it opens.
    door(
        "classes:practice_paper", READ, FAMILIES, number={1: FAMILIES, 2: FAMILIES, NO_NUMBER: NOBODY}, shows=(200, 302)
    ),
    door("classes:practice_booklet", READ, FAMILIES, shows=(200, 302)),
    # Of a week that is closed there is nothing to keep on a phone.
    door("classes:keep_week", READ, FAMILIES, number={1: FAMILIES, 2: FAMILIES, NO_NUMBER: NOBODY}, shows=(200, 204)),
    door("classes:keep_hands_free", READ, FAMILIES, number={1: FAMILIES, NO_NUMBER: NOBODY}, shows=(200, 204)),
    door("classes:what_to_keep", READ, FAMILIES, number={1: FAMILIES, 2: FAMILIES, NO_NUMBER: NOBODY}),
    door("classes:sending_home", READ, FAMILIES),
    door("classes:no_signal_at_home", READ, EVERYONE),
    door("classes:practice_worker", READ, EVERYONE),
    door("classes:practice_manifest", READ, EVERYONE),
    door("classes:hands_free", READ, FAMILIES, number={1: FAMILIES, NO_NUMBER: NOBODY}),
    door("classes:these_days", BOTH, FAMILIES, number={1: FAMILIES, NO_NUMBER: NOBODY}),
    door("classes:log_practice", DO, FAMILIES, number={1: FAMILIES, NO_NUMBER: NOBODY}),
    door("classes:diary", BOTH, FAMILIES),
    door("classes:course_done", READ, FAMILIES, reference=BOOKINGS),
    door("classes:share_diary", DO, FAMILIES, reference=BOOKINGS),
    door("families:take_diary", DO, FAMILIES),
    door("classes:take_everything", BOTH, FAMILIES),
    door("families:delete_diary", DO, FAMILIES),
    door("families:choose_favourite", DO, FAMILIES),
    door("families:family", READ, FAMILIES),
    door("families:settle", DO, FAMILIES),
    door("families:choose_cloth", DO, FAMILIES),
    door("families:choose_messages", BOTH, FAMILIES),
    door("families:stop_messages", BOTH, EVERYONE, token={"stop link": EVERYONE, NO_CODE: NOBODY}),
    door("families:add_companion", BOTH, FAMILIES),
    door("families:change_adult", BOTH, FAMILIES, pk=ADULTS),
    door("families:change_role", DO, FAMILIES, pk=SIGNING_IN),
    door("families:remove_adult", DO, FAMILIES, pk=OTHERS),
    door("families:agree_to_carer", DO, FAMILIES, pk=ADULTS_HERE),
    door("families:leave_family", DO, FAMILIES),
    door("families:invite_adult", DO, FAMILIES),
    door("families:send_invitation_again", DO, FAMILIES, pk=INVITATIONS),
    door("families:take_back_invitation", DO, FAMILIES, pk=INVITATIONS),
    door("families:join_family", BOTH, EVERYONE, token=LETTERS),
    door("families:add_baby", BOTH, FAMILIES),
    door("families:change_baby", BOTH, FAMILIES, pk=BABIES),
    door("families:change_health", BOTH, FAMILIES, pk=HEALTH),
    door("families:share_health", DO, FAMILIES, pk=HEALTH),
    door("families:delete_health", DO, FAMILIES, pk=HEALTH),
    door("families:answer_consent", DO, FAMILIES, kind={"consent": FAMILIES}),
    door("families:edit_practice", BOTH, FAMILIES, key=LINES),
    door("families:delete_practice", DO, FAMILIES, key=LINES),
    # teaching
    door("classes:teaching", READ, TEACHERS),
    door("classes:teaching_calendar", BOTH, TEACHERS),
    door("classes:build_own_pace", BOTH, TEACHERS),
    door("classes:build_series", BOTH, TEACHERS),
    door("classes:series_list", READ, TEACHERS),
    door("classes:edit_series", BOTH, TEACHERS, slug=OWN_SERIES, shows=(200, 302)),
    door("classes:drop_template", DO, TEACHERS, reference={"template": LEAD, NO_SLUG: NOBODY}),
    door("classes:run_series", BOTH, TEACHERS, slug=OWN_SERIES),
    door("classes:after_series", BOTH, TEACHERS, slug=OWN_SERIES),
    door(
        "classes:shared_diary",
        READ,
        TEACHERS,
        reference={"enrolment": LEAD, "other enrolment": NOBODY, NO_SLUG: NOBODY},
        slug="running",
    ),
    door("classes:plan_strokes", BOTH, TEACHERS, slug=OWN_SERIES),
    door("classes:rest_parts", BOTH, TEACHERS, slug=OWN_SERIES),
    door("classes:rest_part", DO, FAMILIES, number={1: FAMILIES, NO_NUMBER: NOBODY}),
    door("classes:vaccination_wait", BOTH, TEACHERS),
    door("classes:edit_profile", BOTH, TEACHERS),
    door("classes:preview_profile", READ, TEACHERS),
    door("classes:clearances", BOTH, TEACHERS, slug={"ward": LEAD, "series": NOBODY, NO_SLUG: NOBODY}),
    door("classes:check_ins", BOTH, TEACHERS, slug={"own-pace": LEAD, "series": NOBODY, NO_SLUG: NOBODY}),
    door("classes:write_to_families", BOTH, TEACHERS, slug=OWN_SERIES),
    door("classes:message", READ, TEACHERS, reference=MESSAGES),
    door("classes:take_back_message", DO, TEACHERS, reference=MESSAGES),
    door("classes:decide", DO, TEACHERS, slug=OWN_SERIES),
    door("classes:quality_checklist", BOTH, TEACHERS, slug=OWN_SERIES),
    door("classes:reports", READ, TEACHERS),
    door("classes:take_report", DO, TEACHERS, paper={"attendance": TEACHERS, NO_SLUG: NOBODY}),
    door("classes:change_places", DO, TEACHERS, slug=OWN_SERIES),
    door("classes:change_offers", DO, TEACHERS, slug=OWN_SERIES),
    door("classes:offer_by_hand", DO, TEACHERS, slug=SERIES_OF_ENTRY, key="waiting entry"),
    door(
        "classes:suggest_one_more",
        DO,
        TEACHERS,
        reference={"enrolment": LEAD, "other enrolment": OTHER_LEAD, NO_SLUG: NOBODY},
    ),
    door("classes:add_session", BOTH, TEACHERS, slug=OWN_SERIES),
    door("classes:change_session", BOTH, TEACHERS, reference=OWN_SESSIONS),
    door("classes:register", BOTH, TEACHERS, reference=SESSIONS),
    door("classes:session_plan", BOTH, TEACHERS, reference=SESSIONS),
    door("classes:add_guest", BOTH, TEACHERS, reference=SESSIONS),
    door("classes:write_incident", BOTH, TEACHERS, reference=SESSIONS),
    door(
        "classes:incident", READ, TEACHERS, reference={"incident": LEAD, "other incident": OTHER_LEAD, NO_SLUG: NOBODY}
    ),
    door("classes:ill_tonight", BOTH, TEACHERS, reference=OWN_SESSIONS),
    door("classes:told", BOTH, TEACHERS, reference={"change": LEAD, "other change": OTHER_LEAD, NO_SLUG: NOBODY}),
    door("classes:lead_stream", BOTH, TEACHERS, reference=LED_SESSIONS),
    door("classes:register_standing", READ, TEACHERS, reference=SESSIONS),
    # Only a register that is being taken is kept on a phone; of these, days away, there is nothing to keep.
    door("classes:keep_register", READ, TEACHERS, reference=SESSIONS, shows=(204,)),
    door("classes:sending", READ, TEACHERS),
    door("classes:open_register", READ, TEACHERS, shows=(302,)),
    door("classes:no_signal", READ, EVERYONE),
    door("classes:register_worker", READ, EVERYONE),
    door("classes:register_manifest", READ, EVERYONE),
    # training
    # The world's certificates are recorded ones: nothing was pressed for them.
    door("instructors:certificate_paper", READ, SIGNED_IN, code={"certificate": NOBODY, NO_CODE: NOBODY}),
    door("instructors:my_traineeship", READ, TRAINED),
    door("instructors:my_certificate", READ, HOLDERS),
    door("instructors:note_hours", BOTH, HOLDERS, code=OWN_CERTIFICATE),
    door("instructors:take_back_hours", DO, HOLDERS, number={"hours": LEAD, NO_NUMBER: NOBODY}, code="certificate"),
    door("instructors:renew_certificate", BOTH, HOLDERS, code=OWN_CERTIFICATE, shows=(302,)),
    door("instructors:correct_name", BOTH, HOLDERS, code=OWN_CERTIFICATE),
    door("instructors:hand_in_work", BOTH, CANDIDATE, key={"exam_passed": CANDIDATE, NO_SLUG: NOBODY}),
    # In the world nothing was handed in.
    door("instructors:read_submission", READ, TRAINED, no="list number", key={"exam_passed": NOBODY, NO_SLUG: NOBODY}),
    door("instructors:ask_for_time", BOTH, TRAINED),
    door("instructors:leave_training", BOTH, TRAINED),
    door("instructors:open_trainings", READ, SIGNED_IN),
    door(
        "instructors:apply_for_training",
        BOTH,
        SIGNED_IN,
        pk={"coming event": SIGNED_IN, "event": NOBODY, NO_NUMBER: NOBODY},
    ),
    door("instructors:practice_families", BOTH, TRAINED),
    door("instructors:practice_family", BOTH, CANDIDATE, pk=PRACTICE_FAMILIES),
    door("instructors:practice_date", BOTH, CANDIDATE, pk=PRACTICE_DATES),
    door("classes:be_counted", DO, FAMILIES, reference=BOOKINGS),
    # the demo's own pages are not there anywhere else
    door("demo_desk", READ, EVERYONE, shows=(404,)),
    door("demo_letter", READ, EVERYONE, number={1: NOBODY, NO_NUMBER: NOBODY}),
)
