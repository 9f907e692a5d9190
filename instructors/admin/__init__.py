from instructors.admin import (
    certificates,
    events,
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
    "life",
    "people",
    "programmes",
    "submissions",
    "time_requests",
    "traineeships",
    "training_events",
]
