// Pure: boarding groups by the pack. Twin of letter_of in app/boarding/groups/models.py.

/** What is said of who passes before the own group is called: `text` with {own} and {called}; else empty. */
export function groupNote(prepared, { verdict, serial }, text) {
  const { group = null } = prepared?.tickets.get(serial) ?? {};
  const called = prepared?.pack.called_group ?? null;
  if (verdict !== "pass" || group === null || called === null || group <= called) return "";
  return text.replace("{own}", letterOf(group)).replace("{called}", letterOf(called));
}

export function letterOf(number) {
  let letters = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}
