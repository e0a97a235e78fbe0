"""Correcting a note on the charts, or taking it away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from analytics.forms import AnnotationForm
from analytics.models import Annotation
from analytics.services import annotation_delete, annotation_edit
from analytics.views.explore import explore_url
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page


def _annotation(project: Project, annotation_id: UUID) -> Annotation:
    annotation: Annotation | None = Annotation.objects.in_project(project.id).filter(id=annotation_id).first()
    if annotation is None:
        raise Http404("no such annotation in this project")
    return annotation


@project_page("GET", "POST")
def analytics_annotation(request: MemberRequest, project: Project, annotation_id: UUID) -> HttpResponse:
    """One note: its day, its kind, its words. The query is that of the page it was opened from."""
    annotation = _annotation(project, annotation_id)
    shown = {"date": annotation.date, "kind": annotation.kind, "text": annotation.text}
    form = AnnotationForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        annotation_edit(annotation_id=annotation.id, **form.cleaned_data)
        messages.success(request, "The note is changed.")
        return HttpResponseRedirect(explore_url(project, request.GET.urlencode()))
    context = {
        "project": project,
        "annotation": annotation,
        "form": form,
        "back": explore_url(project, request.GET.urlencode()),
    }
    return render(request, "analytics/annotation.html", context)


@project_page("POST")
def analytics_annotation_delete(request: MemberRequest, project: Project, annotation_id: UUID) -> HttpResponse:
    """Take a note off the charts."""
    annotation_delete(annotation_id=_annotation(project, annotation_id).id)
    messages.success(request, "The note is off the charts.")
    return HttpResponseRedirect(explore_url(project, request.GET.urlencode()))
