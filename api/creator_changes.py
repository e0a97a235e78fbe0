"""/creators/{id}/changes: what happened to a creator."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from api.fields import TimeField
from api.lists import PartsView
from api.pagination import PagedQuery
from creators.models import Creator, CreatorChange


class ActorSerializer(serializers.Serializer[Any]):
    """Who did something."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True, source="display_name")


class CreatorChangeSerializer(serializers.Serializer[CreatorChange]):
    """One event of a creator's life."""

    id = serializers.UUIDField(read_only=True)
    creator_id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(read_only=True, choices=CreatorChange.Kind.choices)
    before = serializers.JSONField(read_only=True, help_text="What changed, as it was, by field.")
    after = serializers.JSONField(read_only=True, help_text="What changed, as it is since, by field.")
    actor = ActorSerializer(read_only=True, allow_null=True, help_text="null where nobody did it: it was noticed.")
    happened_at = TimeField(help_text="When it happened, or was noticed.")


class CreatorChangesQuery(PagedQuery):
    """The filters of a change log."""

    kind = serializers.ChoiceField(
        required=False, choices=CreatorChange.Kind.choices, help_text="Only events of this kind."
    )


class CreatorChanges(PartsView[CreatorChange]):
    """A creator's change log, the newest entry first."""

    operation_id, summary = "listCreatorChanges", "List a creator's changes"
    query_class = CreatorChangesQuery
    serializer_class = CreatorChangeSerializer

    def rows(self, id: UUID) -> QuerySet[CreatorChange]:
        creator = get_object_or_404(Creator.objects.visible(), id=id)
        changes = CreatorChange.objects.of_creator(creator.id).select_related("actor")
        return changes.filter(kind=self.query["kind"]) if "kind" in self.query else changes
