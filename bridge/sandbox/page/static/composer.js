// The composer: drafts by room, who writes, the live counter with costly letters underlined, replies and edits.

import { byId, el, fill, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { isCostly, lettersOf, measure } from "./gsm.js";
import { follow, now, set, theRoom } from "./state.js";
import { credits, t } from "./texts.js";
import { showEnd } from "./room.js";
import { act } from "./wire.js";

const PERSONS = ["Claire", "Karim"];
const EXAMPLES = [
  ["first_reception", "second_reception", "third_reception"],
  ["first_everyone", "second_everyone"],
];

const drafts = new Map(); // room's address: { text, example: index of the example shown, or -1 }
const begun = new Set(); // addresses of rooms in which somebody has typed
let shownFor = ""; // which draft, edit and language the field holds
let sending = false;

const field = byId("composer-text");

export function mountComposer() {
  field.addEventListener("input", () => {
    if (!now().editing) drafts.set(theRoom().address, { text: field.value, example: -1 });
    drawCounter(now());
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("composer").requestSubmit();
    }
    if (event.key === "Escape") set({ replyTo: null, editing: null });
  });
  field.addEventListener("scroll", () => {
    byId("underlines").scrollTop = field.scrollTop;
  });
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("example").addEventListener("click", nextExample);
  follow(drawPersons);
  follow(drawContext);
  follow(drawField);
  follow(drawCounter);
}

/** Put a text into the composer, as if typed. */
export function write(text) {
  field.value = text;
  field.dispatchEvent(new Event("input"));
}

/** Send what stands in the composer; the text stays there until it has been taken. */
export async function submit() {
  const text = field.value;
  if (!text.trim() || sending) return false;
  const { editing, person, replyTo } = now();
  const room = theRoom().address;
  sending = true;
  const taken = editing
    ? await act("edit", { entry: editing, text })
    : await act("send", { room, person, text, reply_to: replyTo });
  sending = false;
  if (!taken) return false;
  if (!editing && drafts.get(room)?.text === text)
    drafts.set(room, { text: "", example: drafts.get(room).example });
  shownFor = "";
  set({ replyTo: null, editing: null });
  showEnd();
  return true;
}

const exampleOf = (index) => {
  const keys = EXAMPLES[Math.min(now().room, EXAMPLES.length - 1)];
  return t(keys[index % keys.length]);
};

function nextExample() {
  const address = theRoom().address;
  const example = (drafts.get(address)?.example ?? -1) + 1;
  drafts.set(address, { text: exampleOf(example), example });
  shownFor = "";
  set({ editing: null });
  field.focus();
}

function draftOf(room) {
  if (!drafts.has(room.address)) {
    const fresh = !room.entries.some((entry) => entry.kind === "typed");
    drafts.set(room.address, { text: fresh ? exampleOf(0) : "", example: 0 });
  }
  const draft = drafts.get(room.address);
  // An example that nobody touched follows the language.
  if (draft.text && draft.example >= 0) draft.text = exampleOf(draft.example);
  return draft;
}

/** After "start again" a room is blank, and its first message is already written once more. */
function forgetDrafts(state) {
  for (const { address, entries } of state.snapshot.rooms) {
    if (entries.some((entry) => entry.kind === "typed")) begun.add(address);
    else if (begun.delete(address)) {
      drafts.delete(address);
      shownFor = "";
    }
  }
}

function drawField(state) {
  forgetDrafts(state);
  const room = theRoom(state);
  const edited = room.entries.find((entry) => entry.id === state.editing);
  const wanted = `${room.address} ${edited?.id ?? ""} ${state.language}`;
  if (wanted === shownFor) return;
  const draft = draftOf(room);
  shownFor = wanted;
  field.value = edited ? edited.text : draft.text;
}

function drawPersons(state) {
  keyed(
    byId("persons"),
    PERSONS.map((name) => ({ name, chosen: name === state.person })),
    (item) => item.name,
    ({ name, chosen }) =>
      el("button", {
        type: "button",
        "aria-pressed": String(chosen),
        "data-focus": name,
        text: name,
        onclick: () => set({ person: name }),
      }),
  );
}

function drawContext(state) {
  const context = byId("composer-context");
  const entry = theRoom(state).entries.find((each) => each.id === (state.editing ?? state.replyTo));
  context.hidden = !entry;
  if (!entry) return;
  const clear = () => {
    shownFor = "";
    set({ replyTo: null, editing: null });
    field.focus();
  };
  fill(
    context,
    icon(state.editing ? "edit" : "answer"),
    el("strong", { text: state.editing ? t("editing") : t("in_reply_to") }),
    el("span", { class: "context-text", text: entry.text }),
    el(
      "button",
      { type: "button", class: "tool", "aria-label": t("give_up"), title: t("give_up"), onclick: clear },
      icon("close"),
    ),
  );
}

function drawCounter(state) {
  const { prefix, plain_text: plainText, max_parts: max } = state.snapshot.phone;
  const text = field.value;
  underline(text, plainText);
  byId("send").querySelector("[data-t]").textContent = t(state.editing ? "save" : "send");
  const counter = byId("counter");
  if (!text.trim()) return fill(counter, el("span", { text: t("nothing") }));
  const found = measure(prefix + text, plainText);
  const sms = t("sms_one", { n: found.parts });
  const receivers = state.replyTo && byReply(state) ? 1 : theRoom(state).receivers.length;
  const amount = receivers > 1 ? t("people", { n: receivers, sms }) : sms;
  const letters = found.costly
    .slice(0, 6)
    .map((letter) => t("letter", { letter }))
    .join(" ");
  const length = t(prefix ? "characters" : "characters_alone", {
    n: found.characters,
    prefix: prefix.trim(),
  });
  counter.dataset.parts = found.parts;
  return fill(
    counter,
    el("strong", { text: `${amount} · ${credits(found.parts * Math.max(receivers, 1))}` }),
    el("span", { class: "length", text: length }),
    found.costly.length > 0 &&
      el(
        "span",
        { class: "costly" },
        icon("alert"),
        el("span", {
          text: t(found.cheaper < found.parts ? "costly" : "costly_shorter", {
            letters,
            sms: t("sms_one", { n: found.cheaper }),
          }),
        }),
      ),
    found.parts > max &&
      el("span", { class: "costly" }, icon("alert"), el("span", { text: t("too_long", { n: max }) })),
  );
}

/** A reply to an answer goes to that person alone. */
const byReply = (state) =>
  theRoom(state).entries.find((entry) => entry.id === state.replyTo)?.tone === "answer";

/** The same text behind the field, transparent but for the underlines of costly letters. */
function underline(text, plainText) {
  const pieces = [];
  let run = "";
  for (const letter of lettersOf(text)) {
    if (!isCostly(letter, plainText)) {
      run += letter;
      continue;
    }
    pieces.push(run, el("u", { text: letter }));
    run = "";
  }
  byId("underlines").replaceChildren(...pieces, `${run}\u200b`);
  byId("underlines").scrollTop = field.scrollTop;
}
