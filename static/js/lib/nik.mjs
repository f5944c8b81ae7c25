// Pure: what a NIK says of its holder. The server checks it again; here it only saves typing.

/**
 * The birth date (ISO) and sex in a NIK of 16 digits, or null. Of the two centuries the later one that is not
 * after `today` (ISO).
 */
export function readNik(text, today) {
  const number = text.replace(/[\s.-]/g, "");
  if (!/^[0-9]{16}$/.test(number)) return null;
  const told = Number(number.slice(6, 8));
  const day = String(told > 40 ? told - 40 : told).padStart(2, "0");
  const born = ["20", "19"].map((century) => `${century}${number.slice(10, 12)}-${number.slice(8, 10)}-${day}`)
    .find((iso) => exists(iso) && iso <= today);
  return born ? { born, sex: told > 40 ? "P" : "L" } : null;
}

/**
 * What a field holds once the NIK says `told`: what a person typed stays, what was `filled` from the NIK follows it.
 */
export const follow = (present, filled, told) => (!present || present === filled ? told : present);

function exists(iso) {
  const moment = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(iso);
}
