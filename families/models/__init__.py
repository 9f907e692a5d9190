from families.models.baby import Baby
from families.models.consent import Consent
from families.models.family import Caregiver, Family
from families.models.health import HealthAnswers
from families.models.invitation import Invitation
from families.models.messages import MessageChoice
from families.models.practice import PracticedStroke, PracticeLog
from families.models.quiet import QuietNote

__all__ = [
    "Baby",
    "Caregiver",
    "Consent",
    "Family",
    "HealthAnswers",
    "Invitation",
    "MessageChoice",
    "PracticeLog",
    "PracticedStroke",
    "QuietNote",
]
