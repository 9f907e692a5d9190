from classes.models.after import ClosingWord, SharedDiary
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
from classes.models.decision import DecisionReminder, MergeAsk, SeriesDecision
from classes.models.draft import BookingDraft
from classes.models.enrolment import Enrolment
from classes.models.feedback import Feedback
from classes.models.hold import Hold
from classes.models.incident import IncidentNote
from classes.models.locality import Locality, LocalityName
from classes.models.message import ChoiceLetter, Message, MessageCopy
from classes.models.notice import Notice
from classes.models.opened_week import OpenedWeek
from classes.models.place import Place
from classes.models.plan import RestingPart, StrokePlan
from classes.models.practice_consent import PracticeConsent
from classes.models.quality import QualityTick
from classes.models.right import MakeUpRight
from classes.models.series import Series
from classes.models.session import Session
from classes.models.stream_contact import StreamContact
from classes.models.taught import GivenWeek, TaughtStroke
from classes.models.venue import Venue
from classes.models.waiting import Offer, WaitingParty
from classes.models.walk_in import WalkIn

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
    "ClosingWord",
    "Coming",
    "DecisionReminder",
    "Enrolment",
    "Feedback",
    "GivenWeek",
    "Hold",
    "IncidentNote",
    "Locality",
    "LocalityName",
    "MakeUpRight",
    "MergeAsk",
    "Message",
    "MessageCopy",
    "Notice",
    "Offer",
    "OpenedWeek",
    "Place",
    "PracticeConsent",
    "QualityTick",
    "ReadinessAnswer",
    "RegisterMark",
    "RestingPart",
    "Series",
    "SeriesAlert",
    "SeriesDecision",
    "SeriesLayout",
    "SeriesTemplate",
    "Session",
    "SessionChange",
    "SharedDiary",
    "StreamContact",
    "StrokePlan",
    "TaughtStroke",
    "Venue",
    "WaitingParty",
    "WalkIn",
]
