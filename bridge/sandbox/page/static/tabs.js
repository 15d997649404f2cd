// Narrow screens: two tabs with dots, and one toast that says what happened on the other side.

import { byId, el, fill } from "./dom.js";
import { follow, nameOf, now, set } from "./state.js";
import { t } from "./texts.js";
import { unread } from "./telephone.js";

const wide = matchMedia("(min-width: 760px)");
const TABS = ["room", "telephone"];
let hiding = 0;
let before = null;

export const isWide = () => wide.matches;

export function mountTabs() {
  for (const tab of TABS) {
    byId(`tab-${tab}`).addEventListener("click", () => set({ tab }));
    byId(`tab-${tab}`).addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = TABS[1 - TABS.indexOf(now().tab)];
      set({ tab: other });
      byId(`tab-${other}`).focus();
    });
  }
  wide.addEventListener("change", () => set({}));
  follow(drawTabs);
  follow(toastNews);
}

function drawTabs(state) {
  if (document.body.dataset.tab !== state.tab) hide();
  document.body.dataset.tab = state.tab;
  const news = {
    room:
      state.tab !== "room" &&
      state.snapshot.rooms.some((room) => room.entries.length > (state.seenEntries[room.address] ?? 0)),
    telephone:
      state.tab !== "telephone" &&
      state.snapshot.telephones.some((telephone) => unread(telephone, state) > 0),
  };
  for (const tab of TABS) {
    const button = byId(`tab-${tab}`);
    button.setAttribute("aria-selected", String(state.tab === tab));
    button.tabIndex = state.tab === tab ? 0 : -1;
    button.querySelector(".dot").hidden = isWide() || !news[tab];
  }
}

/** On a narrow screen, what happens behind the other tab is said on this one. */
function toastNews(state) {
  const counts = {
    sms: Object.fromEntries(
      state.snapshot.telephones.map((each) => [
        each.number,
        each.sms.filter((sms) => sms.direction === "received").length,
      ]),
    ),
    posts: Object.fromEntries(
      state.snapshot.rooms.map((room) => [
        room.address,
        room.entries.filter((entry) => entry.kind === "post").length,
      ]),
    ),
  };
  const last = before;
  before = counts;
  if (!last || isWide()) return;
  const grown = (kind) => Object.keys(counts[kind]).find((key) => counts[kind][key] > (last[kind][key] ?? 0));
  const telephone = grown("sms");
  const room = grown("posts");
  if (state.tab === "room" && telephone) {
    toast(t("toast_sms", { name: nameOf(telephone) }), () => set({ tab: "telephone", telephone }));
  } else if (state.tab === "telephone" && room) {
    const index = state.snapshot.rooms.findIndex((each) => each.address === room);
    toast(t("toast_post", { room: state.snapshot.rooms[index].title[state.language] }), () =>
      set({ tab: "room", room: index }),
    );
  }
}

/** Say something for five seconds, over everything, without taking the focus. */
export function toast(text, look = null) {
  const box = byId("toast");
  fill(
    box,
    el("span", { text }),
    look &&
      el("button", {
        type: "button",
        text: t("look"),
        onclick: () => {
          look();
          hide();
        },
      }),
  );
  box.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(hide, 5000);
}

function hide() {
  byId("toast").classList.remove("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => byId("toast").replaceChildren(), 300);
}
