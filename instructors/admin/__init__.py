from instructors.admin import (
    certificates,
    events,
    keys,
    life,
    people,
    programmes,
    submissions,
    time_requests,
    traineeships,
    training_events,
)

__all__ = [
    "certificates",
    "events",
    "keys",
    "life",
    "people",
    "programmes",
    "submissions",
    "time_requests",
    "traineeships",
    "training_events",
]
