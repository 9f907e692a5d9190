from families.models.baby import Baby
from families.models.consent import Consent
from families.models.family import Caregiver, Family
from families.models.health import HealthAnswers
from families.models.practice import PracticedStroke, PracticeLog

__all__ = ["Baby", "Caregiver", "Consent", "Family", "HealthAnswers", "PracticeLog", "PracticedStroke"]
