"""Addresses of the classes room: what parents find and book, what instructors run."""

from __future__ import annotations

from django.urls import URLPattern, path

from classes.views import (
    alerts,
    booking,
    calendars,
    holding,
    home,
    practice,
    profile,
    public,
    register,
    teaching,
    waiting,
)

app_name = "classes"

urlpatterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("classes/", public.find_series, name="find_series"),
    path("classes/<slug:slug>/", public.series, name="series"),
    path("classes/<slug:slug>/book/", booking.book_place, name="book_place"),
    path("classes/<slug:slug>/dates/<slug:reference>/book/", booking.book_date, name="book_date"),
    path("classes/<slug:slug>/hold/", holding.hold_places, name="hold_places"),
    path("classes/<slug:slug>/wait/", waiting.join_waiting_list, name="join_waiting_list"),
    path("classes/<slug:slug>/wait/leave/", waiting.leave_waiting_list, name="leave_waiting_list"),
    path("me/", home.my_classes, name="my_classes"),
    path("me/waiting/", waiting.wait_anywhere, name="wait_anywhere"),
    path("me/offers/<str:token>/", waiting.answer_offer, name="answer_offer"),
    path("me/places/<slug:reference>/", home.my_place, name="my_place"),
    path("me/places/<slug:reference>/booked/", home.booked, name="booked"),
    path("me/places/<slug:reference>/cancel/", booking.cancel_place, name="cancel_place"),
    path("me/places/<slug:reference>/calendar.ics", home.booking_calendar, name="booking_calendar"),
    path("me/calendar/", calendars.calendar_address, name="calendar_address"),
    path("me/alerts/", alerts.alerts, name="alerts"),
    path("me/alerts/new/", alerts.make_alert, name="make_alert"),
    path("alerts/<str:token>/stop/", alerts.stop_alert, name="stop_alert"),
    path("me/practice/", practice.practice_week, name="practice_week"),
    path("me/practice/<int:number>/", practice.practice_week, name="practice_week"),
    path("me/practice/<int:number>/log/", practice.log_practice, name="log_practice"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("instructors/<slug:slug>/", profile.instructor, name="instructor"),
    path("teach/", teaching.teaching, name="teaching"),
    path("teach/calendar/", calendars.teaching_calendar, name="teaching_calendar"),
    path("teach/series/new/", teaching.build_series, name="build_series"),
    path("teach/series/<slug:slug>/", teaching.run_series, name="run_series"),
    path("teach/sessions/<slug:reference>/register/", register.register, name="register"),
]
