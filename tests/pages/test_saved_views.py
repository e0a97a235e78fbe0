"""Views of a list that everybody in a project finds: saved, replaced, deleted, undone."""

from typing import Any

import pytest

from orgs.scope import organization_scope
from projects.models import SavedView

pytestmark = pytest.mark.django_db


def test_a_view_is_saved_for_everybody_replaced_deleted_and_undone(
    admin: Any, member: Any, make_creator: Any, page: Any
) -> None:
    make_creator(admin.project)
    views, creators = page(admin, "saved_view_new", project_id=admin.project.id), page(admin, "creators")

    def save(query: str) -> Any:
        return admin.client.post(views, {"list": "creators", "name": "Big ones", "query": query}, follow=True)

    saved = save("followers_min=1")
    assert saved.redirect_chain[-1][0] == f"{creators}?followers_min=1"
    save("followers_min=1000")
    shown = member.client.get(f"{creators}?followers_min=1000").content.decode()
    assert "followers_min=1000&quot;" in shown or '?followers_min=1000"' in shown
    assert shown.count("Big ones") >= 1
    assert "followers_min=1&" not in shown

    view_id = saved_id(admin)
    removed = member.client.post(
        page(admin, "saved_view_remove", project_id=admin.project.id, view_id=view_id), follow=True
    )
    assert "is deleted" in removed.content.decode()
    assert 'value="followers_min=1000"' in removed.content.decode()  # what Undo sends back


def saved_id(person: Any) -> Any:
    with organization_scope(person.org.id):
        view = SavedView.objects.get()
        assert view.made_by == person.user
        return view.id


@pytest.mark.parametrize("list_name", ["no-such-list", "", "admin:index", "https://elsewhere.example"])
def test_a_view_of_no_list_leads_to_the_project(list_name: str, admin: Any, page: Any) -> None:
    address = page(admin, "saved_view_new", project_id=admin.project.id)
    answer = admin.client.post(address, {"list": list_name, "name": "x", "query": "q=%0d%0aSet-Cookie:x"})
    assert answer.headers["Location"].startswith(page(admin, "project_home"))
    assert "\n" not in answer.headers["Location"]
