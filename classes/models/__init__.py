from classes.models.alert import AlertTold, SeriesAlert
from classes.models.attendance import Attendance, RegisterMark
from classes.models.away import AwayLink
from classes.models.calendar_feed import CalendarFeed
from classes.models.charge import Charge
from classes.models.coming import Coming
from classes.models.draft import BookingDraft
from classes.models.enrolment import Enrolment
from classes.models.feedback import Feedback
from classes.models.hold import Hold
from classes.models.locality import Locality, LocalityName
from classes.models.message import ChoiceLetter, Message, MessageCopy
from classes.models.place import Place
from classes.models.right import MakeUpRight
from classes.models.series import Series
from classes.models.session import Session
from classes.models.stream_contact import StreamContact
from classes.models.venue import Venue
from classes.models.waiting import Offer, WaitingParty

__all__ = [
    "AlertTold",
    "Attendance",
    "AwayLink",
    "BookingDraft",
    "CalendarFeed",
    "Charge",
    "ChoiceLetter",
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
    "Place",
    "RegisterMark",
    "Series",
    "SeriesAlert",
    "Session",
    "StreamContact",
    "Venue",
    "WaitingParty",
]
