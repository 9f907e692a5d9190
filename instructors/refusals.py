"""What the rules of certification refuse: each carries a sentence for the reader."""

from __future__ import annotations


class Refused(Exception):
    """An expected no. `str()` of it is a whole sentence, in the reader's language."""


class CannotTrain(Refused):
    """A traineeship cannot be begun, moved or ended like this."""


class CannotHold(Refused):
    """A training event cannot be made, changed or moved like this."""


class CannotPublish(Refused):
    """A programme cannot be changed, published or retired like this."""


class CannotAssess(Refused):
    """This work cannot be judged like this, or not by this person."""


class ChangedSinceRead(CannotAssess):
    """What is judged is not what was on the screen."""


class CannotSign(Refused):
    """This candidate cannot be signed off, or not by this person."""


class ChangedSinceShown(CannotSign):
    """What is signed is not what was on the screen."""


class CannotIssue(Refused):
    """No certificate can be made or recorded."""


class CannotChange(Refused):
    """A certificate cannot be suspended, reinstated or revoked like this."""


class CannotMerge(Refused):
    """These two accounts cannot be one person."""
