// Edge: makes the key of a PIN (Argon2id), away from the page's own thread: it is slow by intent.
//
// In: {pin, salt, cost}, out: {key} of 32 bytes. An "error" event means that the library is not installed.

import "../../vendor/hash-wasm/argon2.js";

onmessage = async ({ data: { pin, salt, cost: { kibibytes, passes } } }) => {
  const key = await globalThis.hashwasm.argon2id({
    password: pin, salt, memorySize: kibibytes, iterations: passes, parallelism: 1, hashLength: 32, outputType: "binary",
  });
  postMessage({ key });
};
