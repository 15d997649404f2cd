// The drawn telephone: whose it is, its SMS, answers, and what may happen to it.

import { announce, byId, el, fill, keyed, stayAtEnd } from "./dom.js";
import { drawFace } from "./faces.js";
import { icon } from "./icons.js";
import { isWide } from "./tabs.js";
import { follow, now, set, theTelephone } from "./state.js";
import { clock, number, t } from "./texts.js";
import { act } from "./wire.js";

const QUICK = ["quick_yes", "quick_no", "quick_thanks"];
const field = byId("answer-text");
const scrolling = stayAtEnd(byId("sms"));

export function mountTelephone() {
  byId("answer").addEventListener("submit", (event) => {
    event.preventDefault();
    answer(field.value);
  });
  follow(noteSeen);
  follow(drawFaces);
  follow(drawScreen);
  follow(drawSms);
  follow(drawButtons);
}

const received = (telephone) => telephone.sms.filter((sms) => sms.direction === "received").length;

/** How many SMS of this telephone nobody has looked at. */
export const unread = (telephone, state = now()) => received(telephone) - (state.seen[telephone.number] ?? 0);

/** Answer from the telephone shown; the text stays in the field until it has been taken. */
export async function answer(text) {
  if (!text.trim()) return false;
  const taken = await act("answer", { number: theTelephone().number, text });
  if (taken && field.value === text) field.value = "";
  return taken;
}

function noteSeen(state) {
  for (const telephone of state.snapshot.telephones) {
    // After "start again" there are fewer than were seen.
    if (unread(telephone, state) < 0) state.seen[telephone.number] = 0;
  }
  const shown = theTelephone(state);
  const visible = state.tab === "telephone" || isWide();
  if (!visible || !shown.on || !shown.exists) return;
  const fresh = unread(shown, state);
  if (fresh > 0 && state.seen[shown.number] !== undefined) announce(shown.sms.at(-1).text);
  state.seen[shown.number] = received(shown);
}

function drawFaces(state) {
  const shown = theTelephone(state);
  const faces = state.snapshot.telephones.map((telephone, index) => ({
    index,
    number: telephone.number,
    name: telephone.name[state.language],
    chosen: telephone === shown,
    news: unread(telephone, state),
    trouble: troubleOf(telephone),
  }));
  keyed(
    byId("faces"),
    faces,
    (face) => face.number,
    (face) => {
      const [glyph, word] = face.trouble ?? [];
      return el(
        "button",
        {
          type: "button",
          class: "face",
          "aria-pressed": String(face.chosen),
          "data-focus": face.number,
          onclick: () => set({ telephone: face.number }),
        },
        el(
          "span",
          { class: "head" },
          drawFace(face.index),
          face.news > 0 && el("i", { class: "dot" }),
          glyph && el("i", { class: "badge" }, icon(glyph)),
        ),
        el("span", { class: "name", text: face.name.split(" ").at(-1) }),
        face.news > 0 && el("span", { class: "unseen", text: `${face.news} ${t("unread")}` }),
        word && el("small", { text: t(word) }),
      );
    },
  );
}

function troubleOf(telephone) {
  if (!telephone.exists) return ["cross", "face_gone"];
  if (!telephone.on) return ["power", "face_off"];
  if (telephone.stopped) return ["lock", "face_stop"];
  if (!telephone.window_open) return ["clock", "face_window"];
  return null;
}

function drawScreen(state) {
  const shown = theTelephone(state);
  const name = shown.name[state.language];
  byId("clock").textContent = clock();
  byId("sender").textContent = state.snapshot.phone.sender;
  byId("owner").textContent = `${name} · ${number(shown.number)}`;
  const dark = !shown.on || !shown.exists;
  byId("screen-off").hidden = !dark;
  fill(byId("screen-off-icon"), icon(shown.exists ? "power" : "cross"));
  byId("screen-off-text").textContent = t(shown.exists ? "screen_off" : "screen_gone");
  for (const control of byId("telephone").querySelectorAll("button, input")) control.disabled = dark;
  const note = !shown.exists
    ? "note_gone"
    : !shown.on
      ? "note_off"
      : shown.stopped
        ? "note_stop"
        : !shown.window_open
          ? "note_window"
          : "note_ok";
  byId("telephone-note").textContent = t(note, { name });
  byId("telephone-note").dataset.note = note;
}

function drawSms(state) {
  const shown = theTelephone(state);
  const list = byId("sms");
  const other = list.dataset.number !== shown.number;
  list.dataset.number = shown.number;
  const { prefix } = state.snapshot.phone;
  const items = shown.sms.map((sms) => ({ ...sms, prefix, language: state.language }));
  if (!items.length) items.push({ id: "empty", empty: true, language: state.language });
  const changed = keyed(list, items, (sms) => sms.id, drawOne);
  if (other) scrolling.toEnd();
  else if (changed) scrolling.settle();
  const quick = QUICK.map((key) => ({ key, text: t(key), dark: !shown.on || !shown.exists }));
  keyed(
    byId("quick"),
    quick,
    (item) => item.key,
    ({ key, text, dark }) =>
      el("button", { type: "button", "data-focus": key, text, disabled: dark, onclick: () => answer(text) }),
  );
}

function drawOne(sms) {
  if (sms.empty) return el("li", { class: "empty", text: t("no_sms") });
  const prefixed = sms.direction === "received" && sms.prefix && sms.text.startsWith(sms.prefix);
  const text = el(
    "p",
    { class: "text" },
    prefixed && el("b", { text: sms.prefix }),
    prefixed ? sms.text.slice(sms.prefix.length) : sms.text,
  );
  return el(
    "li",
    { class: `one ${sms.direction} ${sms.lost ? "lost" : ""}` },
    text,
    el("small", {}, sms.lost && icon("cross"), sms.lost ? t("answer_lost") : clock(sms.at)),
  );
}

function drawButtons(state) {
  const shown = theTelephone(state);
  const buttons = [
    [shown.on ? "switch_off" : "switch_on", shown.on ? "switch_off" : "switch_on", "power", !shown.on],
    ["does_not_exist", shown.exists ? "does_not_exist" : "exists", "cross", !shown.exists],
    ["write_stop", "write_stop", "lock", false],
    ["window_48h", shown.window_open ? "window_48h" : "window_open", "clock", !shown.window_open],
  ].map(([label, action, glyph, pressed]) => ({
    label,
    action,
    glyph,
    pressed,
    number: shown.number,
    text: t(label),
    off: action === "write_stop" && (!shown.on || !shown.exists),
  }));
  keyed(
    byId("telephone-buttons"),
    buttons,
    (button) => button.glyph,
    (button) =>
      el(
        "button",
        {
          type: "button",
          "aria-pressed":
            button.label === "write_stop" || button.glyph === "power" ? null : String(button.pressed),
          class: button.pressed ? "on" : "",
          disabled: button.off,
          "data-focus": button.glyph,
          "data-action": button.action,
          onclick: () => act(button.action, { number: button.number }),
        },
        icon(button.glyph),
        el("span", { text: button.text }),
      ),
  );
}
