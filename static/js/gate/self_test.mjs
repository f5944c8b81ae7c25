// The page that tries a phone before duty begins: each part is tried for real, and the worst is the light.

import { look as showCamera } from "./camera.mjs";
import { makeReader } from "./decoder.mjs";
import { isInstalled, showInstall } from "./install.mjs";
import { Kept } from "./kept.mjs";
import * as readiness from "./readiness.mjs";
import { isAwake, signal, wake } from "./sound.mjs";
import { openStore } from "./store.mjs";
import { session } from "./uploads.mjs";
import { fill, list } from "./verdict.mjs";

const FRAMES_MS = 1000;
const WORKER_MS = 3000;

const $ = (id) => document.getElementById(id);
const device = JSON.parse($("device").textContent);
let heard = null;
let found = [];

async function run() {
  for (const id of ["light", "tools"]) $(id).hidden = false;
  draw([]);
  const [store, ahead, camera, decoder, worker] = await Promise.all([tryStore(), tryClock(), tryCamera(), tryDecoder(), tryWorker()]);
  found = [...store, ahead, camera, decoder, worker];
  draw(found);
}

async function tryStore() {
  try {
    const store = await openStore();
    const kept = new Kept(store, "");
    await kept.load();
    const [persisted, installed] = [await store.persisted(), isInstalled()];
    if (!persisted && !installed) showInstall();
    const estimate = await navigator.storage?.estimate?.();
    return [
      readiness.ofEnrolment(await store.loadDevice()),
      readiness.ofStore(""),
      readiness.ofPersistence({ persisted, installed }),
      readiness.ofSpace(estimate ? estimate.quota - estimate.usage : null),
      readiness.ofUnsent(kept.count(device.officer_id)),
    ];
  } catch (error) {
    return [readiness.ofStore(error.message in device.says ? error.message : "store_refused")];
  }
}

async function tryClock() {
  const asked = Date.now();
  const told = await session(device.session);
  if (told.fault) return readiness.ofClock(null);
  return readiness.ofClock(Date.parse(told.now) - (asked + Date.now()) / 2);
}

async function tryCamera() {
  const video = $("eye");
  try {
    await showCamera(video);
    let frames = 0;
    const began = performance.now();
    while (performance.now() - began < FRAMES_MS) {
      await nextFrame(video);
      frames += 1;
    }
    for (const track of video.srcObject.getTracks()) track.stop();
    return readiness.ofCamera("", frames / ((performance.now() - began) / 1000));
  } catch (error) {
    return readiness.ofCamera(error.message in device.says ? error.message : "camera_none", 0);
  }
}

function nextFrame(video) {
  return new Promise((resolve) => {
    setTimeout(resolve, FRAMES_MS);
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });
}

// Whether a picture without a code is read as one without a code.
async function tryDecoder() {
  try {
    const read = await makeReader();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height, canvas.videoWidth, canvas.videoHeight] = [64, 64, 64, 64];
    canvas.getContext("2d").fillRect(0, 0, 64, 64);
    return readiness.ofDecoder((await read(canvas)).length === 0);
  } catch {
    return readiness.ofDecoder(false);
  }
}

async function tryWorker() {
  const ready = navigator.serviceWorker?.ready.then(() => true) ?? false;
  const late = new Promise((resolve) => { setTimeout(() => resolve(false), WORKER_MS); });
  return readiness.ofWorker(await Promise.race([ready, late]));
}

function draw(checks) {
  const all = [...checks, readiness.ofSound(heard)];
  const light = checks.length === 0 ? "compare" : readiness.lightOf(all);
  $("light").dataset.verdict = light;
  fill($("light"), { word: device.lights[light] });
  const worst = ["refuse", "hold", "pass"];
  const sorted = all.sort((one, other) => worst.indexOf(one.look) - worst.indexOf(other.look));
  list($("checks"), $("check-row"), sorted.map((one) => ({ ...one, sentence: sentenceOf(one) })), (row, { look, code }) => {
    row.dataset.verdict = look;
    row.dataset.check = code;
  });
}

function sentenceOf({ code, values }) {
  return device.says[code].replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
}

$("sound").addEventListener("click", async () => {
  await wake();
  signal("pass");
  $("heard").hidden = !isAwake();
  if (!isAwake()) answer(false);
});
$("again").addEventListener("click", run);
for (const [id, said] of [["yes", true], ["no", false]]) $(id).addEventListener("click", () => answer(said));

function answer(said) {
  heard = said;
  draw(found);
}

run();
