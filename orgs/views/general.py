"""Settings: general."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from creators.tasks import fit_schedules
from orgs import services
from orgs.forms import SettingsForm
from orgs.models import Organization
from orgs.pages import MemberRequest, organization_page
from orgs.services.organizations import TwoFactorMissing


@organization_page("GET", "POST")
def settings(request: MemberRequest) -> HttpResponse:
    """Name, calendar and reading intervals of the organization; a member reads them, an admin sets them."""
    # A row of its own: validation writes into it, and the frame shows what is stored.
    org = Organization.objects.get(id=request.membership.org_id)
    if request.method != "POST":
        return render(request, "orgs/settings/general.html", {"form": SettingsForm(instance=org)})
    services.require_admin(request.membership)
    form = SettingsForm(request.POST, instance=org)
    if not form.is_valid():
        return render(request, "orgs/settings/general.html", {"form": form})
    try:
        services.organization_change(by=request.membership, **form.cleaned_data)
    except TwoFactorMissing as error:
        form.add_error("require_two_factor", str(error))
        return render(request, "orgs/settings/general.html", {"form": form})
    if any(name.endswith("_hours") for name in form.changed_data):
        # Robust: the settings are saved, whether or not the queue answers.
        transaction.on_commit(partial(fit_schedules.delay, str(org.id)), robust=True)
    messages.success(request, "The settings are saved.")
    return redirect("settings", org_id=org.id)
