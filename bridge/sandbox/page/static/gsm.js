// How many SMS a text makes, as the bridge counts it: the live counter only shows it earlier.

import { BASIC, EXTENSION } from "./letters.js";

const basic = new Set(BASIC);
const extension = new Set(EXTENSION);

/** What `plain_text: true` makes of typographic signs before they are counted or sent. */
const PLAIN = new Map([
  ["\u2018", "'"], ["\u2019", "'"], ["\u201a", "'"], ["\u201b", "'"], ["\u2032", "'"],
  ["\u201c", '"'], ["\u201d", '"'], ["\u201e", '"'], ["\u201f", '"'], ["\u2033", '"'],
  ["\u00ab", '"'], ["\u00bb", '"'], ["\u2039", "'"], ["\u203a", "'"],
  ["\u2010", "-"], ["\u2011", "-"], ["\u2012", "-"], ["\u2013", "-"], ["\u2014", "-"], ["\u2015", "-"], ["\u2212", "-"],
  ["\u2026", "..."],
  ["\u00a0", " "], ["\u202f", " "], ["\u2007", " "], ["\u2009", " "],
]);

export const plain = (text) => [...text].map((letter) => PLAIN.get(letter) ?? letter).join("");

/** Whether one letter forces the costly alphabet, after `plain_text` where that is on. */
export const isCostly = (letter, plainText) =>
  [...(plainText ? plain(letter) : letter)].some((one) => !basic.has(one) && !extension.has(one));

/** { parts, characters, costly: letters once each, cheaper: parts without them }. */
export function measure(text, plainText = false) {
  const whole = plainText ? plain(text) : text;
  const costly = [...new Set(whole)].filter((letter) => !basic.has(letter) && !extension.has(letter));
  const parts = costly.length ? wide(whole) : narrow(whole);
  const without = costly.length ? [...whole].map((l) => (costly.includes(l) ? "e" : l)).join("") : whole;
  return { parts, characters: [...whole].length, costly, cheaper: narrow(without) };
}

const narrow = (text) => split([...text].map((letter) => (extension.has(letter) ? 2 : 1)), 160, 153);

// UCS-2 counts 16-bit units; a pair of surrogates is one letter and is never cut.
const wide = (text) => split([...text].map((letter) => letter.length), 70, 67);

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
