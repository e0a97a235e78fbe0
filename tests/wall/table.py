"""Who may do what: one decision for every route. A route without one fails the test, and so does one that is gone.

A row: the path, who may GET, who may POST, and why where that is not plain. What a route does not serve it answers with
405 to whoever may come in at all.
"""

from tests.wall.decisions import Decision, Who

ANY, PASSER_BY, ASKER = Who.EVERYBODY, Who.PASSER_BY, Who.ASKER
PERSON, MEMBER, ADMIN = Who.PERSON, Who.MEMBER, Who.ADMIN
ANY_KEY, KEY, KEY_OR_MEMBER = Who.ANY_KEY, Who.KEY, Who.KEY_OR_MEMBER
ORG = "o/<uuid:org_id>/"
PROJECT = ORG + "p/<uuid:project_id>/"
VIDEO = PROJECT + "videos/<uuid:video_id>/"
CHOSEN_VIDEOS = PROJECT + "videos/chosen/"
CREATOR = PROJECT + "creators/<uuid:creator_id>/"
CHOSEN_CREATORS = PROJECT + "creators/chosen/"
SETTINGS = ORG + "settings/"
CAMPAIGN = PROJECT + "campaigns/<uuid:campaign_id>/"
ANALYTICS = PROJECT + "analytics/"
GOALS = PROJECT + "goals/"
ANNOTATION = ANALYTICS + "annotations/<uuid:annotation_id>"
MEMBER_OF = SETTINGS + "members/<uuid:member_id>/"
INVITATION = SETTINGS + "invitations/<uuid:invitation_id>/"
API = "api/v1/"
READ_ONLY = "the API takes no POST: 405 before anybody is asked who they are"

# What stands in an address beside ids of rows.
OTHER_ARGUMENTS: dict[str, str] = {
    "token": "no-such-token",
    "key": "no-such-key",
    "uidb36": "0",
    "pk": "1",
    "session_id": "1",
    "report": "video-leaderboard",
    "size": "128",
    "operation_id": "listVideos",
    "organization": "01a20000-0000-7000-8000-000000000000",
}

PAGES = {
    "": Decision(PERSON, PERSON),
    "healthz": Decision(PASSER_BY, PASSER_BY, "load balancers ask"),
    "readyz": Decision(PASSER_BY, PASSER_BY, "load balancers ask"),
    "invitations/<str:token>/": Decision(ASKER, ASKER, "the link is the secret"),
    "invitations/<str:token>/accept": Decision(ASKER, ASKER, "the link is the secret"),
    "invitations/<str:token>/decline": Decision(ASKER, ASKER, "the link is the secret"),
    "connect/<str:token>/": Decision(ASKER, ASKER, "the link is the secret"),
    "connect/<str:token>/start": Decision(ASKER, ASKER, "the link is the secret"),
    "connect/answer": Decision(ASKER, ASKER, "answers a question that the same browser has asked"),
    "status": Decision(PASSER_BY, PASSER_BY, "says how the product is, of nobody in particular"),
    "pictures/<str:key>/<int:size>.webp": Decision(ASKER, ASKER, "the key is the secret: it is made of the picture"),
    "docs/api": Decision(PASSER_BY, PASSER_BY, "the documentation is public"),
    "docs/api/<slug:operation_id>": Decision(PASSER_BY, PASSER_BY, "the documentation is public"),
    "metrics": Decision(PASSER_BY, PASSER_BY, "asks for a token of its own; numbers of nobody in particular"),
    "account/": Decision(PERSON, PERSON),
    "account/organizations/": Decision(PERSON, PERSON),
    "account/organizations/new": Decision(PERSON, PERSON),
    "account/sessions/<int:session_id>/end": Decision(PERSON, PERSON, "one's own sessions alone", acts_on_nothing=True),
    "account/two-factor-required/<uuid:organization>": Decision(PERSON, PERSON),
    ORG: Decision(MEMBER, MEMBER),
    ORG + "deleted": Decision(MEMBER, MEMBER),
    ORG + "projects/": Decision(MEMBER, MEMBER),
    ORG + "projects/new": Decision(MEMBER, MEMBER),
    ORG + "projects/<uuid:project_id>/edit": Decision(MEMBER, MEMBER),
    ORG + "projects/<uuid:project_id>/archive": Decision(MEMBER, MEMBER),
    ORG + "projects/<uuid:project_id>/restore": Decision(MEMBER, MEMBER),
    ORG + "projects/<uuid:project_id>/delete": Decision(MEMBER, MEMBER),
    ORG + "projects/<uuid:project_id>/undelete": Decision(MEMBER, MEMBER, acts_on_nothing=True),
    PROJECT: Decision(MEMBER, MEMBER),
    PROJECT + "views/": Decision(MEMBER, MEMBER),
    PROJECT + "views/<uuid:view_id>/delete": Decision(MEMBER, MEMBER),
    PROJECT + "creators/": Decision(MEMBER, MEMBER),
    CREATOR: Decision(MEMBER, MEMBER),
    CREATOR + "videos": Decision(MEMBER, MEMBER),
    CREATOR + "settings": Decision(MEMBER, MEMBER),
    CREATOR + "changes": Decision(MEMBER, MEMBER),
    CREATOR + "start": Decision(MEMBER, MEMBER),
    PROJECT + "creators/activity": Decision(MEMBER, MEMBER),
    PROJECT + "creators/notes-preview": Decision(MEMBER, MEMBER),
    CREATOR + "row": Decision(MEMBER, MEMBER),
    CREATOR + "correct": Decision(MEMBER, MEMBER),
    CREATOR + "mode": Decision(MEMBER, MEMBER),
    CREATOR + "update-now": Decision(MEMBER, MEMBER),
    CREATOR + "remove": Decision(MEMBER, MEMBER),
    CREATOR + "reenable": Decision(MEMBER, MEMBER),
    CREATOR + "connection/link": Decision(MEMBER, MEMBER),
    CREATOR + "connection/link/withdraw": Decision(MEMBER, MEMBER),
    CREATOR + "connection/disconnect": Decision(MEMBER, MEMBER),
    PROJECT + "creators/freshness": Decision(MEMBER, MEMBER),
    PROJECT + "creators/update-now": Decision(MEMBER, MEMBER),
    PROJECT + "creators/csv": Decision(MEMBER, MEMBER),
    PROJECT + "creators/links": Decision(MEMBER, MEMBER),
    PROJECT + "creators/links/<uuid:link_id>/forget": Decision(MEMBER, MEMBER),
    CHOSEN_CREATORS + "mode": Decision(MEMBER, MEMBER),
    CHOSEN_CREATORS + "mode-undo": Decision(MEMBER, MEMBER),
    CHOSEN_CREATORS + "remove": Decision(MEMBER, MEMBER),
    CHOSEN_CREATORS + "put-back": Decision(MEMBER, MEMBER),
    CHOSEN_CREATORS + "reenable": Decision(MEMBER, MEMBER),
    CHOSEN_CREATORS + "update-now": Decision(MEMBER, MEMBER),
    CHOSEN_CREATORS + "copy": Decision(MEMBER, MEMBER, acts_on_nothing=True),
    PROJECT + "videos/": Decision(MEMBER, MEMBER),
    PROJECT + "inbox/": Decision(MEMBER, MEMBER),
    PROJECT + "inbox/count": Decision(MEMBER, MEMBER),
    PROJECT + "inbox/decide": Decision(MEMBER, MEMBER),
    PROJECT + "inbox/undo": Decision(MEMBER, MEMBER),
    PROJECT + "videos/add": Decision(MEMBER, MEMBER),
    PROJECT + "videos/links": Decision(MEMBER, MEMBER),
    PROJECT + "videos/links/<uuid:link_id>/forget": Decision(MEMBER, MEMBER),
    CHOSEN_VIDEOS + "switch-off": Decision(MEMBER, MEMBER),
    CHOSEN_VIDEOS + "switch-on": Decision(MEMBER, MEMBER),
    CHOSEN_VIDEOS + "switch-off/undo": Decision(MEMBER, MEMBER, acts_on_nothing=True),
    CHOSEN_VIDEOS + "decide": Decision(MEMBER, MEMBER, acts_on_nothing=True),
    CHOSEN_VIDEOS + "decide/undo": Decision(MEMBER, MEMBER, acts_on_nothing=True),
    CHOSEN_VIDEOS + "to-campaign": Decision(MEMBER, MEMBER, acts_on_nothing=True),
    VIDEO: Decision(MEMBER, MEMBER),
    VIDEO + "row": Decision(MEMBER, MEMBER),
    VIDEO + "progress": Decision(MEMBER, MEMBER),
    VIDEO + "update-now": Decision(MEMBER, MEMBER),
    VIDEO + "notes": Decision(MEMBER, MEMBER),
    PROJECT + "calendar/": Decision(MEMBER, MEMBER),
    PROJECT + "campaigns/": Decision(MEMBER, MEMBER),
    PROJECT + "campaigns/new": Decision(MEMBER, MEMBER),
    PROJECT + "campaigns/campaigns.csv": Decision(MEMBER, MEMBER),
    PROJECT + "campaigns/notes-preview": Decision(MEMBER, MEMBER),
    CAMPAIGN: Decision(MEMBER, MEMBER),
    CAMPAIGN + "settings": Decision(MEMBER, MEMBER),
    CAMPAIGN + "archive": Decision(MEMBER, MEMBER),
    CAMPAIGN + "restore": Decision(MEMBER, MEMBER),
    CAMPAIGN + "copy": Decision(MEMBER, MEMBER),
    CAMPAIGN + "delete": Decision(MEMBER, MEMBER),
    CAMPAIGN + "creators": Decision(MEMBER, MEMBER),
    CAMPAIGN + "creators.csv": Decision(MEMBER, MEMBER),
    CAMPAIGN + "overlap": Decision(MEMBER, MEMBER),
    CAMPAIGN + "overlap.csv": Decision(MEMBER, MEMBER),
    CAMPAIGN + "items": Decision(MEMBER, MEMBER),
    CAMPAIGN + "items.csv": Decision(MEMBER, MEMBER),
    CAMPAIGN + "items/add": Decision(MEMBER, MEMBER),
    CAMPAIGN + "items/move": Decision(MEMBER, MEMBER, acts_on_nothing=True),
    CAMPAIGN + "items/put-back": Decision(MEMBER, MEMBER),
    CAMPAIGN + "items/remove": Decision(MEMBER, MEMBER),
    CAMPAIGN + "items/suggest": Decision(MEMBER, MEMBER),
    ANALYTICS: Decision(MEMBER, MEMBER),
    ANALYTICS + "campaigns": Decision(MEMBER, MEMBER),
    ANALYTICS + "creators": Decision(MEMBER, MEMBER),
    ANALYTICS + "explore": Decision(MEMBER, MEMBER),
    ANALYTICS + "explore.csv": Decision(MEMBER, MEMBER),
    ANALYTICS + "explore/entities": Decision(MEMBER, MEMBER),
    ANALYTICS + "<slug:report>.csv": Decision(MEMBER, MEMBER),
    ANNOTATION: Decision(MEMBER, MEMBER),
    ANNOTATION + "/delete": Decision(MEMBER, MEMBER),
    SETTINGS: Decision(MEMBER, ADMIN, "a member reads what holds for everybody"),
    SETTINGS + "members/": Decision(MEMBER, ADMIN, "a member sees with whom they work"),
    SETTINGS + "members/leave": Decision(MEMBER, MEMBER, "leaving is everybody's own"),
    MEMBER_OF + "role": Decision(MEMBER, ADMIN),
    MEMBER_OF + "remove": Decision(MEMBER, ADMIN),
    INVITATION + "send": Decision(MEMBER, ADMIN),
    INVITATION + "cancel": Decision(MEMBER, ADMIN),
    GOALS: Decision(MEMBER, MEMBER),
    GOALS + "new": Decision(MEMBER, MEMBER),
    GOALS + "pause": Decision(MEMBER, MEMBER),
    GOALS + "resume": Decision(MEMBER, MEMBER),
    GOALS + "end": Decision(MEMBER, MEMBER),
    GOALS + "go-on": Decision(MEMBER, MEMBER),
    GOALS + "delete": Decision(MEMBER, MEMBER),
    GOALS + "restore": Decision(MEMBER, MEMBER),
    GOALS + "templates": Decision(MEMBER, MEMBER),
    GOALS + "templates/<uuid:template_id>/delete": Decision(MEMBER, MEMBER),
    GOALS + "<uuid:goal_id>/edit": Decision(MEMBER, MEMBER),
    CREATOR + "goals": Decision(MEMBER, MEMBER),
    CREATOR + "goals/copy": Decision(MEMBER, MEMBER),
    SETTINGS + "usage/": Decision(MEMBER, MEMBER, "a member sees how much room there is"),
    SETTINGS + "audit/": Decision(ADMIN, MEMBER),
    SETTINGS + "audit/csv": Decision(ADMIN, MEMBER),
    SETTINGS + "delete": Decision(ADMIN, ADMIN),
    SETTINGS + "restore": Decision(MEMBER, ADMIN),
    SETTINGS + "export": Decision(ADMIN, MEMBER),
    SETTINGS + "api-keys/": Decision(MEMBER, ADMIN, "a member reads that keys are an admin's"),
    SETTINGS + "api-keys/<uuid:key_id>/rename": Decision(MEMBER, ADMIN),
    SETTINGS + "api-keys/<uuid:key_id>/revoke": Decision(MEMBER, ADMIN),
}


def accounts() -> dict[str, Decision]:
    """allauth's pages: the way in, and one's own account."""
    ways_in = ("login/", "signup/", "password/reset/", "password/reset/done/", "password/reset/key/done/")
    ways_in += ("confirm-email/", "inactive/", "3rdparty/login/cancelled/", "social/login/cancelled/")
    ways_in += ("social/login/error/", "social/signup/", "social/connections/")
    halfway = ("logout/", "login/code/confirm/", "2fa/authenticate/", "2fa/webauthn/login/", "3rdparty/signup/")
    halfway += ("3rdparty/login/error/", r"^confirm-email/(?P<key>[-:\w]+)/$")
    halfway += (r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",)
    # What is there to see depends on which second factors somebody has.
    halfway += ("2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/download/")
    own = ("email/", "password/change/", "password/set/", "reauthenticate/", "sessions/", "3rdparty/", "2fa/")
    own += ("2fa/reauthenticate/", "2fa/totp/activate/", "2fa/recovery-codes/generate/", "2fa/webauthn/")
    own += ("2fa/webauthn/add/", "2fa/webauthn/reauthenticate/")
    own += ("2fa/webauthn/keys/<int:pk>/remove/", "2fa/webauthn/keys/<int:pk>/edit/")
    levels = ((ways_in, PASSER_BY), (halfway, ASKER), (own, PERSON))
    return {f"accounts/{path}": Decision(who, who) for paths, who in levels for path in paths}


RESOURCES = ("projects", "creators", "videos", "campaigns")
REPORTS = (
    "campaign-leaderboard",
    "creator-leaderboard",
    "creator-scatter",
    "goal-compliance",
    "member-overlap",
    "outliers",
    "posting-consistency",
    "posting-heatmap",
    "video-leaderboard",
    "view-distribution",
)
OF_PROJECT = {"project_id": "project_id"}
ABOUT_PROJECT = {"entity": "project", "entity_id": "project_id", "metric": "views"}

API_ROUTES = (
    {API + path: Decision(ANY_KEY, ANY, READ_ONLY) for path in ("me", "schema", "analytics/schema", *RESOURCES)}
    | {f"{API}{resource}/<str:id>": Decision(KEY, ANY) for resource in RESOURCES}
    | {f"{API}campaigns/<str:id>/{part}": Decision(KEY, ANY) for part in ("items", "stats")}
    | {API + "projects/<str:id>/goal-compliance": Decision(KEY, ANY)}
    | {f"{API}creators/<str:id>/{part}": Decision(KEY, ANY) for part in ("changes", "stats")}
    | {f"{API}videos/<str:id>/stats": Decision(KEY, ANY)}
    | {f"{API}analytics/aggregate/{report}": Decision(KEY_OR_MEMBER, ANY, query=OF_PROJECT) for report in REPORTS}
    | {
        API + "analytics": Decision(KEY, ANY, query=ABOUT_PROJECT),
        API + "analytics/annotations": Decision(KEY, ANY, query=OF_PROJECT),
        API + "openapi.json": Decision(ANY, ANY, "the documentation is public"),
    }
)

ROUTES: dict[str, Decision] = PAGES | accounts() | API_ROUTES
