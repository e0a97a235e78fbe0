"""What holds for every template: nothing inline, so that a strict content security policy can be set."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ALL = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
# Mails are shown by mail programs, which know no policy of ours and load no stylesheets.
TEMPLATES = [template for template in ALL if not {"mail", "email"} & set(template.parts)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_has_no_inline_script_style_or_handler(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<style[\s>]", text)
    assert not re.search(r"\son[a-z]+=", text)
    # JSON is data: browsers neither run it nor ask the policy about it.
    assert not re.search(r'<script(?![^>]*(\ssrc=|\stype="application/json"))', text)
    assert not re.search(r"hx-on|javascript:", text)


def test_every_icon_that_is_used_exists() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()))
    used = {name for template in TEMPLATES for name in re.findall(r'{% icon "(\w+)"', template.read_text())}

    assert used <= drawn
    assert len(used) > 10
