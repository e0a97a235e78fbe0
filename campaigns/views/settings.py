"""What is done to a campaign as a whole: its words and target, a copy, the archive, the end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from campaigns import services
from campaigns.errors import NameNotRepeated
from campaigns.forms import CampaignForm, CopyForm, DeleteForm
from campaigns.models import Campaign
from campaigns.pages import campaign_page, head, to_page
from orgs.limits import LimitReached
from orgs.pages import MemberRequest


@campaign_page("GET", "POST")
def campaign_settings(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Name, notes and target."""
    form = CampaignForm(request.POST if request.method == "POST" else None, initial=CampaignForm.showing(campaign))
    if request.method == "POST" and form.is_valid():
        services.campaign_edit(campaign_id=campaign.id, **form.values())
        messages.success(request, "Campaign saved.")
        return to_page(request, campaign, "campaign_settings")
    return _settings(request, campaign, form=form)


@campaign_page("POST")
def campaign_copy(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Another campaign with the same items."""
    form = CopyForm.of(campaign, request.POST)
    if not form.is_valid():
        return _settings(request, campaign, copy_form=form)
    try:
        copy = services.campaign_copy(
            campaign_id=campaign.id, name=form.cleaned_data["name"], deep=form.cleaned_data["depth"] == "deep"
        )
    except LimitReached as error:
        return _settings(request, campaign, copy_form=form, reached=error)
    messages.success(request, f"{copy.name} is made.")
    return to_page(request, copy, "campaign_items")


@campaign_page("POST")
def campaign_archive(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Set it aside."""
    services.campaign_archive(campaign_id=campaign.id)
    messages.success(request, f"{campaign.name} is archived. It can be read, not changed.")
    return to_page(request, campaign, "campaign")


@campaign_page("POST")
def campaign_restore(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Open it again."""
    try:
        services.campaign_restore(campaign_id=campaign.id)
    except LimitReached as error:
        return _settings(request, campaign, reached=error)
    messages.success(request, f"{campaign.name} is open again.")
    return to_page(request, campaign, "campaign")


@campaign_page("POST")
def campaign_delete(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Delete it, after its name was typed."""
    form = DeleteForm(request.POST)
    try:
        services.campaign_delete(campaign_id=campaign.id, name=form.data.get("name", ""))
    except NameNotRepeated as error:
        form.is_valid()
        form.add_error("name", str(error))
        return _settings(request, campaign, delete_form=form)
    messages.success(request, f"{campaign.name} is deleted. What was in it is still there.")
    return redirect("campaigns", org_id=campaign.org_id, project_id=campaign.project_id)


def _settings(
    request: MemberRequest,
    campaign: Campaign,
    *,
    form: CampaignForm | None = None,
    copy_form: CopyForm | None = None,
    delete_form: DeleteForm | None = None,
    reached: LimitReached | None = None,
) -> HttpResponse:
    context = head(campaign, "settings") | {
        "form": form or CampaignForm(initial=CampaignForm.showing(campaign)),
        "copy_form": copy_form or CopyForm.of(campaign),
        "delete_form": delete_form or DeleteForm(),
        "reached": reached,
    }
    return render(request, "campaigns/settings.html", context)
