"""Adding posts by their addresses: what became of each line stands beside it."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page
from videos.forms import AddVideosForm
from videos.services.adding import AddOutcome, AddResult, videos_add


@project_page("GET", "POST")
def video_add(request: MemberRequest, project: Project) -> HttpResponse:
    """The box for links; all of them new and fine: back to the list, else a word on each line."""
    if request.method != "POST":
        return _page(request, project, AddVideosForm(), [])
    form = AddVideosForm(request.POST)
    if not form.is_valid():
        return _page(request, project, form, [])
    results = videos_add(project=project, entries=form.cleaned_data["entries"], now=timezone.now())
    if all(result.outcome is AddOutcome.ADDED for result in results):
        messages.success(request, _summary(len(results)))
        return redirect("videos", org_id=project.org_id, project_id=project.id)
    # What failed stays in the box, to be put right.
    failed = [result.entry for result in results if result.outcome is AddOutcome.ERROR]
    return _page(request, project, AddVideosForm(initial={"entries": "\n".join(failed)}), results)


def _summary(number: int) -> str:
    return (
        "1 video was added. TikTok is being asked for its numbers." if number == 1 else f"{number} videos were added."
    )


def _page(request: MemberRequest, project: Project, form: AddVideosForm, results: list[AddResult]) -> HttpResponse:
    reached = next((result.limit for result in results if result.limit), None)
    counted = Counter(result.outcome for result in results)
    context = {"project": project, "form": form, "results": results, "reached": reached, "counted": counted}
    return render(request, "videos/add.html", context)
