"""What a decision is, who may ask, and what each of them gets under each decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Who(StrEnum):
    """The least that somebody must be."""

    EVERYBODY = "everybody"
    PASSER_BY = "everybody whose session is not that of somebody suspended"
    ASKER = "whoever asks: a page about the asker alone, in whatever state their own sign-in is"
    PERSON = "a signed-in person"
    MEMBER = "a member of the organization"
    ADMIN = "an admin of the organization"
    ANY_KEY = "a live API key; it is answered with rows of its own"
    KEY = "a live API key of the organization"
    KEY_OR_MEMBER = "a live API key of the organization, or a member of it"


class Role(StrEnum):
    """Who asks. `foreign` ones belong to another organization than the one whose ids are in the address."""

    ANONYMOUS = "anonymous"
    FOREIGN_MEMBER = "foreign member"
    FOREIGN_ADMIN = "foreign admin"
    SUSPENDED_PERSON = "suspended person"
    MEMBER_OF_SUSPENDED = "member of a suspended organization"
    MEMBER = "member"
    ADMIN = "admin"
    STAFF = "staff"
    REVOKED_KEY = "revoked key"
    FOREIGN_KEY = "foreign key"
    KEY_OF_SUSPENDED = "key of a suspended organization"
    KEY = "key"


class Answer(StrEnum):
    """What comes back, by kind."""

    IN = "in"
    SIGN_IN = "sign in"
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    NO_KEY = "401"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who may GET and who may POST a route, and why where that is not plain. `query`: what must be asked for, by the
    name of the argument whose row it names. `acts_on_nothing`: what a POST is about is not there: 404."""

    get: Who
    post: Who
    why: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    acts_on_nothing: bool = False


KEYS = (Role.REVOKED_KEY, Role.FOREIGN_KEY, Role.KEY_OF_SUSPENDED, Role.KEY)
FOREIGN = (Role.FOREIGN_MEMBER, Role.FOREIGN_ADMIN, Role.STAFF)
PEOPLE = (*FOREIGN, Role.SUSPENDED_PERSON, Role.MEMBER_OF_SUSPENDED, Role.MEMBER, Role.ADMIN)

# What each role gets where it does not come in. Pages know no keys: whoever comes with one is nobody in particular.
_person = dict.fromkeys((Role.ANONYMOUS, *KEYS), Answer.SIGN_IN) | {Role.SUSPENDED_PERSON: Answer.FORBIDDEN}
_member = _person | dict.fromkeys(FOREIGN, Answer.NOT_FOUND) | {Role.MEMBER_OF_SUSPENDED: Answer.FORBIDDEN}
_any_key = dict.fromkeys((Role.ANONYMOUS, *PEOPLE, Role.REVOKED_KEY), Answer.NO_KEY) | {
    Role.KEY_OF_SUSPENDED: Answer.FORBIDDEN
}
ANSWERS: dict[Who, dict[Role, Answer]] = {
    Who.EVERYBODY: {},
    # Even what is public tells somebody suspended so, and ends their session.
    Who.PASSER_BY: {Role.SUSPENDED_PERSON: Answer.FORBIDDEN},
    Who.PERSON: _person,
    Who.MEMBER: _member,
    Who.ADMIN: _member | {Role.MEMBER: Answer.FORBIDDEN},
    Who.ANY_KEY: _any_key,
    Who.KEY: _any_key | {Role.FOREIGN_KEY: Answer.NOT_FOUND},
    # Staff belong to no organization: their session stands for none.
    Who.KEY_OR_MEMBER: dict.fromkeys((*FOREIGN, Role.FOREIGN_KEY), Answer.NOT_FOUND)
    | dict.fromkeys((Role.ANONYMOUS, Role.REVOKED_KEY, Role.STAFF), Answer.NO_KEY)
    | dict.fromkeys((Role.SUSPENDED_PERSON, Role.MEMBER_OF_SUSPENDED, Role.KEY_OF_SUSPENDED), Answer.FORBIDDEN),
}


def expected(decision: Decision, method: str, role: Role) -> set[Answer]:
    """What a role may get: one answer, but for pages about the asker alone."""
    who = decision.get if method == "get" else decision.post
    if who is Who.ASKER:
        return {Answer.IN, Answer.SIGN_IN, Answer.NOT_FOUND, Answer.FORBIDDEN, Answer.NO_KEY}
    let_in = Answer.NOT_FOUND if decision.acts_on_nothing and method == "post" else Answer.IN
    return {ANSWERS[who].get(role, let_in)}
