// Pure, by WebCrypto: seals what the browser keeps, and opens it again.

const NONCE_BYTES = 12;

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

// {nonce, sealed}: AES-GCM with a nonce of its own. It opens under its own name only, so that no record can be put in
// the place of another.
export async function seal(key, name, value) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(way(nonce, name), key, encoder.encode(JSON.stringify(value)));
  return { nonce, sealed };
}

// What was sealed under that name, null where this key does not open it.
export async function unseal(key, name, { nonce, sealed }) {
  try {
    return JSON.parse(decoder.decode(await crypto.subtle.decrypt(way(nonce, name), key, sealed)));
  } catch {
    return null;
  }
}

// A key that seals and that nobody can read, of the secret `master`, different for each name and salt.
export function keyOf(master, name, salt = new Uint8Array()) {
  const how = { name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(name) };
  return crypto.subtle.deriveKey(how, master, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function way(nonce, name) {
  return { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(name) };
}
