"""What is done to one creator: settings, another handle, an update now, removal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from creators import services
from creators.errors import CreatorError
from creators.forms import CreatorForm, HandleForm
from creators.models import Creator
from creators.views.detail import head, overview
from creators.views.lists import creator_of, rows_of
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page


def _to_creator(creator: Creator) -> HttpResponse:
    return redirect("creator", org_id=creator.org_id, project_id=creator.project_id, creator_id=creator.id)


@project_page("GET", "POST")
def creator_settings(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Display name, notes and how new posts are taken in."""
    creator = creator_of(project, creator_id)
    shown = {name: getattr(creator, name) for name in CreatorForm.base_fields}
    form = CreatorForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        services.creator_update(creator_id=creator.id, **form.cleaned_data, now=timezone.now())
        messages.success(request, "Settings saved.")
        return redirect("creator_settings", org_id=project.org_id, project_id=project.id, creator_id=creator.id)
    handle_form = HandleForm(initial={"handle": creator.tiktok_handle})
    return _settings(request, project, creator, form, handle_form)


def _settings(
    request: MemberRequest, project: Project, creator: Creator, form: CreatorForm, handle_form: HandleForm
) -> HttpResponse:
    context = head(project, creator, "settings") | {"form": form, "handle_form": handle_form}
    return render(request, "creators/settings.html", context)


@project_page("GET", "POST")
def creator_correct(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Another handle, in the list's row or on the settings page; what is wrong with it is said beside the field."""
    creator = creator_of(project, creator_id)
    if request.method != "POST":
        return redirect("creator_settings", org_id=project.org_id, project_id=project.id, creator_id=creator.id)
    form = HandleForm(request.POST)
    if form.is_valid():
        try:
            creator = services.creator_correct_handle(
                creator_id=creator.id, handle=form.cleaned_data["handle"], now=timezone.now()
            )
        except CreatorError as error:
            form.add_error("handle", str(error))
        else:
            return _corrected(request, project, creator)
    if request.htmx:
        row = rows_of([creator])[0]
        return render(request, "creators/row_correct.html", {"project": project, "row": row, "form": form})
    shown = {name: getattr(creator, name) for name in CreatorForm.base_fields}
    return _settings(request, project, creator, CreatorForm(initial=shown), form)


def _corrected(request: MemberRequest, project: Project, creator: Creator) -> HttpResponse:
    if request.htmx:
        return render(request, "creators/row.html", {"project": project, "row": rows_of([creator])[0]})
    messages.success(request, f"The handle is {creator} now. Reading it from TikTok.")
    return _to_creator(creator)


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
