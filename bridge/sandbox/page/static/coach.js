// The coach strip: five ticks, "Show me", and at the end the way to one's own group.

import { byId, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { follow, now, set } from "./state.js";
import { toast } from "./tabs.js";
import { t } from "./texts.js";
import { show, stopShowing } from "./show.js";

const TICKS = ["send", "arrive", "answer", "off", "cut"];
const END = [
  ["end_keys", "end_keys_hint", "https://eu.api.ovh.com/createApp/"],
  ["end_bot", "end_bot_hint", "/newbot"],
  ["end_check", "end_check_hint", "bridge check"],
];
const strip = byId("coach");
let drawn = "";
let ended = false;

export function mountCoach() {
  set({ coachSkipped: sessionStorage.getItem("coach") === "skipped" });
  follow(drawCoach);
}

function skip(skipped) {
  sessionStorage.setItem("coach", skipped ? "skipped" : "shown");
  set({ coachSkipped: skipped, endCard: false });
}

function drawCoach(state) {
  const ticks = TICKS.map((name) => state.snapshot.coach[name]);
  const all = ticks.every(Boolean);
  document.body.dataset.next = state.coachSkipped || state.showing ? "" : (TICKS[ticks.indexOf(false)] ?? "");
  if (all !== ended) set({ endCard: all });
  ended = all;
  const print = JSON.stringify([ticks, state.language, state.coachSkipped, state.endCard, state.showing]);
  if (print === drawn) return;
  drawn = print;
  const focused = strip.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  strip.classList.toggle("skipped", state.coachSkipped && !state.showing);
  if (state.endCard && !state.showing) drawEnd();
  else if (state.coachSkipped && !state.showing)
    fill(
      strip,
      showButton(),
      el("button", {
        type: "button",
        class: "quiet small",
        "data-focus": "skip",
        onclick: () => skip(false),
        text: t("coach_back"),
      }),
    );
  else drawTicks(state, ticks);
  if (focused) (strip.querySelector(`[data-focus="${focused}"]`) ?? strip.querySelector("button"))?.focus();
}

function showButton() {
  const showing = now().showing !== null;
  return el(
    "button",
    { type: "button", class: "show", "data-focus": "show", onclick: showing ? stopShowing : show },
    icon(showing ? "close" : "play"),
    el("span", { text: t(showing ? "stop_showing" : "show_me") }),
  );
}

function drawTicks(state, ticks) {
  const next = ticks.indexOf(false);
  fill(
    strip,
    el(
      "ol",
      { class: "ticks" },
      ...TICKS.map((name, index) =>
        el(
          "li",
          {
            class: `tick ${ticks[index] ? "done" : ""} ${index === next ? "next" : ""}`,
            "aria-current": index === next ? "step" : null,
          },
          el("span", { class: "number" }, ticks[index] ? icon("check") : String(index + 1)),
          el("span", { class: "tick-text", text: t(`coach_${name}`) }),
          ticks[index] && el("span", { class: "unseen", text: t("done") }),
        ),
      ),
    ),
    state.showing && el("p", { class: "caption", role: "status", text: state.showing }),
    showButton(),
    !state.showing &&
      el("button", {
        type: "button",
        class: "quiet small",
        "data-focus": "skip",
        onclick: () => skip(true),
        text: t("coach_skip"),
      }),
  );
}

function drawEnd() {
  fill(
    strip,
    el(
      "div",
      { class: "end" },
      el("h2", { text: t("end_title") }),
      el(
        "ol",
        {},
        ...END.map(([name, hint, command], index) =>
          el(
            "li",
            {},
            el("span", { class: "number", text: String(index + 1) }),
            el("div", {}, el("strong", { text: t(name) }), el("small", { text: t(hint) })),
            el("code", { text: command }),
            el(
              "button",
              {
                type: "button",
                class: "tool",
                "data-focus": `copy-${name}`,
                "aria-label": `${t("copy")} ${command}`,
                title: t("copy"),
                onclick: () => copy(command),
              },
              icon("copy"),
            ),
          ),
        ),
      ),
    ),
    showButton(),
    el("button", {
      type: "button",
      class: "quiet small",
      "data-focus": "skip",
      onclick: () => set({ endCard: false }),
      text: t("close"),
    }),
  );
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast(t("copied"));
}
