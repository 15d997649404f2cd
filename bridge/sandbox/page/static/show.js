// "Show me": the five moves in sixty seconds, by the same actions that a person has.

import { submit, write } from "./composer.js";
import { byId } from "./dom.js";
import { isWide, toast } from "./tabs.js";
import { answer } from "./telephone.js";
import { now, set, theRoom, theTelephone, until } from "./state.js";
import { t } from "./texts.js";
import { act } from "./wire.js";
import { chooseRoom } from "./room.js";

const PATIENCE = 25000; // milliseconds for anything that should follow
let stopping = null;

export const stopShowing = () => stopping?.abort();

/** Play everything; ends early, and says so, when something does not follow or a person stops it. */
export async function show() {
  stopping = new AbortController();
  const { signal } = stopping;
  try {
    await scene("show_send", signal, 0);
    await freshStart(signal);
    await sendAndArrive(signal);
    await answerBack(signal);
    await phoneOff(signal);
    await powerCut(signal);
    await everyone(signal);
    await scene("show_over", signal, 1500);
  } catch (error) {
    if (!signal.aborted) toast(t("show_stopped"));
    if (!(error instanceof Error)) throw error;
  } finally {
    stopping = null;
    set({ showing: null, tab: "room", endCard: Object.values(now().snapshot.coach).every(Boolean) });
  }
}

async function scene(key, signal, length = 2600) {
  set({ showing: t(key) });
  await pause(length, signal);
}

const pause = (length, signal) =>
  until(() => false, length, signal).catch((error) => {
    if (signal.aborted) throw error;
  });

const typedEntries = () => theRoom().entries.filter((entry) => entry.kind === "typed");
const newest = () => typedEntries().at(-1);
const stateOf = (id) => theRoom().entries.find((entry) => entry.id === id)?.mark?.state;
const side = (tab) => {
  if (!isWide()) set({ tab });
};

/** Whatever a person did before: the script needs a working bridge and telephones. */
async function freshStart(signal) {
  const { bridge, fault, telephones } = now().snapshot;
  const asNew =
    bridge.up &&
    fault === "ok" &&
    telephones.every((one) => one.on && one.exists && one.window_open && !one.stopped);
  if (!asNew) await must(act("start_again"));
  await until(
    () =>
      now().snapshot.bridge.up &&
      now().snapshot.telephones.every((one) => one.on && one.exists && !one.stopped),
    PATIENCE,
    signal,
  );
  set({ telephone: now().snapshot.telephones[0].number, person: "Claire", endCard: false });
  chooseRoom(0);
  side("room");
}

async function must(doing) {
  if (!(await doing)) throw new Error("not taken");
}

async function typeOut(text, put, signal) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (let end = still ? text.length : 1; end <= text.length; end += 1) {
    put(text.slice(0, end));
    await pause(18, signal);
  }
  await pause(400, signal);
}

async function sendText(key, signal) {
  const before = newest()?.id;
  await typeOut(t(key), write, signal);
  await must(submit());
  await until(() => newest() && newest().id !== before, PATIENCE, signal);
  return newest().id;
}

async function sendAndArrive(signal) {
  const id = await sendText("first_reception", signal);
  await scene("show_arrive", signal);
  side("telephone");
  await until(() => stateOf(id) === "delivered", PATIENCE, signal);
  await pause(1200, signal);
}

async function answerBack(signal) {
  await scene("show_answer", signal, 600);
  const posts = theRoom().entries.length;
  await typeOut(
    t("quick_yes"),
    (text) => {
      byId("answer-text").value = text;
    },
    signal,
  );
  await must(answer(t("quick_yes")));
  await pause(700, signal);
  side("room");
  await until(() => theRoom().entries.length > posts, PATIENCE, signal);
  await pause(1800, signal);
}

async function phoneOff(signal) {
  const { number } = theTelephone();
  await scene("show_off", signal, 500);
  await must(act("switch_off", { number }));
  const id = await sendText("second_reception", signal);
  await until(() => stateOf(id) === "undelivered", PATIENCE, signal);
  await scene("show_failed", signal);
  await must(act("switch_on", { number }));
}

async function powerCut(signal) {
  await scene("show_cut", signal, 400);
  const id = await sendText("third_reception", signal);
  await must(act("power_cut"));
  await until(() => !now().snapshot.bridge.up, PATIENCE, signal);
  await until(() => now().snapshot.bridge.up, PATIENCE, signal);
  await scene("show_back", signal, 500);
  await until(() => stateOf(id) === "delivered", PATIENCE, signal);
  await pause(1500, signal);
}

async function everyone(signal) {
  chooseRoom(1);
  await scene("show_list", signal, 500);
  const id = await sendText("first_everyone", signal);
  await until(() => stateOf(id) === "delivered", PATIENCE, signal);
  await pause(1500, signal);
}
