"""Who is in the world by name: the demo's creators, and accounts that each show one awkward case.

All of them are invented. Everybody else is `sim.000001`, `sim.000002`, … and is drawn by number.
"""

from dataclasses import dataclass, field

from scraping.simulator.clock import parse_instant

RENAMED_AT = parse_instant("2026-06-01T09:00:00Z")


@dataclass(frozen=True, slots=True)
class Quirks:
    """What sets an account apart. Slots number an account's posts from its first (0).

    `renames_to` takes effect at `RENAMED_AT`; `pins`: so many of its best early posts are pinned; `photo_share`: the
    share of carousels among its posts; `flaky_listing`: pages drop posts by chance; `giant_slot`: the post that
    reaches a billion views; `loses_posts`: every fifth post is deleted ten days after posting; `lists_reposts`: its
    listing holds other people's posts as well.
    """

    private: bool = False
    banned: bool = False
    never_posts: bool = False
    renames_to: str | None = None
    pins: int = 0
    photo_share: float | None = None
    flaky_listing: bool = False
    giant_slot: int | None = None
    loses_posts: bool = False
    lists_reposts: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A named account. `followers` as of November 2026, `reach` = views of its median post by then."""

    handle: str
    nickname: str
    bio: str
    topic: str
    posts_per_90_days: float
    followers: int
    reach: int
    verified: bool = False
    quirks: Quirks = field(default_factory=Quirks)


DEMO = (
    Member(
        "mara.cooks",
        "Mara Lindqvist",
        "weeknight dinners, zero drama 🍝\n📩 mara@example.com",
        "cooking",
        76,
        412_000,
        38_000,
        verified=True,
        quirks=Quirks(pins=2),
    ),
    Member("dailydesk", "Daily Desk", "one desk setup a day\nsend us yours 👇", "desk", 90, 268_000, 21_000),
    Member("runwithleo", "Leo Okafor", "slow miles count 🏃🏾 road to a 2:59", "running", 75, 96_400, 12_500),
    Member(
        "studio.nine",
        "Studio Nine ceramics",
        "clay, glaze, repeat · shop drops monthly",
        "pottery",
        48,
        187_000,
        26_000,
        quirks=Quirks(pins=1),
    ),
    Member("kiki.thrift", "Kiki", "£20 outfits only ✨ charity shop girlie", "thrift", 70, 654_000, 61_000),
    Member("potplantpaul", "Paul Vane", "I killed 40 plants so you don't have to 🪴", "plants", 40, 58_300, 7_400),
    Member("brewlab.ines", "Inês · brew lab", "dialling in since 2019 ☕️ Lisboa", "coffee", 62, 143_000, 15_800),
    Member(
        "noor.bakes",
        "Noor Haddad",
        "butter is a personality 🥐",
        "baking",
        55,
        231_000,
        29_500,
        quirks=Quirks(pins=3),
    ),
    Member(
        "byte.sized.ben",
        "Ben, byte sized",
        "tech in 30 seconds. no jargon.",
        "tech",
        110,
        871_000,
        54_000,
        verified=True,
    ),
    Member(
        "hana.in.transit", "Hana Sato", "52 trains a year 🚆 slow travel, small budget", "travel", 45, 318_000, 33_000
    ),
    Member("oddball.audio", "Oddball Audio", "weird instruments, good songs 🎹", "music", 70, 77_900, 9_600),
    Member("thegoodgrout", "The Good Grout", "fixing a 1930s house one mistake at a time", "diy", 38, 129_000, 24_500),
    Member("lina.lifts", "Lina Moreau", "strong > small 💪 coach · she/her", "fitness", 84, 504_000, 31_000),
    Member("pixelpantry", "Pixel Pantry", "cosy games & snacks 🎮🍪", "gaming", 52, 88_200, 11_200),
    Member(
        "dogsof.elmstreet",
        "Dogs of Elm Street",
        "Biscuit, Moss & Gravy 🐕🐕🐕",
        "dogs",
        120,
        1_240_000,
        98_000,
        verified=True,
        quirks=Quirks(pins=1),
    ),
    Member(
        "papercuts.club",
        "Papercuts Book Club",
        "read with us. cry with us. 📚",
        "books",
        30,
        64_700,
        8_900,
        quirks=Quirks(photo_share=0.35),
    ),
    Member(
        "matte.and.mango", "Amara Mango", "skincare for people who forget skincare 🥭", "beauty", 88, 379_000, 35_500
    ),
    Member("zahra.kitchen", "مطبخ زهرة", "أكل بيتي بسيط 🍋\nوصفات كل يوم", "arabic_food", 60, 295_000, 27_000),
    Member("wheels.by.wren", "Wren Castellan", "gravel, rain, flapjacks 🚲", "cycling", 36, 41_800, 5_900),
    Member(
        "cents.of.self",
        "Cents of Self",
        "budgeting without the guilt 💸 not advice",
        "money",
        58,
        214_000,
        19_500,
        quirks=Quirks(photo_share=0.3),
    ),
    Member("night.sky.nils", "Nils Aaberg", "backyard astronomy 🔭 59°N", "astronomy", 26, 102_000, 22_000),
    Member("ma.tilda.makes", "Matilda", "crochet chaos & yarn debt 🧶", "crafts", 44, 73_500, 9_900),
    Member("sofa.to.summit", "Sofa to Summit", "two beginners, one mountain a month ⛰️", "hiking", 66, 51_200, 6_800),
    Member(
        "holahazel", "Hola Hazel", "español for people who panic 🗣️ 3 phrases a day", "language", 57, 446_000, 28_500
    ),
)

SPECIAL = (
    Member("locked.diary", "locked diary", "friends only 🔒", "books", 30, 1_840, 900, quirks=Quirks(private=True)),
    Member("gone.viral", "Gone Viral", "", "tech", 90, 90_000, 15_000, quirks=Quirks(banned=True)),
    Member("not.yet.posting", "Not Yet Posting", "soon™", "travel", 30, 212, 0, quirks=Quirks(never_posts=True)),
    Member(
        "oldname.ella",
        "Ella Brandt",
        "new name, same nonsense",
        "thrift",
        50,
        36_500,
        6_100,
        quirks=Quirks(renames_to="ella.brandt"),
    ),
    Member(
        "pin.board.pia",
        "Pia pins",
        "start with the pinned ones 📌",
        "crafts",
        60,
        82_000,
        9_300,
        quirks=Quirks(pins=3),
    ),
    Member(
        "swipe.sofia", "Swipe Sofia", "carousels only →", "travel", 55, 118_000, 13_000, quirks=Quirks(photo_share=1.0)
    ),
    Member("flaky.feed", "Flaky Feed", "now you see it", "music", 90, 47_000, 8_200, quirks=Quirks(flaky_listing=True)),
    Member(
        "giga.moment",
        "Giga Moment",
        "yes, that video",
        "dogs",
        60,
        88_000_000,
        55_000_000,
        verified=True,
        quirks=Quirks(giant_slot=40, pins=1),
    ),
    Member(
        "vanish.line", "Vanish Line", "deletes things", "gaming", 60, 15_500, 4_400, quirks=Quirks(loses_posts=True)
    ),
    Member(
        "repost.rey",
        "Rey reposts",
        "mine and other people's",
        "cycling",
        45,
        23_000,
        5_200,
        quirks=Quirks(lists_reposts=True),
    ),
)

DEMO_HANDLES = tuple(member.handle for member in DEMO)
SPECIAL_HANDLES = tuple(member.handle for member in SPECIAL)
