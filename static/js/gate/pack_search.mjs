// Pure: people of a pack, found by a part of their name or the last digits of their document. What is masked is in no pack.

const LETTERS_MIN = 3;
const DIGITS_MIN = 3;

/**
 * Tickets that can be shown here, by name: {found, more}, or null where too little was typed.
 *
 * Digits alone are the end of a document's number; else each word is the beginning of a part of the name.
 */
export function search({ tickets }, typed, most) {
  const text = plain(typed);
  const digits = text.replace(/\s/g, "");
  const isNumber = /^\d+$/.test(digits);
  const words = text.split(" ").filter(Boolean);
  const letters = text.replace(/[^\p{L}]/gu, "").length;
  if (isNumber ? digits.length < DIGITS_MIN : letters < LETTERS_MIN) return null;
  const fits = isNumber ? ({ document_number: number }) => number.endsWith(digits) : ({ name }) => begins(plain(name), words);
  const all = [...tickets.values()].filter((ticket) => !gone(ticket) && fits(ticket))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return { found: all.slice(0, most), more: all.length > most };
}

// A ticket of another voyage or call, or one that was replaced, is nobody who stands here.
function gone({ fault }) {
  return fault !== null && !["unpaid", "already_used"].includes(fault.reason);
}

function begins(name, words) {
  const parts = name.split(" ");
  return words.every((word) => parts.some((part) => part.startsWith(word)));
}

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().replace(/[^\p{L}\d]+/gu, " ").trim();
}
