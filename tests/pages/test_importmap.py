"""Hashed static files work only where every module is imported by its name in the map."""

import json
import re

from django.template.loader import render_to_string

from tests.settings import ROOT

SCRIPTS = ROOT / "static" / "js"


def imports() -> dict[str, str]:
    return json.loads(re.search(r"\{.*\}", render_to_string("importmap.html"), re.S)[0])["imports"]


def modules() -> set[str]:
    """All but the classic script that runs before the first paint."""
    return {path.stem for path in SCRIPTS.glob("*.js")} - {"theme"}


def test_every_module_stands_in_the_map_under_its_name():
    assert imports().keys() == modules()
    assert all(f"/{name}." in url for name, url in imports().items())


def test_modules_import_each_other_by_name():
    for path in SCRIPTS.glob("*.js"):
        named = re.findall(r"""^import .*?["'](.+?)["'];$""", path.read_text(), re.M)
        assert set(named) <= modules(), path.name


def test_no_script_writes_html():
    for path in SCRIPTS.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|\.style\b",
            path.read_text().replace("this.text.style.height", ""),
        ), path.name
