// The page of the officer at the pier: camera -> code -> signature -> server -> verdict, without a tap.

import { ask } from "./ask.mjs";
import { cameras, hasTorch, isLooking, look, setTorch } from "./camera.mjs";
import { makeReader } from "./decoder.mjs";
import { keepPage } from "./pages.mjs";
import { keepOn } from "./screen.mjs";
import { Showing } from "./showing.mjs";
import { prove } from "./signature.mjs";
import { isAwake, signal, wake } from "./sound.mjs";
import { cleanSerial } from "./ticket.mjs";
import { Unanswered } from "./unanswered.mjs";
import { Verdicts, fill, list, remember } from "./verdict.mjs";

const LOOK_EVERY_MS = 100;
const COUNT_EVERY_MS = 5000;

const $ = (id) => document.getElementById(id);
const device = JSON.parse($("device").textContent);
const form = $("typed");
const head = document.querySelector(".gate-head");
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: device.zone });
const number = new Intl.NumberFormat(language);

// What a verdict leaves empty that knows no ticket, or was found on the device.
const NOBODY = { name: "", fare_class: "", vehicle_plate: "", document: "", digits: "" };

const verdicts = new Verdicts($("verdict-panel"), head);
const showing = new Showing();
const unanswered = new Unanswered(storage(), `scans ${device.officer_id} ${device.departure_id} ${device.gate_id}`);
unanswered.takeOver(device.lost, storage("localStorage"));
let line = Promise.resolve();
// What the verdict on the screen is about.
let asked = "";

// One after the other, so that no verdict hides behind another one.
// `answer` is what the officer has said of the one before: the same ticket is judged again with it.
function judge(shown, answer = null) {
  line = line.then(() => judgeNow(shown, answer));
}

async function judgeNow(shown, answer) {
  verdicts.clear();
  hint("checking");
  const proof = await prove(shown, device.keys);
  const local = device.words[proof.fault];
  // A ticket is the same one whether its code is seen or its number typed.
  const ticket = proof.ticket?.serial ?? cleanSerial(shown) ?? shown;
  if (!local) return tell(await askAbout(ticket, shown, (fault) => withoutServer(fault, proof), answer), shown);
  if (proof.fault === "mistyped") {
    // Nobody has shown a ticket: it is typed again.
    form.elements.shown.value = shown;
    return tell(local);
  }
  // Seen on the device already: told at once, and sent all the same, so that the refusal is kept.
  tell(local);
  askAbout(ticket, shown, () => local);
}

// What the server says, or `otherwise(fault)`; either way it is in the list of the last scans.
async function askAbout(ticket, shown, otherwise, given = null) {
  const asked = { shown, departure_id: device.departure_id, gate_id: device.gate_id, ...given };
  const scan = unanswered.question(ticket, asked, Date.now(), newId);
  const answer = await ask(device.scans, scan, form.elements.csrf_token.value);
  if (!answer.fault) {
    unanswered.answered(ticket, answer.verdict);
    counted(answer);
  }
  const told = answer.fault ? otherwise(answer.fault) : named(answer);
  // Without an answer nobody knows the name, but the number is read all the same.
  const row = { ...told, name: told.name || (cleanSerial(ticket) ?? ""), at: `${clock.format()} ${device.zone_name}` };
  remember($("last"), $("last-row"), row, device.last, told.name && postOf(told.serial));
  $("none").hidden = true;
  return told;
}

// Some browsers forbid it altogether.
function storage(kind = "sessionStorage") {
  try {
    return globalThis[kind];
  } catch {
    return null;
  }
}

// crypto.randomUUID is missing on a page without HTTPS, where typing must still work.
function newId() {
  const random = (digit) => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16);
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => random(Number(digit)));
}

function tell(told, shown = "") {
  const { answers = [], reasons = [], more = [], serial = "" } = told;
  const masked = told.document_number ?? "";
  const compare = { document: masked && device.documents[told.document_kind], digits: masked.replace(/^\*+/, "") };
  const whys = more.map(({ sentence, next_step, outcome }) => ({ why: sentence, why_next: next_step, outcome }));
  list($("whys"), $("why-row"), whys, (row, { outcome }) => { row.dataset.outcome = outcome; });
  const offer = (place, offered) => list(place, $("answer-row"), offered, (button, { label, main, said, seen }) => {
    button.classList.toggle("gate-answer-main", main);
    button.classList.toggle("gate-answer-long", !main && label.length > 24);
    button.addEventListener("click", () => {
      showing.asked(shown, performance.now());
      judge(shown, { said, seen });
    });
  });
  offer($("answers"), answers.filter(({ apart }) => !apart));
  offer($("apart"), answers.filter(({ apart }) => apart));
  asked = shown;
  const waits = reasons.length > 0 && told.verdict !== "pass";
  $("more").hidden = !waits;
  $("post").href = postOf(serial);
  const together = (told.party ?? 0) > 1;
  $("party-row").hidden = !together;
  $("party").href = device.party.replace("SERIAL", serial);
  verdicts.show({ ...NOBODY, ...told, ...compare }, { waits, toRead: together || more.length > 0 });
  signal(told.look);
  showing.told(performance.now());
  hint("point");
}

function postOf(serial) {
  return device.post.replace("SERIAL", serial);
}

function named(answer) {
  return answer.infant ? { ...answer, fare_class: `${answer.fare_class} · ${device.says.infant}` } : answer;
}

// Never NAIK without the server: it alone knows whether the ticket was used and the ship is full. What the
// signature says is shown, and the ticket is scanned again later.
function withoutServer(fault, { ticket }) {
  return device.words[fault === "no_connection" && ticket ? "no_connection_signed" : fault];
}

function counted({ aboard, ceiling, per, recalls }) {
  if (recalls !== undefined) {
    fill(head, { recalls: number.format(recalls) });
    $("recalls").hidden = recalls === 0;
  }
  fill(head, { aboard: number.format(aboard), ceiling: number.format(ceiling), ...(per && { per }) });
  head.classList.remove("is-stale");
}

async function pollCount() {
  if (document.visibilityState !== "visible") return;
  try {
    const response = await fetch(device.count, { redirect: "error", signal: AbortSignal.timeout(COUNT_EVERY_MS) });
    if (!response.ok) throw new Error(response.status);
    counted(await response.json());
  } catch {
    head.classList.add("is-stale");
  }
}

let hinted = "";

function hint(code) {
  hinted = code;
  $("hint").textContent = device.says[code === "point" && !isAwake() ? "point_silent" : code];
}

async function unmute() {
  if (!isAwake() && (await wake()) && hinted === "point") hint("point");
}

const CAMERA = "gate camera";
const kept = storage();
let camera = kept?.getItem(CAMERA) ?? "";
let changing = false;

// The camera that was chosen, else the rear one; with its light and the way to the next one, where there are such.
async function open() {
  await look($("eye"), camera).catch((error) => {
    if (!camera || error.message !== "camera_none") throw error;
    camera = "";
    return look($("eye"));
  });
  $("torch").hidden = !hasTorch($("eye"));
  $("torch").setAttribute("aria-pressed", "false");
  $("camera").hidden = (await cameras($("eye"))).length < 2;
}

async function watch() {
  $("stage").hidden = false;
  try {
    const read = await makeReader();
    await open();
    hint("point");
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      if (document.visibilityState !== "visible") continue;
      if (!changing && !isLooking($("eye"))) await open();
      const { scan, many } = showing.see(await read($("eye")), performance.now());
      if (many) hint("many");
      if (!scan) continue;
      showing.asked(scan, performance.now());
      // The ticket that is being asked about is back in view: no new showing, and its buttons stay where they are.
      if (verdicts.waits && scan === asked) {
        showing.told(performance.now());
        continue;
      }
      judge(scan.slice(0, device.shown_max));
    }
  } catch (error) {
    hint(error.message in device.says ? error.message : "no_decoder");
    $("stage").classList.add("is-blind");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const shown = form.elements.shown.value.trim();
  form.elements.shown.value = "";
  if (shown) judge(shown);
});
form.elements.shown.addEventListener("input", () => verdicts.clear());
// A hand scanner types wherever it is: its letters go where a ticket is typed, and its Enter presses no other button.
document.addEventListener("keydown", (event) => {
  const types = /^[a-z0-9]$/i.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (types && !event.target.closest?.("input, select, textarea")) form.elements.shown.focus({ preventScroll: true });
});
for (const touch of ["pointerup", "keydown"]) document.addEventListener(touch, unmute);

$("camera").addEventListener("click", async () => {
  if (changing) return;
  changing = true;
  const [, next] = await cameras($("eye"));
  camera = next ?? "";
  kept?.setItem(CAMERA, camera);
  await open().catch((error) => hint(error.message in device.says ? error.message : "no_decoder"));
  changing = false;
});
$("torch").addEventListener("click", async () => {
  const on = $("torch").getAttribute("aria-pressed") !== "true";
  await setTorch($("eye"), on);
  $("torch").setAttribute("aria-pressed", String(on));
});

$("shut").addEventListener("click", () => verdicts.clear());

keepOn();
keepPage(device.worker, device.officer_id).catch(() => {}); // without it a signal is needed, as ever
setInterval(pollCount, COUNT_EVERY_MS);
document.addEventListener("visibilitychange", pollCount);
watch();
