"""Who may step around the walls, and that nothing holds a tenant's rows outside of a scope."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps

from orgs.tenancy import OrgScoped
from tests.architecture.source import evaluated_at_import, functions_using, modules

# Who sees every organization at once, and why it must.
PLATFORM_WORK = {
    ("orgs/scope.py", "OrganizationScopeMiddleware.__call__"): "staff pages show every organization",
    ("api/sessions.py", "_organization_of"): "which of their own organizations a member asks about",
    ("orgs/services/plans.py", "every_organization"): "the limits of every organization are looked at",
    ("goals/services/upkeep.py", "organizations_with_goals"): "the goals of every organization are judged",
    ("creators/links.py", "follow_due_links"): "short links that wait in every organization are handed to workers",
    ("orgs/tombstones.py", "leave_tombstones"): "the logs of purged organizations are ended by the owner",
    ("orgs/events.py", "_due_events"): "events of every organization are delivered",
    ("orgs/events.py", "forget_delivered"): "the outbox of every organization is cleared",
    ("projects/services.py", "_over"): "deletes projects whose days of grace are over",
    ("projects/services.py", "forget_gone_rows"): "what deleted rows of every organization left is forgotten",
    ("orgs/services/purge.py", "_over"): "deletes organizations whose days of grace are over",
    ("creators/bans.py", "_tracking"): "everybody who tracks an account is told that it is banned",
    ("creators/mirror.py", "organizations_tracking"): "an account is mirrored to everybody who tracks it",
    ("trackagoat/operations/report.py", "outbox"): "staff see how many events wait, over all organizations",
    ("creators/strikes.py", "_candidates"): "a missing account is judged by everybody who tracks it",
    ("creators/services.py", "forget_lookup"): "a handle is asked for while any organization waits for it",
    (
        "creators/services.py",
        "schedule_account",
    ): "an account is read as often as its most demanding organization wants",
    ("creators/terms.py", "_changed"): "the schedule follows every organization's plan and settings",
    ("creators/terms.py", "apply_retention"): "history is kept as long as any plan allows",
    ("videos/services/pictures.py", "_some"): "a copy of a picture is kept as long as any organization shows it",
    ("videos/services/retention.py", "_days_kept"): "history is forgotten when no organization may read it",
    ("connections/services/ending.py", "_others_live_from"): "a consent that another organization lives from is kept",
    ("connections/services/ending.py", "_untracked"): "connections that no organization tracks any more are ended",
    ("connections/services/retention.py", "_kept"): "how long every organization's own readings are kept",
    ("connections/services/reading.py", "due_accounts"): "connected accounts of every organization are read",
    (
        "videos/services/direct.py",
        "organizations_waiting_for",
    ): "a post is mirrored to everybody who added it by its address",
    ("videos/services/direct.py", "_unread"): "the sweep finds posts that any organization waits for",
    ("videos/services/sweep.py", "_followed"): "the sweep finds what lags in any organization",
    ("videos/services/sweep.py", "_waiting_accounts"): "the sweep finds what waits in any organization",
    ("videos/services/sweep.py", "_unread_handles"): "the sweep asks for handles that any organization waits for",
    ("videos/services/sweep.py", "walk"): "the sweep looks after every account that any organization tracks",
}
# The only modules that may touch the state the walls stand on.
STATE = re.compile(
    r"(set|reset)_(current_tenant_id|rls_context_active)|set_config|admin_context|tenant_context|for_user"
)


def test_every_organization_at_once_is_seen_by_listed_functions_only() -> None:
    users = {(path, name) for path, tree in modules().items() for name in functions_using(tree, "platform_scope")}
    assert users == set(PLATFORM_WORK)


def test_the_identity_flag_is_raised_by_identity_reads_alone() -> None:
    assert sorted(_mentioning("rls.identity")) == ["orgs/identity.py", "orgs/models.py"]
    assert sorted(_naming("IDENTITY_FLAG")) == ["orgs/models.py"]
    users = {(path, name) for path, tree in modules().items() for name in functions_using(tree, "_identity_reads")}
    reads = ("memberships_of", "belonging_of", "membership_of", "invitation_by_id", "_read_api_key")
    assert users == {("orgs/identity.py", name) for name in reads}


def test_the_settings_behind_the_walls_are_sent_by_scope_and_identity_alone() -> None:
    users = {path for path, tree in modules().items() if any(map(STATE.search, _words(tree)))}
    assert users == {"orgs/scope.py", "orgs/identity.py"}


def test_no_queryset_of_tenant_rows_is_made_at_import() -> None:
    found = [f"{path}:{line}" for path, tree in modules().items() for line in _early_tenant_querysets(tree)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "class V(ListView):\n    queryset = Creator.objects.all()",
        "class F(Form):\n    project = ModelChoiceField(queryset=models.Project.objects.open())",
        "VIDEOS = Video.objects.counting()",
        "def view(request, keys=ApiKey.objects.all()): ...",
        "@decorated(Membership._default_manager.all())\ndef view(request): ...",
    ],
)
def test_a_queryset_made_at_import_is_noticed(source: str) -> None:
    assert list(_early_tenant_querysets(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "class V(ListView):\n    def get_queryset(self):\n        return Creator.objects.all()",
        "count = lambda: Creator.objects.count()",
        "class Creator(OrgScoped):\n    objects = OrgScopedManager()",
        "POSTS = Post.objects.all()",
    ],
)
def test_a_queryset_made_when_called_or_of_canonical_rows_is_fine(source: str) -> None:
    assert not list(_early_tenant_querysets(ast.parse(source)))


TENANT_NAMES = {model.__name__ for model in apps.get_models() if issubclass(model, OrgScoped)} | {
    "Organization",
    "AuditEntry",
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def _early_tenant_querysets(tree: ast.AST) -> Iterator[int]:
    for node in evaluated_at_import(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            model = node.value
            name = model.id if isinstance(model, ast.Name) else getattr(model, "attr", "")
            if name in TENANT_NAMES:
                yield node.lineno


def _words(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Constant(value=str(word)) | ast.alias(name=word):
                yield word


def _mentioning(text: str) -> Iterator[str]:
    return (path for path, tree in modules().items() if any(text in word for word in _words(tree)))


def _naming(name: str) -> Iterator[str]:
    return (path for path, tree in modules().items() if name in _words(tree))
