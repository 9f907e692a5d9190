from instructors.models.asking import TimeRequest
from instructors.models.body import CertifyingBody, CredentialType
from instructors.models.certificate import (
    Certificate,
    CertificateDocument,
    CertificateEvent,
    CertificatePeriod,
    NumberCounter,
)
from instructors.models.certificate_ask import CertificateAsk, CertificateNotice
from instructors.models.deputy import Deputy
from instructors.models.event import DayAttendance, TrainingDay, TrainingEvent
from instructors.models.instructor import Instructor
from instructors.models.merger import Merger
from instructors.models.practicum import PracticeDate, PracticumFamily, PracticumSession
from instructors.models.profile import Portrait, TeachingPlace, Trait, Way
from instructors.models.programme import Programme, Requirement
from instructors.models.renewal import CERecord, RenewalApplication
from instructors.models.sign_off import SignOff
from instructors.models.signing_key import SigningKey, StatusEntry, StatusList
from instructors.models.traineeship import Extension, Traineeship
from instructors.models.work import Assessment, Submission

__all__ = [
    "Assessment",
    "CERecord",
    "Certificate",
    "CertificateAsk",
    "CertificateDocument",
    "CertificateEvent",
    "CertificateNotice",
    "CertificatePeriod",
    "CertifyingBody",
    "CredentialType",
    "DayAttendance",
    "Deputy",
    "Extension",
    "Instructor",
    "Merger",
    "NumberCounter",
    "Portrait",
    "PracticeDate",
    "PracticumFamily",
    "PracticumSession",
    "Programme",
    "RenewalApplication",
    "Requirement",
    "SignOff",
    "SigningKey",
    "StatusEntry",
    "StatusList",
    "Submission",
    "TeachingPlace",
    "TimeRequest",
    "Traineeship",
    "TrainingDay",
    "TrainingEvent",
    "Trait",
    "Way",
]
