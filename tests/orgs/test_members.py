"""Members of an organization: roles, removing, leaving, and the admin that always stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from orgs.identity import memberships_of
from orgs.models import AuditEntry, Membership, User
from orgs.scope import organization_scope
from orgs.services import member_change_role, member_remove, organization_leave
from orgs.services.members import LastAdmin, MemberChanged, UnknownRole
from tests.orgs.rows import stored

ADMIN, MEMBER = Membership.Role.ADMIN, Membership.Role.MEMBER


def add_admin(org: Any, email: str) -> Membership:
    user = User.objects.create_user(email)
    with organization_scope(org.id):
        return Membership.objects.create(org=org, user=user, role=ADMIN)


def roles(org: Any) -> dict[str, str]:
    with organization_scope(org.id):
        return dict(Membership.objects.values_list("user__email", "role"))


def actions(org: Any) -> list[str]:
    with organization_scope(org.id):
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


@pytest.mark.django_db
class TestRoles:
    def test_an_admin_makes_a_member_an_admin(self, admin: Any, member: Any) -> None:
        with organization_scope(admin.org.id):
            member_change_role(by=admin.membership, membership_id=member.membership.id, role=ADMIN, seen_role=MEMBER)
            [entry] = AuditEntry.objects.filter(action="member.role_changed")
        assert roles(admin.org)[member.user.email] == "admin"
        assert (entry.object_label, entry.before, entry.after) == (
            member.user.email,
            {"role": "member"},
            {"role": "admin"},
        )

    def test_a_member_changes_nobody(self, admin: Any, member: Any) -> None:
        before = stored(Membership, admin.org)
        with organization_scope(admin.org.id), pytest.raises(PermissionDenied):
            member_change_role(by=member.membership, membership_id=member.membership.id, role=ADMIN, seen_role=MEMBER)
        assert stored(Membership, admin.org) == before

    def test_who_was_an_admin_when_the_page_opened_and_is_none_now_changes_nobody(
        self, admin: Any, member: Any
    ) -> None:
        second = add_admin(admin.org, "second@northwind.example")
        with organization_scope(admin.org.id):
            Membership.objects.filter(id=admin.membership.id).update(role=MEMBER)
            with pytest.raises(PermissionDenied):
                member_remove(by=admin.membership, membership_id=second.id)
        assert roles(admin.org)["second@northwind.example"] == "admin"

    @pytest.mark.parametrize("role", ["owner", "", "ADMIN", "member "])
    def test_a_role_that_does_not_exist_is_refused(self, role: str, admin: Any, member: Any) -> None:
        before = stored(Membership, admin.org)
        with organization_scope(admin.org.id), pytest.raises(UnknownRole):
            member_change_role(by=admin.membership, membership_id=member.membership.id, role=role, seen_role=MEMBER)
        assert stored(Membership, admin.org) == before

    def test_a_page_that_shows_an_older_role_changes_nothing(self, admin: Any, member: Any) -> None:
        before = stored(Membership, admin.org)
        with organization_scope(admin.org.id), pytest.raises(MemberChanged, match="is member now"):
            member_change_role(by=admin.membership, membership_id=member.membership.id, role=MEMBER, seen_role=ADMIN)
        assert stored(Membership, admin.org) == before

    def test_a_foreign_member_does_not_exist(self, admin: Any, outsider: Any) -> None:
        before = stored(Membership, outsider.org)
        with organization_scope(admin.org.id):
            for change in (
                lambda: member_remove(by=admin.membership, membership_id=outsider.membership.id),
                lambda: member_change_role(
                    by=admin.membership, membership_id=outsider.membership.id, role=MEMBER, seen_role=ADMIN
                ),
            ):
                with pytest.raises(Membership.DoesNotExist):
                    change()
        assert stored(Membership, outsider.org) == before


@pytest.mark.django_db
class TestTheLastAdmin:
    @pytest.mark.parametrize(
        "go",
        [
            lambda last: member_change_role(by=last, membership_id=last.id, role=MEMBER, seen_role=ADMIN),
            lambda last: member_remove(by=last, membership_id=last.id),
            lambda last: organization_leave(by=last),
        ],
        ids=["demoted", "removed", "left"],
    )
    def test_stays(self, go: Callable[[Membership], Any], admin: Any, member: Any) -> None:
        before = stored(Membership, admin.org)
        with organization_scope(admin.org.id), pytest.raises(LastAdmin):
            go(admin.membership)
        assert stored(Membership, admin.org) == before

    def test_can_go_once_there_is_another(self, admin: Any) -> None:
        add_admin(admin.org, "second@northwind.example")
        with organization_scope(admin.org.id):
            organization_leave(by=admin.membership)
        assert roles(admin.org) == {"second@northwind.example": "admin"}
        assert memberships_of(admin.user) == []
        assert actions(admin.org)[-1] == "member.left"


@pytest.mark.django_db
class TestLeavingAndRemoving:
    def test_a_member_leaves(self, admin: Any, member: Any) -> None:
        with organization_scope(admin.org.id):
            organization_leave(by=member.membership)
        assert memberships_of(member.user) == []

    def test_a_removed_member_s_keys_keep_working(self, admin: Any, api_key: Any) -> None:
        from orgs.identity import api_key_for

        second = add_admin(admin.org, "second@northwind.example")
        with organization_scope(admin.org.id):
            member_remove(by=second, membership_id=admin.membership.id)
        assert api_key_for(f"Bearer {api_key[1]}") == api_key[0]

    def test_removing_twice_says_that_there_is_nobody(self, admin: Any, member: Any) -> None:
        with organization_scope(admin.org.id):
            member_remove(by=admin.membership, membership_id=member.membership.id)
            with pytest.raises(Membership.DoesNotExist):
                member_remove(by=admin.membership, membership_id=member.membership.id)


@pytest.mark.django_db(transaction=True)
class TestUnderARace:
    """Two admins at once, each with a connection of their own, both past every check that came before the lock."""

    def _at_once(self, org: Any, *actions: Callable[[], Any]) -> list[type[BaseException] | None]:
        barrier = Barrier(len(actions))

        def run(action: Callable[[], Any]) -> type[BaseException] | None:
            try:
                with organization_scope(org.id):
                    barrier.wait(timeout=10)
                    action()
            except (LastAdmin, PermissionDenied, Membership.DoesNotExist) as error:
                return type(error)
            finally:
                connections.close_all()
            return None

        with ThreadPoolExecutor(len(actions)) as threads:
            return list(threads.map(run, actions))

    @pytest.mark.parametrize("round_", range(3))
    def test_two_admins_who_leave_at_once_leave_one_behind(self, round_: int, admin: Any) -> None:
        second = add_admin(admin.org, "second@northwind.example")

        outcomes = self._at_once(
            admin.org, lambda: organization_leave(by=admin.membership), lambda: organization_leave(by=second)
        )

        assert sorted(map(str, outcomes)) == sorted(map(str, [None, LastAdmin]))
        assert list(roles(admin.org).values()) == ["admin"]

    @pytest.mark.parametrize("round_", range(3))
    def test_two_admins_who_demote_each_other_leave_one_admin(self, round_: int, admin: Any) -> None:
        second = add_admin(admin.org, "second@northwind.example")

        def demote(by: Membership, whom: Membership) -> Callable[[], Any]:
            return lambda: member_change_role(by=by, membership_id=whom.id, role=MEMBER, seen_role=ADMIN)

        outcomes = self._at_once(admin.org, demote(admin.membership, second), demote(second, admin.membership))

        assert sorted(map(str, outcomes)) == sorted(map(str, [None, PermissionDenied]))
        assert sorted(roles(admin.org).values()) == ["admin", "member"]
