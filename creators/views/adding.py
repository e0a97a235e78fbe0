"""Adding creators: pasted lines at once, a CSV after a look at what it would do."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from creators.adding import AddOutcome, AddResult, Line, creators_add, creators_import, preview
from creators.csv_lines import ENOUGH_BYTES, MAX_LINES, CsvUnreadable, lines_in
from creators.forms import AddCreatorsForm, CsvForm
from creators.views.lists import list_page, show_list
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page

# A preview is good for so long; the lines travel with it, signed, so that what was shown is what is added.
PREVIEW_SECONDS = 24 * 3600
SALT = "creators.import"


@project_page("GET", "POST")
def creator_list(request: MemberRequest, project: Project) -> HttpResponseBase:
    """The list of creators; what is posted to it is added."""
    return _add(request, project) if request.method == "POST" else show_list(request, project)


def _add(request: MemberRequest, project: Project) -> HttpResponse:
    """Everything fine: back to the list. Otherwise the list with a word on each line; what failed stays in the box."""
    form = AddCreatorsForm(request.POST)
    if not form.is_valid():
        return list_page(request, project, form)
    results = creators_add(project=project, entries=form.cleaned_data["entries"], now=timezone.now())
    failed = [result for result in results if result.outcome is AddOutcome.ERROR]
    say_added(request, project, results)
    if not failed:
        return redirect("creators", org_id=project.org_id, project_id=project.id)
    form = AddCreatorsForm(initial={"entries": "\n".join(result.entry for result in failed)})
    return list_page(request, project, form, results=results)


def say_added(request: MemberRequest, project: Project, results: Sequence[AddResult]) -> None:
    """One sentence on what adding did, with Undo if it did something."""
    if all(result.outcome in (AddOutcome.ERROR, AddOutcome.RESOLVING) for result in results):
        return
    added = [result.creator for result in results if result.creator and result.changes_something]
    if not added:
        messages.success(request, summary(results))
        return
    undo = {"project": project, "token": get_token(request), "words": summary(results), "creators": added}
    messages.success(request, render_to_string("creators/added.html", undo))


def summary(results: Sequence[AddResult]) -> str:
    """One sentence on what adding did."""
    new = [result for result in results if result.changes_something]
    known = sum(result.outcome is AddOutcome.ALREADY_TRACKED for result in results)
    if not new:
        return "This creator is tracked already." if known == 1 else "These creators are tracked already."
    subject = str(new[0].creator) if len(new) == 1 else f"{len(new)} creators"
    was = "was" if len(new) == 1 else "were"
    back = " back, with the history kept" if all(result.outcome is AddOutcome.REACTIVATED for result in new) else ""
    rest = f" {known} {'is' if known == 1 else 'are'} tracked already." if known else ""
    return f"{subject} {was} added{back}.{rest}"


@project_page("GET", "POST")
def creators_csv(request: MemberRequest, project: Project) -> HttpResponse:
    """A CSV of creators: what it would do, line by line, and after a word of consent what it did."""
    if "preview" in request.POST:
        return _import(request, project)
    form = CsvForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"project": project, "form": form, "max_lines": MAX_LINES, "reached": None}
    if request.method == "POST" and form.is_valid():
        try:
            lines = lines_in(form.cleaned_data["file"].read(ENOUGH_BYTES))
        except CsvUnreadable as error:
            form.add_error("file", str(error))
        else:
            results = preview(project=project, lines=lines, now=timezone.now())
            packed = signing.dumps([_packed(line) for line in lines], salt=SALT, compress=True)
            context |= {"results": results, "preview": packed, "counts": _counts(results)}
    return render(request, "creators/import.html", context)


def _import(request: MemberRequest, project: Project) -> HttpResponse:
    try:
        packed = signing.loads(request.POST["preview"], salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        messages.error(request, "This preview is too old. Choose the file again; nothing was added.")
        return redirect("creators_csv", org_id=project.org_id, project_id=project.id)
    results = creators_import(project=project, lines=[Line(*line) for line in packed], now=timezone.now())
    say_added(request, project, results)
    if all(result.outcome is not AddOutcome.ERROR for result in results):
        return redirect("creators", org_id=project.org_id, project_id=project.id)
    context = {
        "project": project,
        "form": CsvForm(),
        "max_lines": MAX_LINES,
        "results": results,
        "counts": _counts(results),
        "reached": next((result.limit for result in results if result.limit), None),
        "is_done": True,
    }
    return render(request, "creators/import.html", context)


def _packed(line: Line) -> list[str]:
    return [line.entry, line.display_name, line.tracking_mode, line.tracking_start_date, line.notes]


def _counts(results: Sequence[AddResult]) -> dict[str, int]:
    """How many lines have each outcome, and how many bring a creator."""
    counts = {outcome.value: sum(result.outcome is outcome for result in results) for outcome in AddOutcome}
    return counts | {"new": sum(result.changes_something for result in results)}
