"""What is done to one creator: settings, another handle, an update now, removal."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from connections.pages import connection_settings_of
from creators import services
from creators.errors import CreatorError
from creators.forms import NOTES_LENGTH, CreatorForm, HandleForm, ModeForm, StartForm
from creators.models import Creator
from creators.views.detail import head, overview
from creators.views.lists import creator_of
from creators.views.rows import listed_alone, rows_of
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page
from videos.models import Video
from videos.services.starts import StartMoved, creator_move_start


def _to_creator(creator: Creator) -> HttpResponse:
    return redirect("creator", org_id=creator.org_id, project_id=creator.project_id, creator_id=creator.id)


def _to_settings(creator: Creator) -> HttpResponse:
    return redirect("creator_settings", org_id=creator.org_id, project_id=creator.project_id, creator_id=creator.id)


@project_page("GET", "POST")
def creator_settings(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Display name and notes, and what else is set for a creator."""
    creator = creator_of(project, creator_id)
    shown = {name: getattr(creator, name) for name in CreatorForm.base_fields}
    form = CreatorForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        services.creator_update(creator_id=creator.id, **form.cleaned_data)
        messages.success(request, "Settings saved.")
        return _to_settings(creator)
    return settings_page(request, project, creator, form=form)


def mode_form_of(creator: Creator, data: Any = None) -> ModeForm:
    """The form for a creator's mode, which knows how many of its posts wait."""
    waiting = Video.objects.in_inbox().of_creator(creator.id).count()
    return ModeForm(data, creator=creator, waiting_number=waiting)


def settings_page(
    request: MemberRequest,
    project: Project,
    creator: Creator,
    *,
    form: CreatorForm | None = None,
    mode_form: ModeForm | None = None,
    start_form: StartForm | None = None,
    handle_form: HandleForm | None = None,
    reached: LimitReached | None = None,
    conflict: str = "",
) -> HttpResponse:
    """The settings page; a form that was filled in wrongly stands for the stored values. `conflict`: the code of what
    keeps a handle from being taken, answered as 409."""
    shown = {name: getattr(creator, name) for name in CreatorForm.base_fields}
    context = head(project, creator, "settings") | {
        "form": form or CreatorForm(initial=shown),
        "mode_form": mode_form or mode_form_of(creator),
        "start_form": start_form or StartForm(initial={"tracking_start_date": creator.tracking_start_date}),
        "handle_form": handle_form or HandleForm(initial={"handle": creator.tiktok_handle}),
        "reached": reached,
        "conflict": conflict,
        "connection": connection_settings_of(creator, timezone.now()),
    }
    return render(request, "creators/settings.html", context, status=HTTPStatus.CONFLICT if conflict else HTTPStatus.OK)


@project_page("GET", "POST")
def creator_start(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """The day from which posts are taken in, moved either way."""
    creator = creator_of(project, creator_id)
    if request.method != "POST":
        return _to_settings(creator)
    form = StartForm(request.POST)
    reached = None
    if form.is_valid():
        try:
            moved = creator_move_start(creator_id=creator.id, **form.cleaned_data, now=timezone.now())
        except CreatorError as error:
            form.add_error("tracking_start_date", str(error))
        except LimitReached as error:
            reached = error
        else:
            messages.success(request, _moved_words(moved))
            return _to_settings(creator)
    return settings_page(request, project, creator, start_form=form, reached=reached)


def _moved_words(moved: StartMoved) -> str:
    """One sentence or two on what moving the start did."""
    start = f"Posts are taken in from {moved.creator.tracking_start_date:%-d %b %Y} on."
    if moved.dropped_out:
        return f"{start} {_posts(moved.dropped_out)} left the lists and numbers; an earlier day brings them back."
    back = f" {_posts(moved.came_back)} came back." if moved.came_back else ""
    return f"{start}{back} Older ones come in once TikTok was read, within minutes."


def _posts(number: int) -> str:
    return "1 post" if number == 1 else f"{number:,} posts"


@project_page("GET", "POST")
def creator_correct(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Another handle, in the list's row or on the settings page; what is wrong with it is said beside the field."""
    creator = creator_of(project, creator_id)
    if request.method != "POST":
        return _to_settings(creator)
    form = HandleForm(request.POST)
    conflict = ""
    if form.is_valid():
        try:
            handle = form.cleaned_data["handle"]
            creator = services.creator_correct_handle(creator_id=creator.id, handle=handle, now=timezone.now())
        except CreatorError as error:
            form.add_error("handle", str(error))
            conflict = error.code
        else:
            return _corrected(request, project, creator)
    if request.htmx:
        context = {"project": project, "row": rows_of([creator], timezone.now())[0], "form": form}
        status = HTTPStatus.CONFLICT if conflict else HTTPStatus.OK
        return render(request, "creators/row_correct.html", context, status=status)
    return settings_page(request, project, creator, handle_form=form, conflict=conflict)


def _corrected(request: MemberRequest, project: Project, creator: Creator) -> HttpResponse:
    if request.htmx:
        context = {"project": project, "row": listed_alone(project, creator, timezone.now())}
        return render(request, "creators/row.html", context)
    messages.success(request, _asked_for(creator))
    return _to_creator(creator)


def _asked_for(creator: Creator) -> str:
    if creator.account_id is None:
        return f"The handle is {creator} now. Reading it from TikTok."
    return (
        f"TikTok is being asked whose handle that is. If it is {creator} renamed, the new handle is here within a "
        "minute, with the whole history; if it is somebody else, nothing changes."
    )


@project_page("POST")
def creator_notes_preview(request: MemberRequest, project: Project) -> HttpResponse:
    """Notes as they will be shown."""
    text = request.POST.get("description", "")[:NOTES_LENGTH]
    return render(request, "partials/notes_preview.html", {"text": text})


@project_page("POST")
def creator_update_now(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Read the creator from TikTok at once, within the day's budget."""
    creator = creator_of(project, creator_id)
    try:
        services.creator_update_now(creator_id=creator.id, now=timezone.now())
    except LimitReached as error:
        return overview(request, project, creator, reached=error)
    except CreatorError as error:
        messages.error(request, str(error))
        return _to_creator(creator)
    messages.success(request, f"{creator} is being read from TikTok.")
    return _to_creator(creator)


@project_page("POST")
def creator_reenable(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Read an auto-disabled creator again, at once."""
    creator = creator_of(project, creator_id)
    try:
        services.creator_reenable(creator_id=creator.id, now=timezone.now())
    except LimitReached as error:
        return overview(request, project, creator, reached=error)
    except CreatorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{creator} is tracked again and being read from TikTok.")
    return _to_creator(creator)


@project_page("POST")
def creator_remove(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Stop tracking a creator; the toast can put it back."""
    creator = creator_of(project, creator_id)
    services.creator_remove(creator_id=creator.id, now=timezone.now())
    undo = {"creator": creator, "project": project, "token": get_token(request)}
    messages.success(request, render_to_string("creators/removed.html", undo))
    destination = redirect("creators", org_id=project.org_id, project_id=project.id)
    return HttpResponseClientRedirect(destination.url) if request.htmx else destination
