"""Invitations: sent once, answered once, counted against the plan, and mailed with a link that nothing stored opens."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connections

from orgs.events import deliver_due
from orgs.identity import belonging_of, memberships_of
from orgs.limits import LimitReached, Tier, usage
from orgs.models import AuditEntry, Invitation, Membership, Organization, User
from orgs.scope import organization_scope
from orgs.services import (
    invitation_accept,
    invitation_cancel,
    invitation_create,
    invitation_decline,
    invitation_resend,
)
from orgs.services.invitation_links import InvitationUnusable, Why, invitation_of, link_token
from orgs.services.invitations import MOST_SENDINGS, NotInvited, WrongAddress
from orgs.services.members import UnknownRole
from tests.orgs.rows import stored

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ANNA = "anna@brand.example"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user(ANNA, verified=True)


def invite(admin: Any, email: str = ANNA, role: str = "member", now: datetime = NOW) -> Invitation:
    with organization_scope(admin.org.id):
        return invitation_create(by=admin.membership, email=email, role=role, now=now)


def set_tier(org: Organization, tier: Tier) -> None:
    with organization_scope(org.id):
        Organization.objects.update(tier=tier)


def why_not(token: str, now: datetime = NOW) -> Why:
    with pytest.raises(InvitationUnusable) as error:
        invitation_of(token, now)
    return error.value.why


@pytest.mark.django_db
class TestSending:
    def test_the_address_gets_a_mail_as_text_and_html_with_a_link_that_opens_the_invitation(
        self, admin: Any, outsider: Any
    ) -> None:
        invitation = invite(admin, "Anna@Brand.Example")
        deliver_due()

        [message] = mail.outbox
        assert message.to == [ANNA]
        assert message.subject == "Northwind invites you to trackagoat"
        [token] = re.findall(r"/invitations/(\S+)/", str(message.body))
        html, kind = message.alternatives[0]  # type: ignore[attr-defined]
        assert kind == "text/html"
        assert token in html
        assert invitation_of(token, NOW) == invitation
        assert token not in str(stored(Invitation, admin.org))

    def test_a_mail_that_was_overtaken_by_cancelling_is_not_sent(self, admin: Any) -> None:
        invitation = invite(admin)
        with organization_scope(admin.org.id):
            invitation_cancel(by=admin.membership, invitation_id=invitation.id, now=NOW)
        deliver_due()
        assert mail.outbox == []

    def test_a_member_invites_nobody(self, admin: Any, member: Any) -> None:
        with organization_scope(admin.org.id), pytest.raises(PermissionDenied):
            invitation_create(by=member.membership, email=ANNA, role="member", now=NOW)
        assert stored(Invitation, admin.org) == []

    def test_a_role_that_does_not_exist_is_refused(self, admin: Any) -> None:
        with pytest.raises(UnknownRole):
            invite(admin, role="owner")
        assert stored(Invitation, admin.org) == []

    def test_who_is_a_member_is_not_invited(self, admin: Any, member: Any) -> None:
        with pytest.raises(NotInvited, match="is a member already"):
            invite(admin, member.user.email.upper())
        assert stored(Invitation, admin.org) == []

    def test_nobody_is_invited_twice_at_the_same_time(self, admin: Any) -> None:
        invite(admin)
        before = stored(Invitation, admin.org)
        with pytest.raises(NotInvited, match="is invited already"):
            invite(admin)
        assert stored(Invitation, admin.org) == before

    def test_after_it_expired_the_same_address_is_invited_anew(self, admin: Any) -> None:
        first = invite(admin)
        again = invite(admin, role="admin", now=NOW + timedelta(days=8))
        assert again.id == first.id
        assert (again.role, again.sending) == ("admin", 2)

    def test_two_organizations_invite_the_same_address(self, admin: Any, outsider: Any, anna: User) -> None:
        invite(admin)
        invite(outsider)
        assert {waiting.org for waiting in belonging_of(anna).invitations} == {admin.org, outsider.org}

    def test_it_is_in_the_audit_log(self, admin: Any) -> None:
        invite(admin)
        with organization_scope(admin.org.id):
            entry = AuditEntry.objects.get(action="invitation.sent")
        assert (entry.actor_label, entry.object_label, entry.after) == (
            admin.user.email,
            ANNA,
            {"email": ANNA, "role": "member"},
        )


@pytest.mark.django_db
class TestThePlan:
    def test_waiting_invitations_take_places_and_expired_ones_do_not(self, admin: Any) -> None:
        set_tier(admin.org, Tier.FREE)
        invite(admin)
        before = stored(Invitation, admin.org)
        with pytest.raises(LimitReached) as reached:
            invite(admin, "bert@brand.example")
        assert (reached.value.limit_key, reached.value.current, reached.value.max) == ("max_members_per_org", 2, 2)
        assert stored(Invitation, admin.org) == before
        with time_machine.travel(NOW + timedelta(days=7), tick=False):
            invite(admin, "bert@brand.example", now=NOW + timedelta(days=7))

    def test_an_expired_one_needs_a_place_to_be_sent_again(self, admin: Any, member: Any) -> None:
        invitation = invite(admin)
        set_tier(admin.org, Tier.FREE)
        later = NOW + timedelta(days=8)
        with time_machine.travel(later, tick=False), organization_scope(admin.org.id), pytest.raises(LimitReached):
            invitation_resend(by=admin.membership, invitation_id=invitation.id, now=later)

    def test_accepting_needs_no_second_place(self, admin: Any, anna: User) -> None:
        set_tier(admin.org, Tier.FREE)
        invitation = invite(admin)
        invitation_accept(user=anna, invitation=invitation, now=NOW)
        with organization_scope(admin.org.id):
            assert usage("max_members_per_org") == 2

    def test_nobody_joins_an_organization_above_its_cap(self, admin: Any, member: Any, anna: User) -> None:
        invitation = invite(admin)
        set_tier(admin.org, Tier.FREE)
        with pytest.raises(LimitReached):
            invitation_accept(user=anna, invitation=invitation, now=NOW)
        assert memberships_of(anna) == []


@pytest.mark.django_db
class TestAnswering:
    def test_accepting_makes_a_member_with_the_role(self, admin: Any, anna: User) -> None:
        member = invitation_accept(user=anna, invitation=invite(admin, role="admin"), now=NOW)
        assert (member.org, member.role) == (admin.org, "admin")
        assert memberships_of(anna) == [member]

    def test_a_link_works_once(self, admin: Any, anna: User) -> None:
        invitation = invite(admin)
        invitation_accept(user=anna, invitation=invitation, now=NOW)
        assert why_not(link_token(invitation)) == Why.ACCEPTED
        before = stored(Membership, admin.org)
        with pytest.raises(InvitationUnusable):
            invitation_accept(user=anna, invitation=invitation, now=NOW)
        assert stored(Membership, admin.org) == before

    def test_only_the_confirmed_address_accepts(self, admin: Any, outsider: Any) -> None:
        invitation = invite(admin)
        EmailAddress.objects.create(user=outsider.user, email=ANNA, verified=False)
        before = stored(Membership, admin.org)
        with pytest.raises(WrongAddress):
            invitation_accept(user=outsider.user, invitation=invitation, now=NOW)
        assert stored(Membership, admin.org) == before
        EmailAddress.objects.filter(email=ANNA).update(verified=True)
        assert invitation_accept(user=outsider.user, invitation=invitation, now=NOW).org == admin.org

    def test_who_belongs_already_keeps_their_role(self, admin: Any, member: Any) -> None:
        EmailAddress.objects.create(user=member.user, email=ANNA, verified=False)
        invitation = invite(admin, role="admin")
        EmailAddress.objects.filter(email=ANNA).update(verified=True)
        assert invitation_accept(user=member.user, invitation=invitation, now=NOW).role == "member"

    def test_declining_ends_it(self, admin: Any, anna: User) -> None:
        invitation = invite(admin)
        invitation_decline(invitation=invitation, user=None, now=NOW)
        assert why_not(link_token(invitation)) == Why.DECLINED
        assert belonging_of(anna).invitations == []

    def test_it_ends_after_seven_days_to_the_second(self, admin: Any, anna: User) -> None:
        invitation = invite(admin)
        end = NOW + timedelta(days=7)
        assert invitation_of(link_token(invitation), end - timedelta(seconds=1)) == invitation
        assert why_not(link_token(invitation), end) == Why.EXPIRED
        with pytest.raises(InvitationUnusable):
            invitation_accept(user=anna, invitation=invitation, now=end)
        assert memberships_of(anna) == []

    def test_a_closed_organization_is_not_joined(self, admin: Any, anna: User) -> None:
        invitation = invite(admin)
        for column in ("deleted_at", "suspended_at"):
            with organization_scope(admin.org.id):
                Organization.objects.update(deleted_at=None, suspended_at=None)
                Organization.objects.update(**{column: NOW})
            assert why_not(link_token(invitation)) == Why.CLOSED
            with pytest.raises(InvitationUnusable):
                invitation_accept(user=anna, invitation=invitation, now=NOW)
        assert memberships_of(anna) == []


@pytest.mark.django_db
class TestTheLink:
    @pytest.mark.parametrize(
        "change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(":", ";"), lambda t: ""]
    )
    def test_a_tampered_one_opens_nothing(self, change: Any, admin: Any) -> None:
        assert why_not(change(link_token(invite(admin)))) == Why.DAMAGED

    def test_one_for_another_purpose_opens_nothing(self, admin: Any) -> None:
        from django.core import signing

        invitation = invite(admin)
        assert why_not(signing.dumps([invitation.id.hex, invitation.sending], salt="other")) == Why.DAMAGED

    def test_sending_again_replaces_it(self, admin: Any) -> None:
        invitation = invite(admin)
        old = link_token(invitation)
        later = NOW + timedelta(minutes=2)
        with organization_scope(admin.org.id):
            again = invitation_resend(by=admin.membership, invitation_id=invitation.id, now=later)
        assert why_not(old, later) == Why.REPLACED
        assert invitation_of(link_token(again), later) == again
        assert again.expires_at == later + timedelta(days=7)

    def test_an_older_link_that_was_open_on_a_page_is_not_accepted(self, admin: Any, anna: User) -> None:
        invitation = invite(admin)
        with organization_scope(admin.org.id):
            invitation_resend(by=admin.membership, invitation_id=invitation.id, now=NOW + timedelta(minutes=2))
        with pytest.raises(InvitationUnusable) as error:
            invitation_accept(user=anna, invitation=invitation, now=NOW + timedelta(minutes=3))
        assert error.value.why == Why.REPLACED
        assert memberships_of(anna) == []


@pytest.mark.django_db
class TestAgainAndCancelling:
    def test_nobody_is_flooded(self, admin: Any) -> None:
        invitation = invite(admin)
        moment = NOW
        with organization_scope(admin.org.id):
            with pytest.raises(NotInvited, match="less than a minute ago"):
                invitation_resend(by=admin.membership, invitation_id=invitation.id, now=moment + timedelta(seconds=30))
            for _ in range(MOST_SENDINGS - 1):
                moment += timedelta(minutes=2)
                invitation_resend(by=admin.membership, invitation_id=invitation.id, now=moment)
            with pytest.raises(NotInvited, match="already"):
                invitation_resend(by=admin.membership, invitation_id=invitation.id, now=moment + timedelta(minutes=2))

    def test_a_cancelled_one_opens_nothing_and_frees_its_place(self, admin: Any) -> None:
        invitation = invite(admin)
        with organization_scope(admin.org.id):
            invitation_cancel(by=admin.membership, invitation_id=invitation.id, now=NOW)
            assert usage("max_members_per_org") == 1
        assert why_not(link_token(invitation)) == Why.CANCELLED

    def test_an_answered_one_is_neither_cancelled_nor_sent_again(self, admin: Any, anna: User) -> None:
        invitation = invite(admin)
        invitation_accept(user=anna, invitation=invitation, now=NOW)
        before = stored(Invitation, admin.org)
        with organization_scope(admin.org.id):
            for change in (invitation_cancel, invitation_resend):
                with pytest.raises(InvitationUnusable):
                    change(by=admin.membership, invitation_id=invitation.id, now=NOW + timedelta(minutes=2))
        assert stored(Invitation, admin.org) == before

    def test_a_foreign_one_does_not_exist(self, admin: Any, outsider: Any) -> None:
        theirs = invite(outsider)
        before = stored(Invitation, outsider.org)
        with organization_scope(admin.org.id):
            for change in (invitation_cancel, invitation_resend):
                with pytest.raises(Invitation.DoesNotExist):
                    change(by=admin.membership, invitation_id=theirs.id, now=NOW + timedelta(minutes=2))
        assert stored(Invitation, outsider.org) == before


@pytest.mark.django_db(transaction=True)
def test_twenty_invitations_at_once_against_room_for_four_give_exactly_four(admin: Any) -> None:
    set_tier(admin.org, Tier.STARTER)
    barrier = Barrier(20)

    def ask(number: int) -> bool:
        try:
            barrier.wait(timeout=30)
            invite(admin, f"somebody.{number}@brand.example")
        except LimitReached:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(20) as threads:
        sent = list(threads.map(ask, range(20)))

    assert sum(sent) == 4
    assert len(stored(Invitation, admin.org)) == 4


@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_and_cancelled_at_once_is_one_of_both(admin: Any) -> None:
    anna = User.objects.create_user(ANNA, verified=True)
    invitation = invite(admin)
    barrier = Barrier(2)

    def answer(accepting: bool) -> bool:
        barrier.wait(timeout=30)
        try:
            if accepting:
                invitation_accept(user=anna, invitation=invitation, now=NOW)
            else:
                with organization_scope(admin.org.id):
                    invitation_cancel(by=admin.membership, invitation_id=invitation.id, now=NOW)
        except InvitationUnusable:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as threads:
        accepted, cancelled = threads.map(answer, (True, False))

    assert accepted != cancelled
    assert bool(memberships_of(anna)) == accepted
