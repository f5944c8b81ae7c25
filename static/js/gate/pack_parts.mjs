//# allFunctionsCalledOnLoad
// Pure: a pack as the server sends it, in parts, of which only the changed ones come. Twin of app/boarding/pack_parts.py.
//
// Held: {digest, head, parts: {number: {digest, tickets}}, load, share, asOf}. Each part has its digest with it, so that
// what two pages of a device have written one over the other is known for what it is.

const DIGEST_LETTERS = 8;

export const NO_PACK = { digest: "", head: null, parts: {}, load: null, share: null, asOf: 0 };

/** What the device has, as it says it to the server: empty where it has nothing. */
export function versionOf({ digest, parts }) {
  const numbers = Object.keys(parts).map(Number).sort((one, other) => one - other);
  return [digest, ...numbers.map((number) => parts[number].digest)].join("");
}

/** What the device holds once it has been told what differs from it. */
export function withChanges(held, { version, head, parts, load, share, as_of }) {
  const digestAt = (place) => version.slice(place * DIGEST_LETTERS, (place + 1) * DIGEST_LETTERS);
  const changed = Object.entries(parts).map(([number, tickets]) => (
    [number, { digest: digestAt(1 + Number(number)), tickets }]
  ));
  return {
    digest: digestAt(0), load, share, asOf: Date.parse(as_of),
    head: head ?? held.head,
    parts: { ...held.parts, ...Object.fromEntries(changed) },
  };
}

/** The pack to be judged by. */
export function packOf({ head, parts, load, share }) {
  return { ...head, load, share, tickets: Object.values(parts).flatMap(({ tickets }) => tickets) };
}
