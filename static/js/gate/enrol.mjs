// The page that enrols this phone: a key is made here, and a code lets its public half in.

import { makeKey } from "./device.mjs";
import { forgets, showInstall } from "./install.mjs";
import { openStore } from "./store.mjs";

const $ = (id) => document.getElementById(id);
const told = JSON.parse($("device").textContent);
const form = $("enrol");

// Behind the mark, so that a picture of the code opens this page with it.
form.elements.code.value = location.hash.slice(1);
form.hidden = false;
look().catch(() => {});

// One key until it is let in: where the answer is lost the same key asks again, and is the same device to the server.
let made = null;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  show(await enrol());
  button.disabled = false;
});

// What to say: the server's sentence where it refuses.
async function enrol() {
  let store;
  try {
    store = await openStore();
  } catch {
    return told.says.no_store;
  }
  made ??= await makeKey();
  const asked = { code: form.elements.code.value, name: form.elements.name.value, public_key: made.publicKey };
  let said;
  try {
    const answer = await fetch(told.devices, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify(asked),
    });
    said = await answer.json();
    if (!answer.ok) return said.message;
  } catch {
    return told.says.no_connection;
  }
  try {
    await store.saveDevice({ id: said.id, key: made.pair.privateKey });
  } catch {
    return told.says.no_store;
  }
  made = null;
  return told.says.enrolled;
}

async function look() {
  const store = await openStore();
  if (await store.loadDevice()) show(told.says.before);
  if (await forgets(store)) showInstall();
}

function show(text) {
  $("state").textContent = text;
  $("state").hidden = false;
}
