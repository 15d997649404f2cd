// A mark: one glyph and its word, in a tone. Never colour alone.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/** state: [glyph, tone]; nothing that means "sent" before OVH accepted. */
export const MARKS = {
  held: ["pause", "hold"],
  queued: ["clock", "wait"],
  submitting: ["clock", "wait"],
  reconciling: ["clock", "wait"],
  accepted: ["way", "going"],
  in_network: ["way", "going"],
  buffered: ["moon", "going"],
  delivered: ["check", "good"],
  rejected: ["cross", "bad"],
  refused: ["cross", "bad"],
  undelivered: ["cross", "bad"],
  stopped: ["lock", "bad"],
  expired: ["cross", "bad"],
  parked: ["alert", "bad"],
  unconfirmed: ["question", "doubt"],
  no_report: ["question", "doubt"],
  cancelled: ["close", "wait"],
};

/** The word of a mark; a list says how many of how many, and what ails the others. */
export function wordOf(mark) {
  const sum = mark.summary;
  if (!sum || sum.total < 2) return t(`mark_${mark.state}`);
  const said = [t("list_delivered", sum)];
  for (const part of ["failed", "unconfirmed", "waiting"]) {
    if (sum[part]) said.push(t(`list_${part}`, { n: sum[part] }));
  }
  return said.join(" · ");
}

/** The line under a bubble. */
export function drawMark(mark) {
  const [glyph, tone] = MARKS[mark.state];
  return el(
    "span",
    { class: `mark ${tone}`, "data-state": mark.state },
    icon(glyph),
    el("span", { text: wordOf(mark) }),
  );
}
