// What surrounds the demo: banners, "What if…", the counters, language, starting again.

import { byId, el, fill, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { follow, now, set } from "./state.js";
import { figure, t, translatePage } from "./texts.js";
import { act, connect } from "./wire.js";

const FAULTS = ["silent", "unconfirmed", "no_credits", "revoked"];
const COUNTERS = ["written", "sent", "lost", "doubled"];
let downSince = 0; // by this browser's clock, when the bridge was first seen down
let backUntil = 0;
let alerted = "";

export function mountFrame() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  byId("start-again").addEventListener("click", startAgain);
  byId("what-if-button").addEventListener("click", () => set({ whatIf: !now().whatIf }));
  byId("what-if").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    set({ whatIf: false });
    byId("what-if-button").focus();
  });
  setInterval(() => {
    if (downSince || backUntil) set({});
  }, 500);
  follow(drawLanguage);
  follow(drawAlerts);
  follow(drawWhatIf);
  follow(drawCounters);
}

/** Takes a second or two: the bridge starts anew as well. */
async function startAgain() {
  const button = byId("start-again");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  await act("start_again");
  button.removeAttribute("aria-busy");
}

/** Speak another language: the page at once, the rooms from the next notice on. */
function speak(language) {
  if (language === now().language) return;
  localStorage.setItem("language", language);
  set({ language });
  connect();
  if (!now().fixture) act("language", { language });
}

function drawLanguage(state) {
  if (document.documentElement.lang !== state.language || !document.documentElement.dataset.ready) {
    translatePage();
    document.documentElement.dataset.ready = "yes";
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
  }
}

function drawAlerts(state) {
  const { up } = state.snapshot.bridge;
  if (!up && !downSince) downSince = Date.now();
  if (up && downSince) {
    downSince = 0;
    backUntil = Date.now() + 4000;
  }
  if (backUntil && Date.now() > backUntil) backUntil = 0;
  const alerts = [];
  if (state.fixture) alerts.push(["fixture", "clock", t("fixture")]);
  if (!state.connected) alerts.push(["lost", "alert", t("page_lost")]);
  if (!up) alerts.push(["off", "bolt", t("bridge_off", { n: figure(Math.round(secondsOff(state))) })]);
  else if (backUntil)
    alerts.push([
      "back",
      "check",
      t("bridge_back", { n: figure(Math.round(state.snapshot.bridge.off_seconds)) }),
    ]);
  const print = JSON.stringify([alerts, state.language]);
  if (print === alerted) return;
  alerted = print;
  fill(
    byId("alerts"),
    ...alerts.map(([kind, glyph, text]) =>
      el(
        "p",
        { class: `alert ${kind}` },
        icon(glyph),
        el("span", { text }),
        kind === "fixture" && el("a", { href: "/", text: t("fixture_leave") }),
      ),
    ),
  );
}

const secondsOff = (state) =>
  state.fixture
    ? state.snapshot.bridge.off_seconds
    : Math.max(0, (Date.now() - Date.parse(state.snapshot.bridge.since)) / 1000); // one machine, one clock

function drawWhatIf(state) {
  const panel = byId("what-if");
  const { fault, bridge } = state.snapshot;
  panel.hidden = !state.whatIf;
  byId("what-if-button").setAttribute("aria-expanded", String(state.whatIf));
  fill(byId("fault-now"), fault !== "ok" && icon("alert"), fault !== "ok" && t(`fault_${fault}`));
  const faults = [...FAULTS, "ok"].map((mode) => ({
    key: mode,
    glyph: mode === "ok" ? "check" : "spark",
    text: t(`fault_${mode}`),
    pressed: mode === fault,
    onclick: () => act("fault", { mode: mode === fault ? "ok" : mode }),
  }));
  const items = [
    ...faults,
    {
      key: "power_cut",
      glyph: "bolt",
      text: t("power_cut"),
      hint: t("power_cut_hint"),
      off: !bridge.up,
      onclick: () => act("power_cut"),
    },
    { key: "states", text: t("see_states"), link: "/?fixture=states" },
  ];
  keyed(
    panel,
    items.map(({ onclick, ...item }) => ({ ...item, fault })),
    (item) => item.key,
    (item) => drawChoice(item, items.find((each) => each.key === item.key).onclick),
  );
}

function drawChoice(item, onclick) {
  if (item.link) return el("a", { href: item.link, "data-focus": item.key, text: item.text });
  return el(
    "button",
    {
      type: "button",
      class: item.key,
      title: item.hint,
      disabled: item.off,
      "data-focus": item.key,
      "data-fault": item.key,
      "aria-pressed": item.pressed === undefined ? null : String(item.pressed),
      onclick,
    },
    icon(item.glyph),
    el("span", { text: item.text }),
    item.hint && el("small", { text: item.hint }),
  );
}

function drawCounters(state) {
  const items = COUNTERS.map((name) => ({ name, n: state.snapshot.counters[name], word: t(name) }));
  keyed(
    byId("counters"),
    items,
    (item) => item.name,
    ({ name, n, word }) =>
      el(
        "span",
        { class: `count ${name} ${n > 0 && (name === "lost" || name === "doubled") ? "wrong" : ""}` },
        `${word} `,
        el("b", { text: figure(n), "data-counter": name }),
      ),
  );
}
