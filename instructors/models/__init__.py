from instructors.models.body import CertifyingBody, CredentialType
from instructors.models.certificate import (
    Certificate,
    CertificateDocument,
    CertificateEvent,
    CertificatePeriod,
    NumberCounter,
)
from instructors.models.event import DayAttendance, TrainingDay, TrainingEvent
from instructors.models.instructor import Instructor
from instructors.models.practicum import PracticumFamily, PracticumSession
from instructors.models.programme import Programme, Requirement
from instructors.models.sign_off import SignOff
from instructors.models.traineeship import Extension, Traineeship
from instructors.models.work import Assessment, Submission

__all__ = [
    "Assessment",
    "Certificate",
    "CertificateDocument",
    "CertificateEvent",
    "CertificatePeriod",
    "CertifyingBody",
    "CredentialType",
    "DayAttendance",
    "Extension",
    "Instructor",
    "NumberCounter",
    "PracticumFamily",
    "PracticumSession",
    "Programme",
    "Requirement",
    "SignOff",
    "Submission",
    "Traineeship",
    "TrainingDay",
    "TrainingEvent",
]
