// The letters of a plain SMS: GSM 03.38 (3GPP TS 23.038), its extension table, and the signs that `plain_text` replaces.
// Each value is JSON: the project's tests read them here and compare them with what the bridge itself does.

export const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
export const EXTENSION = "\f^{}\\[~]|€";

/** What each of the signs on the right becomes. */
export const SIGNS = {
  "'": "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u02bc\u00b4`",
  "\"": "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
  "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2023\u2043\u25e6\ufe58\ufe63\uff0d",
  "...": "\u2026",
  ".": "\u00b7\u2024",
  " ": "\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t",
  "\n": "\u2028\u2029\u0085",
  "": "\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
};
