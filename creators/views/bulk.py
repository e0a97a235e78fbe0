"""What is done to the chosen creators of the list, or to all that match its filters."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from creators import bulk
from creators.bulk import Done
from creators.models import Creator
from creators.views.adding import summary
from creators.views.lists import list_page
from creators.views.rows import creator_listing
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page
from projects.services import ProjectArchived
from videos.services.decisions import NothingToUndo, decision_undo
from videos.services.modes import Waiting, creators_switch_mode

NOBODY = "Choose creators first: tick the boxes in front of them."


@project_page("POST")
def creators_remove(request: MemberRequest, project: Project) -> HttpResponse:
    """Track the chosen creators no longer; the toast puts them back."""
    done = bulk.creators_remove(project=project, creator_ids=_chosen(request, project), now=timezone.now())
    if done.creators:
        words = f"{_subject(done.creators)} removed. The history is kept."
        _say(request, project, "creators/many_removed.html", words=words, creators=done.creators)
    else:
        messages.error(request, NOBODY)
    return _to_list(request, project)


@project_page("POST")
def creators_put_back(request: MemberRequest, project: Project) -> HttpResponse:
    """Undo a removal, as far as the plan has room."""
    ids = _ids(request.POST.get("creators", ""))
    done = bulk.creators_put_back(project=project, creator_ids=ids, now=timezone.now())
    return _brought_back(request, project, done, "back, with the history kept")


@project_page("POST")
def creators_reenable(request: MemberRequest, project: Project) -> HttpResponse:
    """Read the auto-disabled ones of the chosen creators again."""
    done = bulk.creators_reenable(project=project, creator_ids=_chosen(request, project), now=timezone.now())
    if not (done.creators or done.refused):
        messages.error(request, "None of the chosen creators is auto-disabled.")
    return _brought_back(request, project, done, "tracked again and being read from TikTok")


def _brought_back(request: MemberRequest, project: Project, done: Done, words: str) -> HttpResponse:
    if done.creators:
        messages.success(request, f"{_subject(done.creators)} {words}.")
    _say_refused(request, done)
    reached = next((one.limit for one in done.refused if one.limit), None)
    return list_page(request, project, reached=reached) if reached else _to_list(request, project)


@project_page("POST")
def creators_update(request: MemberRequest, project: Project) -> HttpResponse:
    """Read the chosen creators at once, within the day's budget."""
    try:
        done = bulk.creators_update_now(project=project, creator_ids=_chosen(request, project), now=timezone.now())
    except LimitReached as error:
        return list_page(request, project, reached=error)
    if done.creators:
        messages.success(request, f"{_subject(done.creators)} being read from TikTok.")
    elif not done.refused:
        messages.error(request, NOBODY)
    _say_refused(request, done)
    return _to_list(request, project)


@project_page("POST")
def creators_mode(request: MemberRequest, project: Project) -> HttpResponse:
    """Change how the new posts of the chosen creators are taken in, and what becomes of those that wait."""
    mode, waiting = request.POST.get("mode", ""), request.POST.get("waiting", "")
    if mode not in Creator.TrackingMode.values:
        messages.error(request, "Choose how new posts are taken in.")
        return _to_list(request, project)
    try:
        switched = creators_switch_mode(
            project=project,
            creator_ids=_chosen(request, project),
            tracking_mode=mode,
            waiting=Waiting(waiting) if waiting in list(Waiting) else Waiting.LEAVE,
            by=request.user,
            now=timezone.now(),
        )
    except LimitReached as error:
        return list_page(request, project, reached=error)
    if not switched.creators:
        messages.success(request, f"Nothing to change: the chosen creators are {mode} already.")
        return _to_list(request, project)
    other = next(value for value in Creator.TrackingMode.values if value != mode)
    words = f"{_subject(switched.creators)} {Creator.TrackingMode(mode).label.lower()} now."
    undo = {"mode": other, "decision": switched.decision, "creators": switched.creators, "words": words}
    _say(request, project, "creators/mode_changed.html", **undo)
    return _to_list(request, project)


@project_page("POST")
def creators_mode_undo(request: MemberRequest, project: Project) -> HttpResponse:
    """Put a change of mode back, and with it what was decided on the posts that waited."""
    decision = next(iter(_ids(request.POST.get("decision", ""))), None)
    mode = request.POST.get("mode", "")
    if mode in Creator.TrackingMode.values:
        ids, now = _ids(request.POST.get("creators", "")), timezone.now()
        creators_switch_mode(
            project=project, creator_ids=ids, tracking_mode=mode, waiting=Waiting.LEAVE, by=request.user, now=now
        )
        try:
            if decision is not None:
                decision_undo(project=project, by=request.user, now=now, decision_id=decision)
            messages.success(request, "Undone.")
        except NothingToUndo as error:
            messages.error(request, str(error))
        except LimitReached as error:
            return list_page(request, project, reached=error)
    return _to_list(request, project)


@project_page("POST")
def creators_copy(request: MemberRequest, project: Project) -> HttpResponse:
    """Track the chosen creators in another project as well."""
    to_project = _other(request, project)
    try:
        ids, now = _chosen(request, project), timezone.now()
        results = bulk.creators_copy(project=project, creator_ids=ids, to_project=to_project, now=now)
    except ProjectArchived:
        messages.error(request, f"{to_project.name} is archived. Restore it to add creators to it.")
        return _to_list(request, project)
    if not results:
        messages.error(request, NOBODY)
        return _to_list(request, project)
    added = [result.creator for result in results if result.creator and result.changes_something]
    failed = [result for result in results if result.error]
    if added:
        words = f"{summary(results).removesuffix('.')} to {to_project.name}."
        _say(request, to_project, "creators/added.html", words=words, creators=added)
    elif not failed:
        messages.success(request, f"All of them are tracked in {to_project.name} already.")
    for result in failed[:3]:
        messages.error(request, f"{result.entry}: {result.error}")
    reached = next((result.limit for result in failed if result.limit), None)
    return list_page(request, project, reached=reached) if reached else _to_list(request, project)


def _other(request: MemberRequest, project: Project) -> Project:
    """The project to copy to. Raises Http404 for one that is not the organization's."""
    found: Project | None = None
    for project_id in _ids(request.POST.get("to", "")):
        found = Project.objects.visible().exclude(id=project.id).filter(id=project_id).first()
    if found is None:
        raise Http404("no such project")
    return found


def _chosen(request: MemberRequest, project: Project) -> list[UUID]:
    """The creators that the action is for: those that were ticked, or all that match the address."""
    if "creators" in request.POST:
        return _ids(request.POST["creators"])
    listing = creator_listing(request.GET, project, timezone.now())
    creators = listing.chosen(request.POST, Creator.objects.in_project(project.id).tracked())
    return list(creators.values_list("id", flat=True))


def _ids(text: str) -> list[UUID]:
    """Ids with spaces between them, as Undo sends them back; what is none names nothing."""
    ids = []
    for part in text.split():
        try:
            ids.append(UUID(part))
        except ValueError:
            continue
    return ids


def _say(request: MemberRequest, project: Project, template: str, **context: object) -> None:
    """A toast with Undo."""
    messages.success(request, render_to_string(template, {"project": project, "token": get_token(request), **context}))


def _say_refused(request: MemberRequest, done: Done) -> None:
    if len(done.refused) > 3:
        messages.error(
            request, f"{len(done.refused)} were left as they are, the first because: {done.refused[0].error}"
        )
        return
    for one in done.refused:
        messages.error(request, f"{one.creator}: {one.error}")


def _subject(creators: Sequence[Creator]) -> str:
    return f"{creators[0]} is" if len(creators) == 1 else f"{len(creators)} creators are"


def _to_list(request: MemberRequest, project: Project) -> HttpResponse:
    """Back to the list as it was narrowed."""
    query = creator_listing(request.GET, project, timezone.now()).query
    address = reverse("creators", kwargs={"org_id": project.org_id, "project_id": project.id})
    return redirect(f"{address}?{query}" if query else address)
