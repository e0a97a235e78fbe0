"""What can be asked: every bad question gets a typed error that names its parameters."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from analytics.engine import answer
from analytics.errors import QueryError, RetentionExceeded
from analytics.models import Annotation
from analytics.query import Query, shortened
from analytics.services import annotation_create, annotation_delete, annotation_edit
from orgs.models import Organization
from orgs.scope import organization_scope
from projects.services import ProjectArchived, project_archive

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

BAD: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    ({"entity": "organization"}, "invalid_params", ("entity",)),
    ({"metric": "vews"}, "invalid_params", ("metric",)),
    ({"mode": "old"}, "invalid_params", ("mode",)),
    ({"granularity": "year"}, "invalid_params", ("granularity",)),
    ({"compare": "last_year"}, "invalid_params", ("compare",)),
    ({"breakdown": "hashtag"}, "invalid_params", ("breakdown",)),
    ({"tz": "Mars/Olympus"}, "invalid_params", ("tz",)),
    ({"base_metric": "vews", "metric": "growth_rate_pop"}, "invalid_params", ("base_metric",)),
    ({"from_": TODAY + timedelta(days=1)}, "invalid_params", ("from",)),
    ({"from_": TODAY, "to": TODAY - timedelta(days=1)}, "invalid_params", ("from", "to")),
    ({"from_": date(1926, 11, 24)}, "invalid_params", ("from", "to")),
    ({"from_": date(1, 1, 1), "granularity": "month"}, "invalid_params", ("from",)),
    ({"to": date(1, 1, 1)}, "invalid_params", ("to",)),
    ({"from_": TODAY - timedelta(days=7), "granularity": "hour"}, "invalid_params", ("granularity", "from", "to")),
    ({"base_metric": "likes"}, "invalid_query", ("base_metric", "metric")),
    ({"metric": "growth_rate_pop", "base_metric": "growth_rate_pop"}, "invalid_query", ("base_metric",)),
    ({"entity": "video", "metric": "followers"}, "invalid_query", ("entity", "metric")),
    ({"entity": "creator", "breakdown": "campaign"}, "invalid_query", ("breakdown", "entity")),
    ({"metric": "followers", "breakdown": "video"}, "invalid_query", ("breakdown", "metric")),
    ({"entity_id": UUID(int=7)}, "not_found", ("entity_id",)),
    ({"entity": "campaign"}, "not_found", ("entity_id",)),
]


def ask(admin: Any, **words: Any) -> Any:
    asked = {"entity": "project", "entity_id": admin.project.id, "metric": "views"} | words
    with organization_scope(admin.org.id):
        return answer(Query(**asked), now=NOW)


@pytest.mark.parametrize(("words", "code", "params"), BAD, ids=lambda value: str(value)[:60])
def test_a_bad_question_names_what_is_wrong(admin: Any, words: Any, code: str, params: tuple[str, ...]) -> None:
    with pytest.raises(QueryError) as raised:
        ask(admin, **words)
    assert (raised.value.code, raised.value.params) == (code, params)


def test_a_project_of_another_organization_does_not_exist(admin: Any, outsider: Any) -> None:
    with pytest.raises(QueryError) as raised:
        ask(admin, entity_id=outsider.project.id)
    assert raised.value.code == "not_found"


def test_defaults_are_the_last_thirty_days_and_a_future_end_is_today(admin: Any) -> None:
    found = ask(admin, to=TODAY + timedelta(days=9))
    assert (found.from_, found.to, len(found.series)) == (TODAY - timedelta(days=29), TODAY, 30)
    assert (found.total, found.fresh_as_of) == (0, None)


def test_the_plan_says_how_far_back_a_range_and_its_comparison_reach(admin: Any) -> None:
    with organization_scope(admin.org.id):
        Organization.objects.update(tier="free")
    earliest = TODAY - timedelta(days=30)
    assert ask(admin, from_=earliest).from_ == earliest
    for words, is_compared in (({"from_": earliest - timedelta(days=1)}, False), ({"compare": "prior_period"}, True)):
        with pytest.raises(RetentionExceeded) as raised:
            ask(admin, **words)
        assert (raised.value.earliest, raised.value.days, raised.value.is_compared) == (earliest, 30, is_compared)
    with organization_scope(admin.org.id):
        query = Query("project", admin.project.id, "views", from_=TODAY - timedelta(days=90))
        assert shortened(query, now=NOW).from_ == earliest


def test_annotations_are_written_changed_and_taken_away(admin: Any) -> None:
    with organization_scope(admin.org.id):
        made = annotation_create(project_id=admin.project.id, date=TODAY, text="Launch", kind="launch")
        annotation_create(project_id=admin.project.id, date=TODAY - timedelta(days=60), text="Old", kind="note")
        annotation_edit(annotation_id=made.id, date=TODAY, text="The launch", kind="launch")
    assert [(one.text, one.kind) for one in ask(admin).annotations] == [("The launch", "launch")]
    with organization_scope(admin.org.id):
        annotation_delete(annotation_id=made.id)
        assert Annotation.objects.count() == 1


def test_an_archived_project_takes_no_annotation(admin: Any) -> None:
    with organization_scope(admin.org.id):
        project_archive(project_id=admin.project.id)
        with pytest.raises(ProjectArchived):
            annotation_create(project_id=admin.project.id, date=TODAY, text="Late", kind="note")
        assert not Annotation.objects.exists()
