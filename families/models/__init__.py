from families.models.baby import Baby
from families.models.consent import Consent
from families.models.family import Caregiver, Family
from families.models.favourite import FavouriteStroke
from families.models.health import HealthAnswers
from families.models.invitation import Invitation
from families.models.messages import MessageChoice
from families.models.practice import PracticedStroke, PracticeLog, RemovedPractice
from families.models.quiet import QuietNote
from families.models.reason import ReasonsOfThisWeek
from families.models.told import Told

__all__ = [
    "Baby",
    "Caregiver",
    "Consent",
    "Family",
    "FavouriteStroke",
    "HealthAnswers",
    "Invitation",
    "MessageChoice",
    "PracticeLog",
    "PracticedStroke",
    "QuietNote",
    "ReasonsOfThisWeek",
    "RemovedPractice",
    "Told",
]
