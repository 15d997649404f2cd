// Every picture of the page, drawn with strokes in the colour of its text.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  again: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5",
  answer: "M10 6 4 12l6 6M4 12h9a7 7 0 0 1 7 7",
  alert: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.2",
  battery: "M3 8h15v8H3zM20.5 11v2M6 11v2M9 11v2M12 11v2",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  bridge: "M3 17c3.5-8 14.5-8 18 0M3 17h18M7.5 17v-4M12 17v-6M16.5 17v-4",
  check: "M4.5 12.5 10 18 20 7",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9zM5 15V4h10",
  cross: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9 9l6 6M15 9l-6 6",
  disk: "M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  hand: "M3 12h12M10 7l5 5-5 5M19 5v14",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  moon: "M19 14.5A8 8 0 1 1 9.5 5a6.5 6.5 0 0 0 9.5 9.5z",
  pause: "M9 6v12M15 6v12",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  play: "M8 5.5v13l10-6.5z",
  power: "M12 4v8M7.5 7a7 7 0 1 0 9 0",
  question:
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.700 9.700a2.300 2.300 0 1 1 3.300 2.100c-.7.4-1 .8-1 1.700M12 16.200v.2",
  send: "M4 12 20 4l-5 16-4-6zM11 14l4-5",
  signal: "M5 18v-2M10 18v-5M15 18v-8M20 18V7",
  spark: "M12 3v6M12 15v6M3 12h6M15 12h6M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3",
  telephone: "M7.5 3h9v18h-9zM11 18h2",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  up: "M12 19V6M6.5 11.5 12 6l5.5 5.5",
  way: "M4 12h14M13 7l5 5-5 5",
};

/** A drawing by its name, hidden from screen readers: words always stand beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
