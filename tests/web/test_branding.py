"""The operator's name, colour and logo on the web client: by settings alone, without a build."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as project
from django.test import Client
from pydantic import ValidationError
from pytest_django import Settings

from payshift.colours import DARK_CARD, READABLE, contrast, mixed, readable, stylesheet
from payshift.rules import BrandRules

# The clock of development is a row.
pytestmark = pytest.mark.django_db

SOURCES = project.BASE_DIR / "web"


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Path:
    """The page as its sources have it: what a build adds to it are scripts and styles."""
    shutil.copy(SOURCES / "index.html", tmp_path)
    (tmp_path / "routes.json").write_text(json.dumps(["/"]))
    (tmp_path / "root").mkdir()
    shutil.copy(SOURCES / "public" / "app.webmanifest", tmp_path / "root")
    settings.WEB_CLIENT_DIST = tmp_path
    return tmp_path


@pytest.fixture
def branded(built: Path, settings: Settings) -> SimpleNamespace:
    logo = built / "logo.png"
    logo.write_bytes(b"a picture")
    settings.BRAND_NAME, settings.BRAND_COLOR, settings.BRAND_LOGO = "Shift & Chop", "#00a859", str(logo)
    return SimpleNamespace(name="Shift &amp; Chop", logo=b"a picture")


def page(client: Client) -> str:
    return b"".join(client.get("/")).decode()


def test_page_without_a_brand_is_the_page_that_was_built(client: Client, built: Path) -> None:
    assert page(client) == (SOURCES / "index.html").read_text()
    assert [client.get(f"/brand/{name}").status_code for name in ("colours.css", "logo")] == [404, 404]


def test_page_carries_name_colour_and_logo(client: Client, branded: SimpleNamespace) -> None:
    html = page(client)

    assert f"<title>{branded.name}</title>" in html
    assert f'<meta name="application-name" content="{branded.name}" />' in html
    assert '<link rel="icon" href="/brand/logo" type="image/png" />' in html
    assert '<link rel="manifest" href="/brand/app.webmanifest" />' in html
    assert html.index('<link rel="stylesheet" href="/brand/colours.css" />') < html.index("</head>")
    assert "Payshift" not in html.replace(branded.name, "")


def test_what_the_page_names_is_there(client: Client, branded: SimpleNamespace) -> None:
    installed = client.get("/brand/app.webmanifest")
    colours, logo = client.get("/brand/colours.css"), client.get("/brand/logo")

    assert installed["Content-Type"] == "application/manifest+json"
    assert {name: installed.json()[name] for name in ("name", "short_name", "theme_color", "icons", "start_url")} == {
        "name": "Shift & Chop",
        "short_name": "Shift & Chop",
        "theme_color": "#00a859",
        "icons": [{"src": "/brand/logo", "sizes": "any", "type": "image/png"}],
        "start_url": "/",
    }
    assert colours["Content-Type"] == "text/css; charset=utf-8"
    assert colours.content.decode() == stylesheet("#00a859")
    assert (logo["Content-Type"], logo.content) == ("image/png", branded.logo)
    assert "default-src 'none'" in logo["Content-Security-Policy"]


def test_name_is_text_and_never_a_tag(client: Client, built: Path, settings: Settings) -> None:
    settings.BRAND_NAME = "<script>1</script>"

    assert "<script>1" not in page(client)


@pytest.mark.parametrize("colour", ["#00a859", "#ffe600", "#000000", "#ffffff", "#ff7f50"])
def test_any_colour_becomes_one_that_can_be_read(colour: str) -> None:
    light, dark = mixed(colour, "#ffffff", 0.9), mixed(colour, DARK_CARD, 0.75)

    assert contrast(readable(colour, on=light, towards="#000000"), light) >= READABLE
    assert contrast(readable(colour, on=light, towards="#000000"), "#ffffff") >= READABLE
    assert contrast(readable(colour, on=dark, towards="#ffffff"), dark) >= READABLE


def test_colour_that_can_be_read_stays_as_it_is() -> None:
    assert "--color-action:#2b3a9b;" in stylesheet("#2b3a9b")
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"BRAND_NAME": ""},
        {"BRAND_NAME": "x" * 41},
        {"BRAND_COLOR": "green"},
        {"BRAND_COLOR": "#fff"},
        {"BRAND_LOGO": "/nowhere/logo.svg"},
        {"BRAND_LOGO": __file__},
    ],
)
def test_setting_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        BrandRules.model_validate(wrong)
