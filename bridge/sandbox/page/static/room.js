// The room: which one, its pinned line, its entries with marks, buttons and replies.

import { announce, byId, el, fill, keyed, stayAtEnd } from "./dom.js";
import { icon } from "./icons.js";
import { drawMark, wordOf } from "./marks.js";
import { follow, now, set, theRoom } from "./state.js";
import { clock, t } from "./texts.js";
import { act } from "./wire.js";

const scrolling = stayAtEnd(byId("entries"));
const said = new Map(); // entry id: what a screen reader was last told of it

export function mountRoom() {
  follow(drawHead);
  follow(drawEntries);
  follow(sayNews);
}

/** Scroll to the newest entry, and stay there. */
export const showEnd = () => scrolling.toEnd();

/** Choose a room, and with it the telephone of its first receiver. */
export function chooseRoom(index) {
  const room = now().snapshot.rooms[index];
  const stays = room.receivers.includes(now().telephone);
  set({ room: index, replyTo: null, editing: null, telephone: stays ? now().telephone : room.receivers[0] });
}

function drawHead(state) {
  const room = theRoom(state);
  byId("room-title").textContent = t("place", { room: room.title[state.language] });
  fill(byId("room-pinned"), icon("pin"), el("span", { text: room.pinned }));
  for (const { address, entries } of state.snapshot.rooms) {
    // After "start again" there are fewer than were seen.
    state.seenEntries[address] = Math.min(state.seenEntries[address] ?? 0, entries.length);
  }
  const rooms = state.snapshot.rooms.map((each, index) => ({
    index,
    title: each.title[state.language],
    chosen: each === room,
    news: each.entries.length > (state.seenEntries[each.address] ?? 0) && each !== room,
  }));
  keyed(
    byId("room-switch"),
    rooms,
    (each) => each.index,
    (each) =>
      el(
        "button",
        {
          type: "button",
          "aria-pressed": String(each.chosen),
          "data-focus": `room-${each.index}`,
          onclick: () => chooseRoom(each.index),
        },
        each.title,
        each.news && el("i", { class: "dot" }),
        each.news && el("span", { class: "unseen", text: t("unread") }),
      ),
  );
}

function drawEntries(state) {
  const room = theRoom(state);
  const list = byId("entries");
  const other = list.dataset.room !== room.address;
  list.dataset.room = room.address;
  const texts = new Map(room.entries.map((entry) => [entry.id, entry]));
  const items = room.entries.map((entry) => ({
    ...entry,
    quoted: quote(texts.get(entry.reply_to)),
    up: state.snapshot.bridge.up,
    language: state.language,
    person: entry.person,
  }));
  if (!items.length) items.push({ id: "empty", empty: true, language: state.language });
  const changed = keyed(list, items, (item) => item.id, drawEntry);
  if (other) scrolling.toEnd();
  else if (changed) scrolling.settle();
  if (state.tab === "room" || matchMedia("(min-width: 760px)").matches)
    state.seenEntries[room.address] = room.entries.length;
}

const quote = (entry) =>
  entry ? { id: entry.id, who: entry.person || t("bridge"), text: entry.text } : null;

function drawEntry(entry) {
  if (entry.empty) return el("li", { class: "empty", text: t("empty_room") });
  const own = entry.kind === "typed";
  const kind = own ? `typed ${entry.person === "Karim" ? "second" : ""}` : `post ${entry.tone ?? "notice"}`;
  const sayer = entry.tone === "answer" ? null : el("strong", { text: own ? entry.person : t("bridge") });
  return el(
    "li",
    { class: `entry ${kind} ${entry.deleted ? "deleted" : ""}`, id: `entry-${entry.id}` },
    el(
      "div",
      { class: "bubble" },
      el(
        "p",
        { class: "who" },
        !own && icon(entry.tone === "answer" ? "answer" : entry.tone === "failure" ? "alert" : "bridge"),
        sayer ?? el("strong", { text: t("in_reply_to") }),
        el("time", { datetime: entry.at, text: clock(entry.at) }),
      ),
      entry.quoted &&
        el(
          "button",
          {
            type: "button",
            class: "quoted",
            "data-focus": `quoted-${entry.id}`,
            "aria-label": `${t("in_reply_to")} : ${entry.quoted.text}`,
            onclick: () => showEntry(entry.quoted.id),
          },
          el("strong", { text: entry.quoted.who }),
          el("span", { text: entry.quoted.text }),
        ),
      el("p", { class: "text", text: entry.deleted ? t("deleted") : entry.text }),
      entry.edited && !entry.deleted && el("small", { class: "edited", text: t("edited") }),
      entry.buttons.length > 0 &&
        el("div", { class: "buttons" }, ...entry.buttons.map((button) => drawButton(entry, button))),
    ),
    el("div", { class: "under" }, underOf(entry), !entry.deleted && tools(entry)),
  );
}

function underOf(entry) {
  if (entry.mark) return drawMark(entry.mark);
  if (entry.kind === "typed" && !entry.up && !entry.deleted) {
    return el(
      "span",
      { class: "mark wait", "data-state": "unread" },
      icon("clock"),
      el("span", { text: t("not_read") }),
    );
  }
  return null;
}

function drawButton(entry, button) {
  const press = () => act("press", { entry: entry.id, data: button.data, person: now().person });
  return el("button", {
    type: "button",
    "data-focus": `press-${entry.id}-${button.data}`,
    text: button.label,
    onclick: press,
  });
}

function tools(entry) {
  const tool = (name, glyph, onclick) =>
    el(
      "button",
      {
        type: "button",
        class: "tool",
        title: t(name),
        "aria-label": t(name),
        "data-focus": `${name}-${entry.id}`,
        onclick,
      },
      icon(glyph),
    );
  const focusComposer = () => byId("composer-text").focus();
  const reply = tool("reply", "answer", () => {
    set({ replyTo: entry.id, editing: null });
    focusComposer();
  });
  if (entry.kind !== "typed") return el("span", { class: "tools" }, reply);
  const edit = tool("edit", "edit", () => {
    set({ editing: entry.id, replyTo: null });
    focusComposer();
  });
  return el(
    "span",
    { class: "tools" },
    reply,
    edit,
    tool("delete", "trash", () => act("delete", { entry: entry.id })),
  );
}

function showEntry(id) {
  const node = byId(`entry-${id}`);
  if (!node) return;
  node.scrollIntoView({
    block: "center",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
  node.classList.remove("shown");
  void node.offsetWidth; // lets the highlight run again
  node.classList.add("shown");
}

/** Tell screen readers of new posts and of marks that moved, in the room that is open. */
function sayNews(state) {
  const room = theRoom(state);
  const first = !said.has(room.address);
  said.set(room.address, "");
  for (const entry of room.entries) {
    const word = entry.mark ? wordOf(entry.mark) : entry.kind === "post" ? entry.text : "";
    if (said.get(entry.id) === word) continue;
    said.set(entry.id, word);
    if (first || !word) continue;
    announce(entry.mark ? t("say_mark", { text: entry.text.slice(0, 40), word }) : word);
  }
}
