"""What happens, when and for whom.

Series: a run of sessions for one group. Session: one meeting. Enrolment: a family's booking of a series.
Place: one baby in one session, the unit of capacity. Attendance: a fact about a place.
WaitingParty and Offer: the waiting list. Booking happens in `booking.book`, the register in `register.mark`.
"""
