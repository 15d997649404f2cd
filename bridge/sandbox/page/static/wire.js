// The page's two conversations with its server: snapshots come in, actions go out.

import { now, set } from "./state.js";
import { t } from "./texts.js";
import { toast } from "./tabs.js";

let source = null;

/** Follow the stage for ever; the browser reconnects by itself. */
export function connect() {
  source?.close();
  if (now().fixture) {
    fetch(`/page/fixture?language=${now().language}`)
      .then((response) => response.json())
      .then((snapshot) => set({ snapshot }));
    return;
  }
  source = new EventSource(`/page/stream?language=${now().language}`);
  source.onmessage = (event) => set({ snapshot: JSON.parse(event.data), connected: true });
  source.onerror = () => {
    set({ connected: false });
    // A browser gives up on some answers (an error page): then we ask again ourselves.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  };
}

/** Send an action; true when it was taken, else the person has been told why not. */
export async function act(action, fields = {}) {
  if (now().fixture) {
    toast(t("fixture_only"));
    return false;
  }
  try {
    const response = await fetch("/page/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ action, ...fields }),
    });
    const answer = await response.json();
    if (answer.ok) return true;
    toast(answer.error[now().language]);
  } catch {
    toast(t("not_taken"));
  }
  return false;
}
