from classes.models.alert import AlertTold, SeriesAlert
from classes.models.attendance import Attendance, RegisterMark
from classes.models.away import AwayLink
from classes.models.calendar_feed import CalendarFeed
from classes.models.charge import Charge
from classes.models.coming import Coming
from classes.models.draft import BookingDraft
from classes.models.enrolment import Enrolment
from classes.models.hold import Hold
from classes.models.locality import Locality, LocalityName
from classes.models.place import Place
from classes.models.right import MakeUpRight
from classes.models.series import Series
from classes.models.session import Session
from classes.models.venue import Venue
from classes.models.waiting import Offer, WaitingParty

__all__ = [
    "AlertTold",
    "Attendance",
    "AwayLink",
    "BookingDraft",
    "CalendarFeed",
    "Charge",
    "Coming",
    "Enrolment",
    "Hold",
    "Locality",
    "LocalityName",
    "MakeUpRight",
    "Offer",
    "Place",
    "RegisterMark",
    "Series",
    "SeriesAlert",
    "Session",
    "Venue",
    "WaitingParty",
]
