// What this browser tab knows: the last snapshot, and its own choices. Drawing follows a change.

const state = {
  language: "fr",
  snapshot: null,
  connected: true,
  fixture: false,
  room: 0,
  person: "Claire",
  telephone: null,
  tab: "room",
  replyTo: null,
  editing: null,
  openStep: null,
  whatIf: false,
  coachSkipped: false,
  endCard: false,
  showing: null,
  seen: {},
  seenEntries: {},
};

const drawers = new Set();
let due = false;

export const now = () => state;

/** Call `draw(state)` after every change, in the order in which they came here. */
export function follow(draw) {
  drawers.add(draw);
}

/** Change what is known, then draw once for all changes of this turn. */
export function set(patch) {
  Object.assign(state, patch);
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    if (state.snapshot) for (const draw of [...drawers]) draw(state);
  });
}

export const theRoom = (s = state) => s.snapshot.rooms[Math.min(s.room, s.snapshot.rooms.length - 1)];

export const theTelephone = (s = state) =>
  s.snapshot.telephones.find((telephone) => telephone.number === s.telephone) ?? s.snapshot.telephones[0];

export const nameOf = (number, s = state) =>
  s.snapshot.telephones.find((telephone) => telephone.number === number)?.name[s.language] ?? number;

/** Resolve once `test(state)` holds; reject after `patience` milliseconds or when `signal` aborts. */
export function until(test, patience, signal) {
  return new Promise((resolve, reject) => {
    const stop = (error) => {
      clearTimeout(timer);
      drawers.delete(look);
      signal.removeEventListener("abort", give);
      if (error) reject(error);
      else resolve();
    };
    const give = () => stop(new Error("stopped"));
    const look = () => {
      if (test(state)) stop();
    };
    const timer = setTimeout(() => stop(new Error("too long")), patience);
    signal.addEventListener("abort", give);
    if (signal.aborted) give();
    else if (test(state)) stop();
    else drawers.add(look);
  });
}
