"""Who learns: families, and the vault for their private facts.

Family: a household that shares contact and records. Caregiver: an adult of it, with or without a sign-in.
Baby: born or expected. HealthAnswers: encrypted, read only through `families.health`, each read written down first.
Consent: an answer to a wording of a version. PracticeLog: an optional diary of massage at home.
"""
