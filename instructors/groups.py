"""The four kinds of staff, as groups with the permissions they need. Which rows they see is said by `visible_to`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction

TRAINER, REGISTRAR, OFFICE, AUDITOR = "trainer", "registrar", "office", "auditor"

_READ = {
    f"instructors.{model}": "view"
    for model in (
        *("traineeship", "trainingevent", "trainingday", "dayattendance", "practicumfamily", "practicumsession"),
        "practicedate",
        *("submission", "assessment", "extension", "signoff", "deputy", "timerequest"),
        *("certificate", "certificateevent", "certificateperiod"),
        *("cerecord", "renewalapplication", "certificateask"),
        *("programme", "requirement", "certifyingbody", "credentialtype"),
    )
}
# Which words of a stroke a trainer may correct is said by its page; what was said before stays there.
_TAUGHT = {
    f"curriculum.{model}": "view"
    for model in (
        *("stroke", "strokealias", "strokeadaptation", "adaptation", "regionguide"),
        *("routine", "routinestep", "source", "claim"),
    )
}
RIGHTS: dict[str, dict[str, str]] = {
    TRAINER: _READ
    | _TAUGHT
    | {
        "curriculum.stroke": "view change",
        "instructors.traineeship": "view change",
        "instructors.timerequest": "view change",
        "instructors.cerecord": "view change",
        "instructors.assessment": "view add",
        "instructors.trainingevent": "view add change",
        "instructors.trainingday": "view add change",
        "instructors.dayattendance": "view add change",
        "instructors.practicumfamily": "view add change",
        "instructors.practicumsession": "view add change",
        "curriculum.wording": "view change",
    },
    REGISTRAR: _READ
    | {
        "instructors.traineeship": "view add change",
        "instructors.timerequest": "view change",
        "instructors.certificate": "view change",
        "instructors.cerecord": "view change",
        "instructors.renewalapplication": "view change",
        "instructors.certificateask": "view change",
        "instructors.programme": "view add change",
        "instructors.requirement": "view add change",
        "instructors.trainingevent": "view add change",
        "instructors.trainingday": "view add change",
    },
    # Reads all of certification; `OwnTraineesMixin` lets nobody who has "audit" change any of it.
    AUDITOR: _READ | {"instructors.certificate": "view audit"},
    OFFICE: _TAUGHT
    | {
        "instructors.instructor": "view add change",
        "accounts.user": "view change",
        "letters.letter": "view change",
        "audit.auditentry": "view",
        "jobs.jobrun": "view",
        "classes.enrolment": "view",
        "classes.charge": "view change",
        "families.family": "view change",
        "families.quietnote": "view change",
        "curriculum.wording": "view change",
    },
}


def ensure_groups(further: Mapping[str, Mapping[str, str]] | None = None) -> list[Group]:
    """Make the groups, or bring their permissions up to date; permissions added by hand stay.

    `further` adds rights of other rooms: {"office": {"classes.series": "view change"}}.
    """
    groups = []
    with transaction.atomic():
        for name, rights in RIGHTS.items():
            group, _made = Group.objects.get_or_create(name=name)
            group.permissions.add(*_permissions({**rights, **(further or {}).get(name, {})}))
            groups.append(group)
    return groups


def join(user: Any, name: str) -> None:
    """Put a member of staff into a group, made first where it is missing."""
    if not Group.objects.filter(name=name).exists():
        ensure_groups()
    user.groups.add(Group.objects.get(name=name))


def _permissions(rights: Mapping[str, str]) -> list[Permission]:
    wanted = {
        (app, f"{deed}_{model}")
        for path, deeds in rights.items()
        for app, model in [path.split(".")]
        for deed in deeds.split()
    }
    rows = Permission.objects.select_related("content_type").filter(
        codename__in={codename for _app, codename in wanted}
    )
    return [row for row in rows if (row.content_type.app_label, row.codename) in wanted]
