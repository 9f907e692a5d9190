"""The database's own last line stands after all migrations, on the engine that these tests run on."""

from __future__ import annotations

import pytest
from django.db import connection

# By PostgreSQL's names. SQLite has a trigger for each verb, so that some of them are two there.
TRIGGERS = {
    ("audit_auditentry", "audit_auditentry_append_only"),
    ("audit_auditseal", "audit_auditseal_append_only"),
    ("classes_enrolment", "enrolment_keeps_to_moves"),
    ("classes_hold", "hold_keeps_to_moves"),
    ("classes_makeupright", "makeupright_keeps_to_moves"),
    ("classes_offer", "offer_keeps_to_moves"),
    ("classes_place", "place_beside_walk_ins"),
    ("classes_place", "place_stays_released"),
    ("classes_place", "place_within_capacity"),
    ("classes_registermark", "classes_registermark_append_only"),
    ("classes_session", "session_capacity_holds_places"),
    ("classes_session", "session_change_is_told"),
    ("classes_strokeplan", "classes_strokeplan_append_only"),
    ("classes_waitingparty", "waitingparty_keeps_to_moves"),
    ("classes_walkin", "walk_in_within_capacity"),
    ("families_consent", "families_consent_append_only"),
    ("instructors_assessment", "instructors_assessment_append_only"),
    ("instructors_assessment", "instructors_assessment_trainee"),
    ("instructors_cerecord", "instructors_cerecord_frozen"),
    ("instructors_cerecord", "instructors_cerecord_holder"),
    ("instructors_cerecord", "instructors_cerecord_holder_kept"),
    ("instructors_cerecord", "instructors_cerecord_kept"),
    ("instructors_cerecord", "instructors_cerecord_once"),
    ("instructors_cerecord", "instructors_cerecord_settled"),
    ("instructors_certificate", "instructors_certificate_authorised"),
    ("instructors_certificate", "instructors_certificate_first"),
    ("instructors_certificate", "instructors_certificate_frozen"),
    ("instructors_certificate", "instructors_certificate_holder"),
    ("instructors_certificate", "instructors_certificate_kept"),
    ("instructors_certificate", "instructors_certificate_named"),
    ("instructors_certificate", "instructors_certificate_told"),
    ("instructors_certificateask", "instructors_certificateask_frozen"),
    ("instructors_certificateask", "instructors_certificateask_holder"),
    ("instructors_certificateask", "instructors_certificateask_holder_kept"),
    ("instructors_certificateask", "instructors_certificateask_kept"),
    ("instructors_certificateask", "instructors_certificateask_settled"),
    ("instructors_certificatedocument", "instructors_certificatedocument_frozen"),
    ("instructors_certificatedocument", "instructors_certificatedocument_issued"),
    ("instructors_certificatedocument", "instructors_certificatedocument_kept"),
    ("instructors_certificatedocument", "instructors_certificatedocument_replaced"),
    ("instructors_certificateevent", "instructors_certificateevent_append_only"),
    ("instructors_certificateevent", "instructors_certificateevent_ended"),
    ("instructors_certificateevent", "instructors_certificateevent_issued"),
    ("instructors_certificateevent", "instructors_certificateevent_own"),
    ("instructors_certificateevent", "instructors_certificateevent_two"),
    ("instructors_certificatenotice", "instructors_certificatenotice_append_only"),
    ("instructors_certificateperiod", "instructors_certificateperiod_apart"),
    ("instructors_certificateperiod", "instructors_certificateperiod_append_only"),
    ("instructors_deputy", "instructors_deputy_frozen"),
    ("instructors_deputy", "instructors_deputy_kept"),
    ("instructors_deputy", "instructors_deputy_trainee"),
    ("instructors_merger", "instructors_merger_append_only"),
    ("instructors_practicedate", "instructors_practicedate_added"),
    ("instructors_practicedate", "instructors_practicedate_kept"),
    ("instructors_practicedate", "instructors_practicedate_signed"),
    ("instructors_practicumfamily", "instructors_practicumfamily_added"),
    ("instructors_practicumfamily", "instructors_practicumfamily_kept"),
    ("instructors_practicumfamily", "instructors_practicumfamily_signed"),
    ("instructors_practicumsession", "instructors_practicumsession_added"),
    ("instructors_practicumsession", "instructors_practicumsession_kept"),
    ("instructors_practicumsession", "instructors_practicumsession_signed"),
    ("instructors_credentialtype", "instructors_credentialtype_body_insert"),
    ("instructors_credentialtype", "instructors_credentialtype_body_update"),
    ("instructors_programme", "instructors_programme_used"),
    ("instructors_renewalapplication", "instructors_renewalapplication_frozen"),
    ("instructors_renewalapplication", "instructors_renewalapplication_holder"),
    ("instructors_renewalapplication", "instructors_renewalapplication_holder_kept"),
    ("instructors_renewalapplication", "instructors_renewalapplication_kept"),
    ("instructors_renewalapplication", "instructors_renewalapplication_settled"),
    ("instructors_requirement", "instructors_requirement_used_delete"),
    ("instructors_requirement", "instructors_requirement_used_insert"),
    ("instructors_requirement", "instructors_requirement_used_update"),
    ("instructors_signingkey", "instructors_signingkey_frozen"),
    ("instructors_signingkey", "instructors_signingkey_kept"),
    ("instructors_signingkey", "instructors_signingkey_once"),
    ("instructors_signoff", "instructors_signoff_frozen"),
    ("instructors_signoff", "instructors_signoff_kept"),
    ("instructors_signoff", "instructors_signoff_signer"),
    ("instructors_signoff", "instructors_signoff_trainee"),
    ("instructors_statusentry", "instructors_statusentry_append_only"),
    ("instructors_statusentry", "instructors_statusentry_in_name"),
    ("instructors_statuslist", "instructors_statuslist_append_only"),
    ("instructors_submission", "instructors_submission_frozen"),
    ("instructors_submission", "instructors_submission_judged"),
    ("instructors_submission", "instructors_submission_kept"),
    ("instructors_submission", "instructors_submission_once"),
    ("instructors_timerequest", "instructors_timerequest_frozen"),
    ("instructors_timerequest", "instructors_timerequest_kept"),
    ("instructors_timerequest", "instructors_timerequest_trainee"),
}
IN_PARTS = {
    "place_beside_walk_ins": ("place_beside_walk_ins_insert", "place_beside_walk_ins_update"),
    "place_within_capacity": ("place_within_capacity_insert", "place_within_capacity_update"),
    "walk_in_within_capacity": ("walk_in_within_capacity_insert", "walk_in_within_capacity_update"),
}
STANDING = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT DISTINCT event_object_table, trigger_name FROM information_schema.triggers",
}


def expected(vendor: str) -> set[tuple[str, str]]:
    if vendor == "postgresql":
        return TRIGGERS
    found = set()
    for table, name in TRIGGERS:
        parts = IN_PARTS.get(name, (name,))
        if name.endswith("_append_only"):
            parts = (f"{table}_no_update", f"{table}_no_delete")
        found |= {(table, part) for part in parts}
    return found


@pytest.mark.django_db
def test_every_trigger_stands_after_all_migrations() -> None:
    """A table that a migration makes anew on SQLite loses its triggers unless they are lifted and set again."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor])
        standing = set(cursor.fetchall())
    assert standing == expected(connection.vendor)
