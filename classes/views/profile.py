"""The public page of an instructor, their photo, and the page on which they say what stands there."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from classes import profile as pages
from classes.access import instructor_of, instructor_only
from classes.forms.profile import ProfileForm
from classes.views.reading import now_of
from classes.views.teaching import reader_of
from config.accounts.guards import public
from instructors import profiles
from instructors.portraits import TYPE


@public
@require_safe
def instructor(request: HttpRequest, slug: str) -> HttpResponse:
    """Who teaches, what of it others have checked, and what can be booked."""
    profile = pages.profile_of(slug, now=now_of(request))
    if profile is None:
        raise Http404
    return render(request, "classes/instructor.html", {"profile": profile, "instructor": profile.instructor})


@public
@require_safe
def portrait(request: HttpRequest, key: str, size: str) -> HttpResponse:
    """The photo of a page that anyone may open; its owner sees it anyway. A new photo has a new address."""
    viewer = instructor_of(request.user)
    picture = pages.portrait_shown(key, size, viewer=viewer, now=now_of(request))
    if picture is None:
        raise Http404
    response = HttpResponse(picture, content_type=TYPE)
    response.headers["ETag"] = etag = f'"{key}-{size}"'
    # Not for long: a page that is taken down takes its photo with it.
    response.headers["Cache-Control"] = "public, max-age=600"
    unchanged = get_conditional_response(request, etag=etag, response=response)
    return response if unchanged is None else unchanged


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest) -> HttpResponseBase:
    """An instructor's own photo, words, languages, towns and ways, and whether families find them."""
    reader, now = reader_of(request), now_of(request)
    if request.method != "POST":
        return _form_page(request, ProfileForm(profile=reader, now=now))
    form = ProfileForm(request.POST, request.FILES, profile=reader, now=now)
    is_valid = form.is_valid()
    if form.pictures:
        # Whatever else is wrong: a browser sends no file a second time by itself.
        profiles.show_portrait(reader, form.pictures, by=request.user, now=now)
    if not is_valid:
        return _form_page(request, form, status=422)
    told = form.told()
    profiles.edit_profile(reader, told, by=request.user, now=now)
    if form.cleaned_data["photo_gone"] and not form.pictures:
        profiles.take_portrait_down(reader, by=request.user, now=now)
    messages.success(request, _("Saved. This is how families see you."))
    for place in told.places:
        if place.latitude is None:
            words = _("We could not find “%(town)s” on the map, so families find you there by its name alone.")
            messages.info(request, words % {"town": place.name})
    return redirect("classes:preview_profile")


@instructor_only
@require_safe
def preview_profile(request: HttpRequest) -> HttpResponse:
    """The reader's own page as families see it, or would."""
    reader, now = reader_of(request), now_of(request)
    profile = pages.preview_of(reader, now=now)
    standing = pages.who_sees(reader, now=now)
    context = {"profile": profile, "instructor": profile.instructor, "standing": standing}
    return render(request, "classes/preview_profile.html", context)


def _form_page(request: HttpRequest, form: ProfileForm, *, status: int = 200) -> HttpResponse:
    reader = reader_of(request)
    photo_key, standing = pages.photo_key_of(reader), pages.who_sees(reader, now=now_of(request))
    context = {"form": form, "instructor": reader, "photo_key": photo_key, "standing": standing}
    return render(request, "classes/edit_profile.html", context, status=status)
