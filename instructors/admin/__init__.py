from instructors.admin import (
    certificates,
    keys,
    life,
    people,
    practice,
    programmes,
    submissions,
    time_requests,
    traineeships,
    training_events,
)

__all__ = [
    "certificates",
    "keys",
    "life",
    "people",
    "practice",
    "programmes",
    "submissions",
    "time_requests",
    "traineeships",
    "training_events",
]
