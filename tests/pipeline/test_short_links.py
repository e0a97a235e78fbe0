"""From a pasted short link to a tracked creator, against the real simulator."""

from typing import Any

import pytest

from creators.adding import creators_add
from creators.links import MOST_TRIES, follow, follow_due_links, link_forget, link_wait
from creators.models import Creator, CreatorChange, WaitingLink
from orgs.models import AuditEntry
from orgs.scope import organization_scope
from projects.services import project_archive
from scraping.grammar import ShortLink
from tests.threads import held_up_tasks

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests follow links themselves."""
    monkeypatch.setattr("creators.links._send", lambda org_id, link_id: None)


def _links(person: Any) -> list[WaitingLink]:
    with organization_scope(person.org.id):
        return list(WaitingLink.objects.of_list(person.project.id, "creator"))


def _follow(pipeline: Any, person: Any, providers: Any = None) -> None:
    with pipeline._commit(execute=True):
        for link in _links(person):
            follow(person.org.id, link.id, providers=providers or pipeline.providers, now=pipeline.now)


def _paste(pipeline: Any, person: Any, *codes: str) -> list[str]:
    return [result.outcome for result in pipeline.add(person, *(f"https://www.tiktok.com/t/{code}/" for code in codes))]


@pytest.fixture
def code(pipeline: Any) -> str:
    url: str = pipeline.simulator.account("mara.cooks")["short_url"]
    return url.rsplit("/t/", maxsplit=1)[-1].strip("/")


def test_a_short_link_becomes_the_creator_it_leads_to(pipeline: Any, admin: Any, code: str) -> None:
    assert _paste(pipeline, admin, code, code) == ["resolving", "resolving"]
    (link,) = _links(admin)
    assert (link.next_try_at, link.error) == (pipeline.now, "")

    with organization_scope(admin.org.id):
        WaitingLink.objects.update(asked_by=admin.user)
    _follow(pipeline, admin)
    assert _links(admin) == []
    with organization_scope(admin.org.id):
        added = AuditEntry.objects.get(action="creator.added")
        assert (added.actor_kind, added.actor_label) == ("user", admin.user.email)
        assert CreatorChange.objects.get(kind="added").actor == admin.user
    creator = pipeline.creator(admin, "mara.cooks")
    pipeline.run()
    assert pipeline.creator(admin, "mara.cooks").follower_count is not None
    # A task that runs again finds nothing to do.
    follow(admin.org.id, link.id, providers=pipeline.providers, now=pipeline.now)

    assert _paste(pipeline, admin, code) == ["resolving"]
    _follow(pipeline, admin)
    assert [link.error for link in _links(admin)] == ["@mara.cooks is tracked already."]
    assert pipeline.creator(admin, "mara.cooks").id == creator.id


def test_a_dead_link_says_so_until_somebody_has_read_it(pipeline: Any, admin: Any, outsider: Any) -> None:
    _paste(pipeline, admin, "ZZZZZZZZZZZZ")
    _follow(pipeline, admin)
    (link,) = _links(admin)
    assert link.error.startswith("This link leads to no account")
    assert link.next_try_at is None
    with organization_scope(outsider.org.id), pytest.raises(WaitingLink.DoesNotExist):
        link_forget(project=outsider.project, link_id=link.id)
    assert len(_links(admin)) == 1
    with organization_scope(admin.org.id):
        link_forget(project=admin.project, link_id=link.id)
    assert _links(admin) == []


def test_a_link_waits_while_tiktok_does_not_answer_and_is_given_up_in_the_end(
    pipeline: Any, admin: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("creators.links._send", lambda org_id, link_id: sent.append(link_id))
    switched_off = pipeline.providers.without({"simulator"})
    _paste(pipeline, admin, code)
    sent.clear()
    for tries in range(1, MOST_TRIES + 1):
        assert follow_due_links(pipeline.now) == 1
        _follow(pipeline, admin, switched_off)
        (link,) = _links(admin)
        assert link.tries == tries
        # Not before its time.
        assert follow_due_links(pipeline.now) == 0
        pipeline.later(hours=8)
    assert link.next_try_at is None
    assert link.error.startswith("TikTok could not be asked")
    assert sent == [link.id] * MOST_TRIES
    with organization_scope(admin.org.id):
        assert not Creator.objects.exists()


def test_a_link_into_a_project_that_was_archived_meanwhile_adds_nothing(pipeline: Any, admin: Any, code: str) -> None:
    _paste(pipeline, admin, code)
    with organization_scope(admin.org.id):
        project_archive(project_id=admin.project.id)
    _follow(pipeline, admin)
    assert "archived" in _links(admin)[0].error
    with organization_scope(admin.org.id):
        assert not Creator.objects.exists()


def test_a_link_that_is_pasted_again_is_asked_again(pipeline: Any, admin: Any) -> None:
    link = ShortLink("https://www.tiktok.com/t/ZZZZZZZZZZZZ/", "ZZZZZZZZZZZZ")
    with organization_scope(admin.org.id):
        first = link_wait(project=admin.project, link=link, purpose=WaitingLink.Purpose.CREATOR, now=pipeline.now)
    _follow(pipeline, admin)
    with organization_scope(admin.org.id):
        again = link_wait(project=admin.project, link=link, purpose=WaitingLink.Purpose.CREATOR, now=pipeline.now)
    assert (again.id, again.error, again.tries) == (first.id, "", 0)


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_pasted_again_while_it_is_followed_is_waited_for(
    pipeline: Any, admin: Any, make_creator: Any, code: str
) -> None:
    gone = make_creator(admin.project, "once.removed", removed_at=pipeline.now)
    _paste(pipeline, admin, code)
    (link,) = _links(admin)

    def paste() -> list[str]:
        entries = [gone.tiktok_handle, link.url]
        with organization_scope(admin.org.id):
            return [result.outcome for result in creators_add(project=admin.project, entries=entries, now=pipeline.now)]

    def go_after() -> None:
        follow(admin.org.id, link.id, providers=pipeline.providers, now=pipeline.now)

    rows = Creator.objects.filter(id=gone.id)
    assert held_up_tasks(admin.org.id, rows, paste, go_after) == [["reactivated", "resolving"], None]
    assert pipeline.creator(admin, "mara.cooks").removed_at is None
