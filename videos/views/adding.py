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
    """The box for links; all of them fine and new: back to the list, else a word on each line."""
    if request.method != "POST":
        return _page(request, project, AddVideosForm(), [])
    form = AddVideosForm(request.POST)
    if not form.is_valid():
        return _page(request, project, form, [])
    results = videos_add(project=project, entries=form.cleaned_data["entries"], now=timezone.now())
    counted = Counter(result.outcome for result in results)
    if counted[AddOutcome.ADDED] + counted[AddOutcome.RESOLVING] == len(results):
        messages.success(request, _summary(counted))
        return redirect("videos", org_id=project.org_id, project_id=project.id)
    # What failed stays in the box, to be put right.
    failed = [result.entry for result in results if result.outcome is AddOutcome.ERROR]
    return _page(request, project, AddVideosForm(initial={"entries": "\n".join(failed)}), results)


def _summary(counted: Counter[AddOutcome]) -> str:
    added, followed = counted[AddOutcome.ADDED], counted[AddOutcome.RESOLVING]
    words = []
    if added:
        words.append(f"{added} video{'' if added == 1 else 's'} added; TikTok is asked for the numbers.")
    if followed:
        words.append(
            f"TikTok is asked where {'1 short link leads' if followed == 1 else f'{followed} short links lead'}."
        )
    return " ".join(words)


def _page(request: MemberRequest, project: Project, form: AddVideosForm, results: list[AddResult]) -> HttpResponse:
    reached = next((result.limit for result in results if result.limit), None)
    context = {"project": project, "form": form, "results": results, "reached": reached}
    return render(request, "videos/add.html", context)
