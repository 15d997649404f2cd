// The letters of a plain SMS: GSM 03.38 (3GPP TS 23.038), its extension table, and what `plain_text` replaces.
// One JSON string a line: the project's tests read them here and compare them with the bridge's own.

export const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
export const EXTENSION = "\f^{}\\[~]|€";
