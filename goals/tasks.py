"""Celery entry points of goals."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from goals.services.upkeep import judge_organization, organizations_with_goals


@shared_task
def judge_goals() -> None:
    """Judge the goals of every organization, each in a task of its own."""
    for org_id in organizations_with_goals():
        judge_goals_of.apply_async(args=(str(org_id),), expires=600)


@shared_task
def judge_goals_of(org_id: str) -> None:
    """Keep what has ended and note what has changed in one organization."""
    judge_organization(UUID(org_id), now=timezone.now())
