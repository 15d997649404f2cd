// The demo page: snapshots come in over a stream, are drawn, and actions go out. Nothing is decided here.

import { mountCoach } from "./coach.js";
import { mountComposer } from "./composer.js";
import { mountFrame } from "./frame.js";
import { icon } from "./icons.js";
import { mountRoom } from "./room.js";
import { follow, set } from "./state.js";
import { mountSteps } from "./steps.js";
import { mountTabs } from "./tabs.js";
import { mountTelephone } from "./telephone.js";
import { act, connect } from "./wire.js";

const asked = new URLSearchParams(location.search);

function language() {
  const wanted = asked.get("language") ?? localStorage.getItem("language") ?? navigator.language.slice(0, 2);
  return wanted === "en" ? "en" : "fr";
}

/** Before anybody wrote, rooms speak as this browser does; later only the FR | EN switch changes them. */
function speakAsBrowser(state) {
  if (!state.fixture && state.snapshot.language !== state.language) {
    const untouched = state.snapshot.rooms.every((room) =>
      room.entries.every((entry) => entry.kind === "post"),
    );
    if (untouched && !spoken) act("language", { language: state.language });
  }
  spoken = true;
}

let spoken = false;

for (const node of document.querySelectorAll("[data-icon]")) node.append(icon(node.dataset.icon));
set({ language: language(), fixture: asked.get("fixture") === "states" });
mountFrame();
mountCoach();
mountTabs();
mountRoom();
mountComposer();
mountSteps();
mountTelephone();
follow(speakAsBrowser);
connect();
