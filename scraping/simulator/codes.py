"""TikTok's body status codes as the simulator uses them."""

from enum import IntEnum


class Status(IntEnum):
    """`statusCode` in a body; the HTTP status beside it is 200."""

    OK = 0
    CAPTCHA = 10000
    BAD_PARAMETERS = 10201
    NO_SUCH_USER = 10202
    NO_SUCH_POST = 10204
    AGE_LIMITED = 10213
    POST_PRIVATE = 10216
    POST_IN_REVIEW = 10217
    BANNED = 10221
    PRIVATE_ACCOUNT = 10222
    REGION_LOCKED = 10231


MESSAGES = {
    Status.OK: "",
    Status.CAPTCHA: "captcha",
    Status.BAD_PARAMETERS: "invalid parameters",
    Status.NO_SUCH_USER: "user doesn't exist",
    Status.NO_SUCH_POST: "item doesn't exist",
    Status.AGE_LIMITED: "age restricted",
    Status.POST_PRIVATE: "item is private",
    Status.POST_IN_REVIEW: "item is under review",
    Status.BANNED: "user banned",
    Status.PRIVATE_ACCOUNT: "user is private",
    Status.REGION_LOCKED: "not available in this region",
}
