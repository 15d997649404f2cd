// Four steps that light up for the newest message, and the real requests behind each.

import { byId, el, fill, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { follow, now, set } from "./state.js";
import { t } from "./texts.js";

const STEPS = { written: "disk", given: "way", arrived: "telephone", answered: "answer" };
const requests = byId("requests");
let drawn = "";

export function mountSteps() {
  requests.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  follow(drawSteps);
  follow(drawRequests);
}

function drawSteps(state) {
  const steps = Object.entries(STEPS).map(([name, glyph]) => ({
    name,
    glyph,
    state: state.snapshot.steps[name].state,
    open: state.openStep === name,
    language: state.language,
  }));
  keyed(
    byId("steps"),
    steps,
    (step) => step.name,
    (step) => {
      const failed = step.state === "failed";
      return el(
        "li",
        { class: `step ${step.state}` },
        el(
          "button",
          {
            type: "button",
            "aria-expanded": String(step.open),
            "aria-controls": "requests",
            "data-focus": step.name,
            onclick: () => set({ openStep: step.open ? null : step.name }),
          },
          el("span", { class: "ring" }, icon(failed ? "cross" : step.glyph)),
          el("span", { class: "step-name", text: t(`step_${step.name}`) }),
          el("span", { class: "unseen", text: t(`step_${step.state}`) }),
        ),
      );
    },
  );
}

function close() {
  const name = now().openStep;
  set({ openStep: null });
  byId("steps").querySelector(`[data-focus="${name}"]`)?.focus();
}

function drawRequests(state) {
  const name = state.openStep;
  requests.hidden = !name;
  if (!name) {
    drawn = "";
    return;
  }
  const step = state.snapshot.steps[name];
  const print = JSON.stringify([name, state.language, step]);
  if (print === drawn) return;
  drawn = print;
  const focused = requests.contains(document.activeElement);
  fill(
    requests,
    el(
      "header",
      {},
      el("h2", { text: t("requests_of", { step: t(`step_${name}`) }) }),
      el(
        "button",
        { type: "button", class: "tool", "aria-label": t("close"), title: t("close"), onclick: close },
        icon("close"),
      ),
    ),
    step.requests.length
      ? el("ol", {}, ...step.requests.map(drawRequest))
      : el("p", { class: "empty", text: t(step.state === "failed" ? "no_requests_left" : "no_requests") }),
  );
  if (focused) requests.querySelector("button").focus();
}

function drawRequest(request) {
  const good = request.status === 0 || (request.status >= 200 && request.status < 400);
  return el(
    "li",
    {},
    el("time", { datetime: request.at, text: exact(request.at) }),
    el("span", { class: "sender", text: request.sender }),
    el("code", {}, el("b", { text: request.method }), ` ${request.path}`),
    request.status > 0 &&
      el("span", { class: `answered ${good ? "good" : "bad"}`, text: String(request.status) }),
    request.body && el("pre", { text: request.body }),
  );
}

const exact = (iso) =>
  new Date(iso).toLocaleTimeString("fr-FR", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  });
