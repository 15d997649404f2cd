// How many SMS a text makes, as the bridge counts it: the live counter only shows it earlier.

import { BASIC, EXTENSION, SIGNS } from "./letters.js";

const basic = new Set(BASIC);
const extension = new Set(EXTENSION);

const signs = new Map(Object.entries(SIGNS).flatMap(([plain, all]) => [...all].map((sign) => [sign, plain])));

/** What `plain_text: true` makes of typographic signs before they are counted or sent. */
export const plain = (text) =>
  [...text.normalize("NFC")]
    .map((letter) => signs.get(letter) ?? letter)
    .join("")
    .normalize("NFC");

// A letter as people see it: with its accents, skin tone or variation, joined emoji and flags as one.
const LETTER =
  /(?:[\u{1f1e6}-\u{1f1ff}]{2}|.)(?:[\u0300-\u036f\u20e3\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]|\u200d[^\u0000-\u007f])*/gsu;

export const lettersOf = (text) => text.match(LETTER) ?? [];

const forces = (letter) => [...letter].some((one) => !basic.has(one) && !extension.has(one));

/** Whether one letter forces the costly alphabet, after `plain_text` where that is on. */
export const isCostly = (letter, plainText) => forces(plainText ? plain(letter) : letter);

/** { parts, characters, costly: letters once each, cheaper: parts once each of them is replaced }. */
export function measure(text, plainText = false) {
  const whole = plainText ? plain(text) : text;
  const costly = [...new Set(lettersOf(whole))].filter(forces);
  const instead = lettersOf(whole).map((letter) =>
    !forces(letter) ? letter : "œŒ".includes(letter) ? "oe" : "?",
  );
  return {
    parts: costly.length ? wide(whole) : narrow(whole),
    characters: [...whole].length,
    costly,
    cheaper: narrow(instead.join("")),
  };
}

const narrow = (text) =>
  split(
    [...text].map((letter) => (extension.has(letter) ? 2 : 1)),
    160,
    153,
  );

// UCS-2 counts 16-bit units; a pair of surrogates is one letter and is never cut.
const wide = (text) =>
  split(
    [...text].map((letter) => letter.length),
    70,
    67,
  );

function split(sizes, alone, each) {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= alone) return total ? 1 : 0;
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
