"""What a person does on the page, at a desk and on a telephone's width, by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bridge.sandbox.page.actions import (
    ActionRefused,
    Answer,
    Delete,
    Edit,
    PowerCut,
    Press,
    Send,
    SetFault,
    SetTelephone,
    SpeakLanguage,
    StartAgain,
)
from bridge.sandbox.page.fixture import DURAND, PETIT, RECEPTION
from tests.sandbox.page.fixture_stage import FixtureStage
from tests.sandbox.page.serving import Served

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.sandbox.page.opening import NewPage

pytestmark = pytest.mark.asyncio(loop_scope="session")
FIRST = "Votre RDV de jeudi 10 h est annulé. Vendredi 9 h vous convient ?"


def shown(page: Page, selector: str) -> Any:
    """What must come true of an element within a few seconds."""
    from playwright.async_api import expect

    return expect(page.locator(selector))


async def send_first(page: Page, stage: FixtureStage) -> None:
    await page.click("#send")
    await page.wait_for_selector('[data-state="queued"]')
    stage.deliver("t0")


async def test_the_first_message_is_already_written_and_counted(address: str, new_page: NewPage) -> None:
    page = await new_page(address)
    assert await page.input_value("#composer-text") == FIRST
    assert "1 SMS · 1 crédit" in await page.inner_text("#counter")
    await page.fill("#composer-text", "Bonne fête")
    assert await page.locator("#underlines u").all_text_contents() == ["ê"]
    await page.click("#room-switch button:nth-child(2)")
    await shown(page, "#counter").to_contain_text("3 personnes × 1 SMS · 3 crédits")


async def test_a_message_goes_out_arrives_and_is_answered(address: str, stage: FixtureStage, new_page: NewPage) -> None:
    page = await new_page(address)
    await send_first(page, stage)
    await page.wait_for_selector('[data-state="delivered"]')
    assert stage.actions == [Send(RECEPTION, "Claire", FIRST, None)]
    assert await page.input_value("#composer-text") == ""
    assert await page.inner_text("#sms .received .text") == f"Cabinet Martin : {FIRST}"
    await page.click("#quick button")
    await page.wait_for_selector("#sms .written")
    assert stage.actions[1:] == [Answer(DURAND, "Oui, parfait.")]
    assert " ".join((await page.inner_text("#counters")).split()).startswith("écrits 1 envoyés 1 perdus 0")


async def test_the_requests_behind_a_step_are_closed_until_asked_for(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address)
    await send_first(page, stage)
    await page.wait_for_selector(".step.done:nth-child(3)")
    assert await page.locator("#requests").is_hidden()
    await page.click('#steps [data-focus="given"]')
    assert "POST /1.0/sms/sms-de12345-1/jobs" in await page.inner_text("#requests")
    await page.locator("#requests button").press("Escape")
    await page.wait_for_selector("#requests", state="hidden")


async def test_telephone_and_what_if_buttons_do_what_they_say(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address, language="en")
    await page.click("#faces button:nth-child(2)")
    await page.click("[data-action=switch_off]")
    await page.click("[data-action=switch_on]")
    await page.click("[data-action=does_not_exist]")
    await page.click("[data-action=exists]")
    await page.click("[data-action=window_48h]")
    await page.wait_for_selector("#telephone-note[data-note=note_window]")
    await page.click("[data-action=write_stop]")
    await page.click("#what-if-button")
    await page.click("[data-fault=silent]")
    await page.wait_for_selector("[data-fault=silent][aria-pressed=true]")
    await page.click("[data-fault=power_cut]")
    await page.wait_for_selector(".alert.off")
    await page.click("#start-again")
    await page.wait_for_selector(".alert.back")
    assert stage.actions[1:] == [
        *(
            SetTelephone(PETIT, change)
            for change in (
                "switch_off",
                "switch_on",
                "does_not_exist",
                "exists",
                "window_48h",
                "write_stop",
            )
        ),
        SetFault("silent"),
        PowerCut(),
        StartAgain(),
    ]
    assert stage.actions[0] == SpeakLanguage("en")  # nobody wrote yet: the rooms follow the browser


async def test_entries_can_be_answered_changed_deleted_and_pressed(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address)
    await send_first(page, stage)
    post = stage.post(0, "Pas remis : téléphone éteint.", reply_to="t0")
    post["buttons"].append({"data": "retry", "label": "Réessayer"})
    stage.touch()
    await page.click("text=Réessayer")
    await page.hover(f"#entry-{post['id']}")
    await page.click(f"#entry-{post['id']} [aria-label=Répondre]")
    await page.keyboard.type("D'accord")
    await page.click("#persons button:nth-child(2)")
    await page.click("#send")
    await page.wait_for_selector("#entry-t2")
    await page.hover("#entry-t2")
    await page.click("#entry-t2 [aria-label=Modifier]")
    await page.fill("#composer-text", "Entendu")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#entry-t2 .edited")
    await page.hover("#entry-t2")
    await page.click("#entry-t2 [aria-label=Supprimer]")
    await page.wait_for_selector("#entry-t2.deleted")
    assert stage.actions[1:] == [
        Press("p1", "retry", "Claire"),
        Send(RECEPTION, "Karim", "D'accord", "p1"),
        Edit("t2", "Entendu"),
        Delete("t2"),
    ]


async def test_the_composer_keeps_its_text_when_it_was_not_taken(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address)
    stage.refusal = ActionRefused("Le salon est fermé.", "The room is closed.")
    await page.fill("#composer-text", "Bonjour")
    async with page.expect_response("**/page/act"):
        await page.click("#send")
    await page.wait_for_selector("#toast.shown >> text=Le salon est fermé.")
    assert await page.input_value("#composer-text") == "Bonjour"
    new_page.complaints.clear()  # Chromium reports the refusal's status itself


async def test_while_the_bridge_is_off_the_page_says_so_and_keeps_what_was_typed(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address)
    await page.fill("#composer-text", "À moitié")
    stage.shown["bridge"].update(up=False)
    stage.touch()
    await page.wait_for_selector("#alerts .off >> text=Passerelle coupée")
    assert await page.input_value("#composer-text") == "À moitié"
    stage.shown["bridge"].update(up=True, off_seconds=3.2)
    stage.touch()
    await page.wait_for_selector("#alerts .back >> text=après 3 s")


async def test_when_the_demonstration_itself_is_gone_the_page_says_so_until_it_is_back(
    address: str, stage: FixtureStage, served: Served, new_page: NewPage
) -> None:
    page = await new_page(address)
    await page.fill("#composer-text", "À moitié")
    await served.stop()
    await page.wait_for_selector("#alerts .lost")
    await page.click("#send")
    await page.wait_for_selector("#toast.shown >> text=Votre texte est gardé")
    assert await page.input_value("#composer-text") == "À moitié"
    await served.start()
    await page.wait_for_selector("#alerts .lost", state="detached")
    await page.click("#send")
    await page.wait_for_selector("#entry-t0")
    new_page.complaints.clear()  # Chromium reports what it could not reach


async def test_switching_the_language_changes_every_word_but_not_what_was_typed(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address)
    async with page.expect_response("**/page/act"):
        await page.click("[data-language=en]")
    await shown(page, "#composer-text").to_have_value(re.compile("^Your appointment"))
    await page.fill("#composer-text", "Mine")
    await page.click("[data-language=fr]")
    await shown(page, "#room-title").to_have_text("Accueil, Cabinet Martin")
    assert await page.input_value("#composer-text") == "Mine"
    assert stage.actions == [SpeakLanguage("en"), SpeakLanguage("fr")]


async def test_everything_can_be_done_by_keyboard(address: str, stage: FixtureStage, new_page: NewPage) -> None:
    page = await new_page(address)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the link that skips to the message
    await shown(page, "#composer-text").to_be_focused()
    await page.keyboard.press("End")
    await page.keyboard.type(" Merci")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#entry-t0")
    assert stage.actions == [Send(RECEPTION, "Claire", f"{FIRST} Merci", None)]
    stage.deliver("t0")
    await shown(page, "#live").to_contain_text("Arrivé")
    await page.focus("[data-action=switch_off]")
    await page.keyboard.press("Space")
    await page.wait_for_selector("[data-action=switch_on]")
    await shown(page, "[data-action=switch_on]").to_be_focused()


@pytest.mark.parametrize(("language", "seen"), [("fr", "chez Mme Durand"), ("en", "on Mrs Durand's phone")])
async def test_on_a_telephone_s_width_tabs_dots_and_a_toast_tell_of_the_other_side(
    address: str, stage: FixtureStage, new_page: NewPage, language: Any, seen: str
) -> None:
    page = await new_page(address, language=language, width=390, height=844)
    assert await page.locator("#telephone-pane").is_hidden()
    await send_first(page, stage)
    await page.wait_for_selector("#tab-telephone .dot:visible")
    assert seen in await page.inner_text("#toast")
    await page.click("#toast button")
    await page.wait_for_selector("#sms .received:visible")
    assert await page.locator("#room-pane").is_hidden()
    assert await page.locator("#tab-telephone .dot").is_hidden()
    stage.post(0, "Mme Durand : Oui")
    await page.wait_for_selector("#tab-room .dot:visible")
    await page.focus("#tab-telephone")
    await page.keyboard.press("ArrowLeft")
    await page.wait_for_selector("#room-pane:visible")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_coach_can_be_skipped_and_ends_with_commands_to_copy(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address)
    await page.click("#coach [data-focus=skip]")
    await page.wait_for_selector("#coach.skipped")
    await page.reload()
    await page.wait_for_selector("#coach.skipped")
    stage.shown["coach"].update(send=True, arrive=True, answer=True, off=True, cut=True)
    stage.touch()
    await page.wait_for_selector("#coach .end >> text=bridge check")


async def test_show_me_types_and_plays_until_it_is_stopped(
    address: str, stage: FixtureStage, new_page: NewPage
) -> None:
    page = await new_page(address)
    await page.click("#coach .show")
    await page.wait_for_selector("#entry-t0")
    await page.wait_for_selector("#coach .caption")
    await page.click("#coach .show")
    await page.wait_for_selector("#coach .caption", state="detached")
    assert stage.actions == [Send(RECEPTION, "Claire", FIRST, None)]


async def test_what_already_holds_is_waited_for_without_harm(address: str, new_page: NewPage) -> None:
    page = await new_page(address)
    waiting = "until(() => true, 1000, new AbortController().signal)"
    await page.evaluate(
        f"import('/page/state.js').then(({{ until }}) => Promise.all(Array(30).fill().map(() => {waiting})))"
    )
    await page.click("[data-action=switch_off]")
    await page.wait_for_selector("[data-action=switch_on]")  # everything is still drawn
    await page.wait_for_selector("#screen-off:visible")


async def test_a_room_keeps_its_own_draft(address: str, new_page: NewPage) -> None:
    page = await new_page(address)
    await page.fill("#composer-text", "Pour Mme Durand")
    await page.click("#room-switch button:nth-child(2)")
    await shown(page, "#composer-text").to_have_value(re.compile("^Le cabinet"))
    await page.click("#room-switch button:nth-child(1)")
    await shown(page, "#composer-text").to_have_value("Pour Mme Durand")
