"""What every page of an organization shares: who asks, which methods it answers, whose time zone it shows."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from orgs.models import Membership, User


class MemberRequest(HttpRequest):
    """A request of a signed-in member, inside the organization's scope."""

    user: User
    membership: Membership
    htmx: HtmxDetails


def organization_page(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Make a view a page below /o/<org_id>/: only these methods, times in the organization's time zone.

    The scope's middleware has checked the membership by then; the view gets the URL's other arguments.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @require_http_methods([*methods, "HEAD"] if "GET" in methods else list(methods))
        @wraps(view)
        def page(request: HttpRequest, org_id: object, **arguments: Any) -> HttpResponseBase:
            asking = cast(MemberRequest, request)
            with timezone.override(asking.membership.org.timezone):
                return view(asking, **arguments)

        return page

    return decorate
