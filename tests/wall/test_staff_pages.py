"""Staff pages open for staff alone, whatever else somebody is."""

import pytest

from tests.wall.asking import ALL, STAFF_PAGES, answer_of
from tests.wall.conftest import Scene
from tests.wall.decisions import Answer, Role

WAY_IN = ("admin/login/", "admin/logout/")


@pytest.mark.parametrize("path", sorted(set(STAFF_PAGES) - set(WAY_IN)))
def test_staff_pages_open_for_staff_alone(path: str, scene: Scene) -> None:
    route = ALL[path]
    address = route.address(dict.fromkeys(route.arguments, str(scene.target.org.id)))
    for role in (Role.ANONYMOUS, Role.ADMIN, Role.KEY):
        with scene.cast.asking(role) as client:
            before = scene.target.rows()
            for response in (client.post(address, {"user_pk": scene.target.org.id}), client.get(address)):
                # 400: not even a question of the kind that this page takes.
                assert answer_of(response) is not Answer.IN or response.status_code == 400
            assert scene.target.rows() == before
