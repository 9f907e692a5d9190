from classes.models.alert import AlertTold, SeriesAlert
from classes.models.attendance import Attendance, RegisterMark
from classes.models.away import AwayLink
from classes.models.building import SeriesLayout, SeriesTemplate
from classes.models.calendar_feed import CalendarFeed
from classes.models.change import Amends, SessionChange
from classes.models.charge import Charge
from classes.models.check import CheckLink, ReadinessAnswer
from classes.models.clearance import Clearance
from classes.models.coming import Coming
from classes.models.draft import BookingDraft
from classes.models.enrolment import Enrolment
from classes.models.feedback import Feedback
from classes.models.hold import Hold
from classes.models.locality import Locality, LocalityName
from classes.models.message import ChoiceLetter, Message, MessageCopy
from classes.models.opened_week import OpenedWeek
from classes.models.notice import Notice
from classes.models.place import Place
from classes.models.right import MakeUpRight
from classes.models.series import Series
from classes.models.session import Session
from classes.models.stream_contact import StreamContact
from classes.models.venue import Venue
from classes.models.waiting import Offer, WaitingParty

__all__ = [
    "AlertTold",
    "Amends",
    "Attendance",
    "AwayLink",
    "BookingDraft",
    "CalendarFeed",
    "Charge",
    "CheckLink",
    "ChoiceLetter",
    "Clearance",
    "Coming",
    "Enrolment",
    "Feedback",
    "Hold",
    "Locality",
    "LocalityName",
    "MakeUpRight",
    "Message",
    "MessageCopy",
    "Offer",
    "OpenedWeek",
    "Notice",
    "Place",
    "ReadinessAnswer",
    "RegisterMark",
    "Series",
    "SeriesAlert",
    "SeriesLayout",
    "SeriesTemplate",
    "Session",
    "SessionChange",
    "StreamContact",
    "Venue",
    "WaitingParty",
]
