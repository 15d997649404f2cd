// Three small drawn faces, so that the telephones are people's; a name always stands beside them.

const SVG = "http://www.w3.org/2000/svg";

/** Back hair, skin, front hair, what they wear on it: [tag of the colour, path]. */
const FACES = [
  [
    ["grey", "M20 3.5a5 5 0 1 1 0 8.5 5 5 0 1 1 0-8.5zM8 22c0-8 5-13 12-13s12 5 12 13z"],
    ["light", "M20 12.5a9 9.5 0 1 1 0 19 9 9.5 0 1 1 0-19z"],
    ["grey", "M10.5 20c1-7 5-9.5 9.5-9.5s8.5 2.5 9.5 9.5c-4-1-8-2-9.5-5-1.5 3-5.5 4-9.5 5z"],
  ],
  [
    ["light", "M20 10.5a9 10.5 0 1 1 0 21 9 10.5 0 1 1 0-21z"],
    ["brown", "M10 19C9 11 14 7.5 20 7.5S31 11 30 19c-1-4-3-6-4.5-6.5-4 1.5-8 1.5-11 0C13 13 11 15 10 19z"],
    ["line", "M12.8 20.5h5.4v4h-5.4zM21.8 20.5h5.4v4h-5.4zM18.2 22h3.6"],
  ],
  [
    ["black", "M20 5.5c9 0 13.5 6 13 13 .5 5-1 8-3 9.5H10c-2-1.5-3.5-4.5-3-9.5-.5-7 4-13 13-13z"],
    ["dark", "M20 12.5a8.5 9.5 0 1 1 0 19 8.5 9.5 0 1 1 0-19z"],
    ["black", "M11.5 19c.5-5 4-7.5 8.5-7.5s8 2.5 8.5 7.5c-3-3-5.5-4-8.5-4s-5.5 1-8.5 4z"],
  ],
];
const EYES = "M16 22.3v.6M24 22.3v.6M16.3 26.6q3.7 3 7.4 0";

/** The face of the `index`-th person. */
export function drawFace(index) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 40 40");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "portrait");
  for (const [paint, d] of [
    ["coat", "M6 41c0-8 6-9.5 14-9.5s14 1.5 14 9.5z"],
    ...FACES[index % FACES.length],
    ["line", EYES],
  ]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", paint);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
