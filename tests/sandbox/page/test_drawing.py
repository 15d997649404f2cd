"""Every state is drawn with glyph and word, in both languages, in a real Chromium."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal, get_args

import pytest

from bridge.domain import gsm
from bridge.domain.plain_text import plain_text
from bridge.sandbox.page.fixture import every_state
from bridge.sandbox.page.stage import MarkState
from tests.sandbox.page.fixture_stage import FixtureStage

if TYPE_CHECKING:
    from tests.sandbox.page.opening import NewPage

pytestmark = pytest.mark.asyncio(loop_scope="session")
Language = Literal["fr", "en"]
HTML = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_state_of_a_mark_has_its_glyph_and_word(
    address: str, new_page: NewPage, language: Language
) -> None:
    page = await new_page(f"{address}/?fixture=states", language=language)
    drawn = await page.eval_on_selector_all(
        ".mark", "marks => marks.map(m => [m.dataset.state, m.innerText.trim(), m.querySelector('svg path') !== null])"
    )  # fmt: skip
    assert {state for state, _, _ in drawn} == {*get_args(MarkState), "unread"}
    assert all(word and glyph for _, word, glyph in drawn)
    assert len({word for _, word, _ in drawn}) == len(drawn)


@pytest.mark.parametrize(
    ("language", "summaries"),
    [
        ("fr", ["Arrivé chez 2 sur 3 · échec 1", "Arrivé chez 1 sur 3 · en attente 2"]),
        ("en", ["Delivered 2 of 3 · failed 1", "Delivered 1 of 3 · waiting 2"]),
    ],
)
async def test_a_list_has_one_summary(
    address: str, new_page: NewPage, language: Language, summaries: list[str]
) -> None:
    page = await new_page(f"{address}/?fixture=states", language=language)
    await page.click("#room-switch button:nth-child(2)")
    await page.wait_for_selector("#entry-list-done")
    assert await page.locator(".mark").all_inner_texts() == summaries


async def test_telephones_steps_and_banners_are_drawn(address: str, new_page: NewPage) -> None:
    page = await new_page(f"{address}/?fixture=states", language="en")
    faces = page.locator(".face")
    assert [" ".join(text.split()) for text in await faces.all_inner_texts()] == [
        "Durand STOP",
        "Petit off",
        "Diallo does not exist",
    ]
    assert await page.locator(".face .badge .icon-lock").count() == 1
    states = await page.eval_on_selector_all(".step", "steps => steps.map(s => s.className)")
    assert states == ["step done new", "step done new", "step failed new", "step waiting new"]
    assert "Bridge off for 3 s" in await page.inner_text("#alerts")
    assert "lost: the 48 h are over" in await page.inner_text("#sms")
    await faces.nth(2).click()
    await page.wait_for_selector("#screen-off:visible")
    assert await page.inner_text("#screen-off") == "This number does not exist"


async def test_buttons_of_posts_are_drawn_as_the_room_words_them(address: str, new_page: NewPage) -> None:
    page = await new_page(f"{address}/?fixture=states", language="fr")
    assert await page.locator(".bubble .buttons button").all_inner_texts() == [
        "Envoyer",
        "Réessayer",
        "Renvoyer",
        "Laisser",
    ]


async def test_every_text_exists_in_both_languages(address: str, new_page: NewPage) -> None:
    page = await new_page(address)
    texts = await page.evaluate("import('/page/texts.js').then(module => module.TEXTS)")
    assert len(texts) > 100
    assert {key for key, words in texts.items() if len(words) != 2 or not all(words)} == set()
    holes = "words.map(w => [...w.matchAll(/{[a-z]+}/g)].map(m => m[0]).sort().join())"
    differing = await page.evaluate(
        f"texts => Object.keys(texts).filter(k => (words => new Set({holes}).size > 1)(texts[k]))", texts
    )
    assert differing == []


async def test_nothing_on_the_page_is_without_its_words(address: str, new_page: NewPage) -> None:
    for language in get_args(Language):
        page = await new_page(f"{address}/?fixture=states", language=language)
        await page.click("#what-if-button")
        unnamed = await page.eval_on_selector_all(
            "button, a, input, textarea, section, ol[tabindex]",
            """all => all.filter(node => node.checkVisibility() &&
               !(node.getAttribute('aria-label') || node.innerText.trim())).map(node => node.outerHTML)""",
        )
        assert unnamed == []
        assert await page.evaluate("document.documentElement.lang") == language


async def test_html_in_a_message_is_shown_as_text(address: str, stage: FixtureStage, new_page: NewPage) -> None:
    page = await new_page(address)
    stage.post(0, HTML)
    stage.receive(HTML)
    await page.wait_for_selector(".post .text")
    assert await page.inner_text(".post .text") == HTML
    assert HTML in await page.inner_text("#sms .text")
    assert await page.locator("main img, main script").count() == 0
    assert await page.title() != "owned"


def texts_of_all_kinds() -> list[str]:
    chance = random.Random(38416)
    letters = "abc éèàê ç œ’«»… €[]{}^ 👍🏽🇫🇷 Çôñ\u0301 \u00a0—\n"
    lengths = [0, 1, 69, 70, 71, 134, 135, 159, 160, 161, 306, 307, 918, 919]
    made = ["".join(chance.choices(letters, k=chance.choice(lengths))) for _ in range(200)]
    return made + ["a" * n for n in lengths] + ["€" * 76 + "a€", "👍" * 34, "a" * 66 + "👍"]


async def test_the_live_counter_counts_as_the_bridge_does(address: str, new_page: NewPage) -> None:
    texts = texts_of_all_kinds()
    page = await new_page(address)
    counted = await page.evaluate(
        "texts => import('/page/gsm.js').then(gsm => texts.map(t => gsm.measure(t, true)))", texts
    )
    for text, shown in zip(texts, counted, strict=True):
        plain = plain_text(text)
        of_the_bridge = gsm.overflow(plain)
        assert shown["parts"] == of_the_bridge.parts, text
        assert shown["cheaper"] == of_the_bridge.parts_without_costly, text
        assert tuple(shown["costly"]) == of_the_bridge.costly, text


async def test_the_fixture_is_in_both_languages() -> None:
    french, english = every_state("fr"), every_state("en")
    for one, other in zip(french["rooms"], english["rooms"], strict=True):
        assert [e["id"] for e in one["entries"]] == [e["id"] for e in other["entries"]]
        assert not {e["text"] for e in one["entries"] if e["text"]} & {e["text"] for e in other["entries"]}
