"""The page checks themselves: each fault is seen, and a sound page passes."""

import pytest

from tests.pages.checks import check_page

SOUND = """<!doctype html>
<html lang="fr" dir="ltr"><head><meta charset="utf-8"><title>Pétition</title>
<link rel="stylesheet" href="/static/site.css"><script src="/static/js/sign.js" defer></script></head>
<body><a href="#content">Aller au contenu</a><main id="content"><h1>Pétition</h1><h2>Demandes</h2>
<p lang="ar" dir="rtl">هذا نص باللغة العربية</p>
<form action="/fr/sign" method="post"><label for="name">Nom</label><input id="name" name="name">
<fieldset><legend>Nouvelles</legend><label><input type="radio" name="news" value="no"> Non</label></fieldset>
<button>Signer</button></form>
<svg aria-hidden="true"><path d="M0 0"/></svg><a href="https://www.dekamer.be/">La Chambre</a>
</main></body></html>"""


def test_a_sound_page_passes() -> None:
    check_page(SOUND)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("</h2>", "</h3>", "not valid HTML"),
        ("<h2>Demandes</h2>", "<h1>Demandes</h1>", "2 h1"),
        ("<h2>Demandes</h2>", "<h3>Demandes</h3>", "from h1 to h3"),
        ("<title>Pétition</title>", "<title> </title>", "no title"),
        ('id="name"', 'id="content"', "2 times"),
        ('for="name"', 'for="nom"', "points to id 'nom'"),
        ('<label for="name">Nom</label>', "", "has no label"),
        ("<legend>Nouvelles</legend>", "", "no fieldset with a legend"),
        ("<button>Signer</button>", "<button></button>", "has no name"),
        ('dir="ltr"', "", "dir=None"),
        ('<html lang="fr"', "<html", "no lang"),
        ('<p lang="ar" dir="rtl">', '<p lang="ar">', "another direction"),
        ("<h2>", '<h2 style="color: red">', "inline style"),
        ("<h2>", '<h2 onclick="go()">', "inline onclick"),
        ("<h2>", "<h2><style>p {}</style>", "inline style"),
        ("<h2>", "<script>go()</script><h2>", "inline script"),
        ('"https://www.dekamer.be/"', '"javascript:go()"', "runs script"),
        ('"/static/site.css"', '"https://fonts.example/x.css"', "asks another host"),
        ('"/static/js/sign.js"', '"//cdn.example/x.js"', "asks another host"),
        ('action="/fr/sign"', 'action="https://elsewhere.example/"', "asks another host"),
        (">La Chambre</a>", "></a>", "is empty"),
        ('"https://www.dekamer.be/"', '""', "goes nowhere"),
        ("<svg aria-hidden", "<svg data-x", "neither hidden"),
        ("<h2>", '<img src="/a.png"><h2>', "has no alt"),
        ("<main id", "<div id", "0 main"),
    ],
)
def test_a_fault_is_seen(before: str, after: str, fault: str) -> None:
    broken = SOUND.replace(before, after)
    assert broken != SOUND
    with pytest.raises(AssertionError, match=fault):
        check_page(broken)


def test_a_policy_that_allows_inline_script_is_a_fault() -> None:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "script-src 'unsafe-inline'",
    }
    with pytest.raises(AssertionError, match="Content-Security-Policy"):
        check_page(SOUND, headers)
