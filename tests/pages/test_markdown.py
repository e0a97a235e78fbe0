"""Notes in Markdown become HTML that harms nobody who reads them."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.templatetags.markdown import ATTRIBUTES, SCHEMES, TAGS, markdown


class Reader(HTMLParser):
    """Collects what a browser would see: tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    handle_startendtag = handle_starttag


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def assert_harmless(html: str) -> None:
    seen = read(html)
    assert set(seen.tags) <= TAGS
    for tag, name, value in seen.attributes:
        assert name in ATTRIBUTES.get(tag, set()) | {"rel"}
        if name == "href":
            scheme, colon, _ = value.partition(":")
            assert not colon or scheme.lower() in SCHEMES or not scheme.isalnum()


def test_notes_are_rendered() -> None:
    assert markdown("**Brief**: _two_ posts\n\n- one\n- two") == (
        "<p><strong>Brief</strong>: <em>two</em> posts</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


def test_tables_strikethrough_quotes_and_code_are_rendered() -> None:
    html = markdown("|a|b|\n|-|-:|\n|1|~~2~~|\n\n> said\n\n```\nx < y\n```\n")
    assert {"table", "td", "s", "blockquote", "pre", "code"} <= set(read(html).tags)
    assert "x &lt; y" in html


def test_a_heading_stands_below_the_headings_of_the_page() -> None:
    assert markdown("# Plan\n\n###### Small") == "<h3>Plan</h3>\n<h6>Small</h6>\n"


def test_a_link_does_not_vouch_for_where_it_leads() -> None:
    html = markdown('[brief](https://example.com/a?b=1&c=2 "The brief")')
    assert html == (
        '<p><a href="https://example.com/a?b=1&amp;c=2" title="The brief" '
        'rel="nofollow noopener noreferrer">brief</a></p>\n'
    )


def test_an_image_is_not_fetched_from_elsewhere() -> None:
    html = markdown("![pixel](https://evil.example/p.gif)")
    assert "img" not in read(html).tags
    assert "pixel" in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox(1))",
        "<javascript:alert(1)>",
        "![x](x\" onerror=\"alert(1))",
        "[x](https://a.example \"t\\\" onmouseover=\\\"alert(1)\")",
        "[x]: javascript:alert(1)\n\n[x]",
        "```\"><script>alert(1)</script>\nx\n```",
        "`<script>alert(1)</script>`",
        "<style>body{display:none}</style>",
        "<iframe src=https://evil.example></iframe>",
        "<form action=https://evil.example><input name=password></form>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    ],
)  # fmt: skip
def test_an_attack_becomes_text(attack: str) -> None:
    assert_harmless(markdown(attack))
    assert_harmless(markdown(f"# {attack}\n\n- {attack}\n\n> {attack}\n\n|a|\n|-|\n|{attack}|"))


PIECES = st.sampled_from(
    ["<", ">", '"', "'", "(", ")", "[", "]", "!", "`", "\n", " ", "javascript:", "script", "img", "onerror=", "&#x3c;",
     "&lt;", "https://a.example", "a", "|", "-", "#", "*", "\\", "/", "\x00", "\u2028"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_is_written_comes_out_harmless(text: str) -> None:
    assert_harmless(markdown(text))
