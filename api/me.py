"""/me: whose key this is, and how far the plan's limits are used."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import key_of
from api.envelope import success
from api.fields import TimeField
from api.views import ApiView
from orgs.limits import PLAN, Tier, current, limit
from orgs.models import ApiKey, Organization


class OrganizationSerializer(serializers.Serializer[Organization]):
    """The organization that the key belongs to."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    tier = serializers.ChoiceField(read_only=True, choices=[tier.value for tier in Tier])
    timezone = serializers.CharField(read_only=True, help_text="IANA name; days are this zone's.")


class KeySerializer(serializers.Serializer[ApiKey]):
    """The key of this request."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    prefix = serializers.CharField(read_only=True, help_text="The beginning of the key, to recognize it by.")
    created_at = TimeField()
    expires_at = TimeField(allow_null=True)


class LimitSerializer(serializers.Serializer[Any]):
    """One limit of the plan."""

    max = serializers.IntegerField(read_only=True, allow_null=True, help_text="null = unlimited.")
    current = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="null where nothing is counted: floors, retention, caps per parent."
    )


class LimitsSerializer(serializers.Serializer[Any]):
    """The plan's limits, one per limit key."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {key: LimitSerializer(read_only=True) for key in PLAN}


class MeSerializer(serializers.Serializer[Any]):
    """Organization, key and limits."""

    organization = OrganizationSerializer(read_only=True)
    key = KeySerializer(read_only=True)
    limits = LimitsSerializer(read_only=True)


class Me(ApiView):
    """The organization and the key of this request, and the plan's limits with what is used of them."""

    operation_id, summary = "getMe", "Get organization, key and limits"
    serializer_class = MeSerializer

    def get(self, request: Request) -> Response:
        key = key_of(request)
        limits = {name: {"max": limit(key.org, name), "current": current(key.org, name)} for name in PLAN}
        return success(MeSerializer({"organization": key.org, "key": key, "limits": limits}).data)
