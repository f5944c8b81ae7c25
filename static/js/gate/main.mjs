// The page of the officer at the pier: camera -> code -> signature -> pack -> kept -> server -> verdict, without a tap.

import { ask } from "./ask.mjs";
import { Finding } from "./finding.mjs";
import { forgets, showInstall } from "./install.mjs";
import { Kept } from "./kept.mjs";
import { judgeHere } from "./pack_judge.mjs";
import { PackSync } from "./pack_sync.mjs";
import { MeetingPanel } from "./meeting_panel.mjs";
import { Meetings, REMEMBERED_MS } from "./meetings.mjs";
import { keepPage } from "./pages.mjs";
import { Panel } from "./panel.mjs";
import { PartyPanel } from "./party_panel.mjs";
import { PinForm } from "./pin_form.mjs";
import { Queue } from "./queue.mjs";
import { CLOCK_REFUSE_MS } from "./readiness.mjs";
import { Scanning } from "./scanning.mjs";
import { groupNote } from "./groups.mjs";
import { keepOn } from "./screen.mjs";
import { Showing } from "./showing.mjs";
import { prove } from "./signature.mjs";
import { isAwake, signal, wake } from "./sound.mjs";
import { Standing, showOverruled } from "./standing.mjs";
import { openStore } from "./store.mjs";
import { put } from "./telling.mjs";
import { Unanswered } from "./unanswered.mjs";
import { alone, session, upload } from "./uploads.mjs";
import { fill } from "./verdict.mjs";
import { Watching } from "./watching.mjs";

const COUNT_EVERY_MS = 5000;
const SYNC_EVERY_MS = 60_000;
const DRAW_EVERY_MS = 20_000;
const OPEN_MS = 3000;

const $ = (id) => document.getElementById(id);
const device = JSON.parse($("device").textContent);
const form = $("typed");
const head = document.querySelector(".gate-head");
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: device.zone });
const number = new Intl.NumberFormat(language);

const party = new PartyPanel(device, {
  prepared: () => packs?.prepared() ?? null,
  memory: (prepared) => kept.memory(device, prepared),
  put: wordsOf,
  scan: async (serial, answer) => (await inLine(() => scanOne(serial, answer))).told,
  now: () => Date.now(),
  head,
});
const panel = new Panel(device, head, (shown, answer) => {
  showing.asked(shown, performance.now());
  judge(shown, answer);
}, party);
const meeting = new MeetingPanel(device.says, {
  meetings: () => kept?.meetings ?? null,
  clock,
  look: signal,
  now: () => Date.now(),
  head,
});
const showing = new Showing();
const unanswered = new Unanswered(storage(), `scans ${device.officer_id} ${device.departure_id} ${device.gate_id}`);
unanswered.takeOver(device.lost, storage("localStorage"));
const standing = new Standing($("data"), device.says, clock, new Intl.RelativeTimeFormat(language));

// Why a scan was not kept, and when: that is said for a while.
let unkept = { code: "", at: 0 };
// What this device keeps: all null where it cannot.
let [kept, packs, queue] = [null, null, null];
// What of it opens with the officer's PIN.
let [vault, pin, isEnrolled] = [null, null, false];
// Why it is not open.
let locked = "locked";

const scanning = new Scanning(device, {
  prove,
  prepared: () => packs?.prepared() ?? null,
  judge: judgeHere,
  put: wordsOf,
  ask: askServer,
  now: () => Date.now(),
  newId,
  unanswered,
  get kept() { return kept; },
  get queue() { return queue; },
  refused: (code) => {
    unkept = { code, at: Date.now() };
    standing.trouble(code);
  },
  broken: (error) => console.error(error),
});

const finding = new Finding(device, () => packs?.prepared() ?? null, (serial) => judge(serial));

// The first scan waits until it is known what the device keeps.
let line = open();

// One after the other, so that no verdict hides behind another one.
function inLine(work) {
  const done = line.then(work);
  line = done.catch(() => {});
  return done;
}

// `answer` is what the officer has said of the one before: the same ticket is judged again with it.
function judge(shown, answer = null) {
  inLine(() => judgeNow(shown, answer)).catch((error) => {
    console.error(error);
    panel.show(device.words.trouble, shown);
    showing.told(performance.now());
  });
}

async function judgeNow(shown, answer) {
  panel.clear();
  party.shut();
  meeting.shut();
  hint("checking");
  vault?.touch();
  const { row, told, scanned, alone: byItself } = await scanOne(shown, answer);
  if (!scanned) form.elements.shown.value = shown;
  panel.show(row, shown, { alone: byItself });
  signal(told.look);
  showing.told(performance.now());
  hint(eye);
}

// One scan without its verdict on the screen: in the list of the last ones, and in the counts.
async function scanOne(shown, answer) {
  const given = isOut() ? { ...answer, direction: "out" } : answer;
  const { told, ticket, scanned, server, alone: byItself, seen } = await scanning.scan(shown, given);
  const row = withGroup(named(told));
  if (scanned) panel.remember(row, ticket, `${clock.format()} ${device.zone_name}`);
  if (server) counted(told);
  else if (byItself && told.ceiling !== undefined) counted(told, { stale: true });
  // What follows is for the next page, and holds up nobody here.
  seen().catch(() => {}).finally(drawQueue);
  return { row, told, scanned, alone: byItself };
}

// Opens what the device keeps. Where it cannot, the server alone lets anybody aboard.
async function open() {
  try {
    const store = await within(openStore(), OPEN_MS);
    const scans = new Kept(store, newId());
    await within(scans.load(), OPEN_MS);
    await scans.proved([], Date.now()); // what no pack will prove any more
    const found = new PackSync(device, store, scans);
    await store.vault.forgetEnded(Date.now());
    await store.vault.begin(device.officer_id);
    const own = await store.loadDevice();
    await found.open();
    if (own && !own.revoked) await meetOthers(store, scans, found, own);
    queue = new Queue(scans, device.officer_id, {
      session: () => session(device.session),
      upload: async (sent, csrf) => {
        const { own } = scans.count(device.officer_id);
        return upload(device.uploads, { scans: sent, unsent: own }, csrf, await store.loadDevice());
      },
      alone,
      later: (work, ms) => setTimeout(work, ms),
      never: (timer) => clearTimeout(timer),
      settled: drawOverruled,
      told: (state) => standing.queue(state),
    });
    [kept, packs, vault] = [scans, found, store.vault];
    pin = new PinForm(vault, device.says, { opened, closed });
    isEnrolled = Boolean(own && !own.revoked);
    if (isEnrolled && await forgets(store)) {
      [isEnrolled, locked] = [false, "not_installed"];
      showInstall();
    }
    await lookAtPin();
  } catch (error) {
    standing.trouble(error.message in device.says ? error.message : "store_refused");
    return;
  }
  drawOverruled();
  drawQueue();
  drawData();
  queue.wake();
  sync();
}

async function meetOthers(store, scans, found, own) {
  await store.forgetEvents(Date.now() - REMEMBERED_MS);
  await scans.meet(new Meetings(store, device, own, {
    now: () => Date.now(),
    prepared: () => found.prepared(),
    ahead: () => (found.age ? found.age.asOf - found.age.at : 0),
  }));
}

// A phone that is not enrolled has nothing to lock.
async function lookAtPin() {
  if (isEnrolled) await pin.check();
}

function closed() {
  packs.close();
  party.shut();
  standing.trouble("locked");
  drawData();
}

// The PIN was right, or is a new one.
async function opened() {
  standing.trouble("");
  await packs.open();
  drawOverruled();
  drawData();
  sync();
}

async function sync() {
  if (!packs || document.visibilityState !== "visible") return;
  try {
    let fault = await packs.sync();
    if (fault === "") standing.clock(Math.abs(packs.age.asOf - packs.age.at) > CLOCK_REFUSE_MS);
    if (fault === "locked") fault = locked;
    if (fault === "device_revoked") {
      isEnrolled = false;
      kept.meetings = null;
      pin.hide();
    }
    if (fault !== "no_connection") standing.trouble(fault in device.says ? fault : Date.now() - unkept.at < SYNC_EVERY_MS ? unkept.code : "");
  } catch (error) {
    standing.trouble(error.message in device.says ? error.message : "store_refused");
  }
  drawData();
}

function drawData() {
  if (packs) standing.pack({ age: packs.age, isOld: packs.isOld });
  finding.show();
  meeting.refresh().catch((error) => console.error(error));
}

function drawQueue() {
  if (kept) standing.queue({ ...kept.count(device.officer_id), fault: "" });
}

function drawOverruled() {
  const names = packs?.prepared()?.tickets;
  const called = (kept?.overruled() ?? []).map(({ id, overruled: { name, ...told } }) => (
    { ...told, id, who: name || names?.get(told.serial)?.name || told.serial }
  ));
  showOverruled($("overruled"), $("overruled-row"), called, (id) => {
    kept.calledBack(id).catch(() => {});
    drawOverruled();
  });
}

// The line may be back.
function tryAgain() {
  scanning.awake();
  queue?.wake();
  sync();
}

// The device's own verdict with its words, and by which data.
function wordsOf(judged) {
  const told = put(judged, device.telling, language, device.zone);
  const certainty = [told.certainty, standing.dataAt()].filter(Boolean).join(" · ");
  return { ...judged, ...told, certainty };
}

// A token that has grown old while the page was offline is asked for anew, unless somebody else has signed in.
async function askServer(scan, ms) {
  const token = form.elements.csrf_token;
  const answer = await ask(device.scans, scan, token.value, ms);
  if (answer.fault !== "signed_out") return answer;
  const now = await session(device.session);
  // The line may die between the two questions: then nobody has said that the session is over.
  if (now.fault && now.fault !== "signed_out") return { fault: now.fault };
  if (now.officer_id !== device.officer_id || now.csrf === token.value) return answer;
  token.value = now.csrf;
  return ask(device.scans, scan, token.value, ms);
}

function within(promise, ms) {
  const late = new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("store_refused")), ms); });
  return Promise.race([promise, late]);
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

function named(answer) {
  const fare = [answer.fare_class, answer.infant ? device.says.infant : ""].filter(Boolean).join(" · ");
  return answer.infant ? { ...answer, fare_class: fare } : answer;
}

// Who comes before the own boarding group is called is told so, and refused by nobody.
function withGroup(told) {
  const note = isOut() ? "" : groupNote(packs?.prepared(), told, device.says.group_early);
  return note ? { ...told, next_step: `${told.next_step} ${note}` } : told;
}

function counted({ aboard, ceiling, per, recalls }, { stale = false } = {}) {
  if (recalls !== undefined) {
    fill(head, { recalls: number.format(recalls) });
    $("recalls").hidden = recalls === 0;
  }
  fill(head, { aboard: number.format(aboard), ceiling: number.format(ceiling), ...(per && { per }) });
  head.classList.toggle("is-stale", stale);
}

async function pollCount() {
  if (document.visibilityState !== "visible") return;
  try {
    const response = await fetch(device.count, { redirect: "error", signal: AbortSignal.timeout(COUNT_EVERY_MS) });
    if (!response.ok) throw new Error(response.status);
    const isBack = head.classList.contains("is-stale");
    counted(await response.json());
    // Browsers do not always say so, say after a reload without a signal.
    if (isBack) tryAgain();
  } catch {
    head.classList.add("is-stale");
  }
}

let hinted = "";
// What is said while no ticket is judged: to point the camera, or why there is none.
let eye = "point";

function sees(code) {
  eye = code;
  hint(code);
}

function hint(code) {
  hinted = code;
  const points = isOut() ? "point_out" : isAwake() ? "point" : "point_silent";
  $("hint").textContent = device.says[code === "point" ? points : code];
}

async function touched() {
  vault?.touch();
  if (!isAwake() && (await wake()) && hinted === "point") hint("point");
}

function see(texts) {
  const { scan, many } = showing.see(meeting.take(texts), performance.now());
  if (many) hint("many");
  if (!scan) return;
  showing.asked(scan, performance.now());
  // The ticket that is being asked about is back in view: no new showing, and its buttons stay where they are.
  if (panel.waits && scan === panel.asked) showing.told(performance.now());
  else judge(scan.slice(0, device.shown_max));
}

// Whether people go ashore here now: at the ship's side the officer chooses.
function isOut() {
  return form.elements.direction?.value === "out";
}

$("direction")?.addEventListener("change", () => {
  panel.clear();
  hint(eye);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const shown = form.elements.shown.value.trim();
  form.elements.shown.value = "";
  if (shown) judge(shown);
});
form.elements.shown.addEventListener("input", () => panel.clear());
// A hand scanner types wherever it is: its letters go where a ticket is typed, and its Enter presses no other button.
document.addEventListener("keydown", (event) => {
  const types = /^[a-z0-9]$/i.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (types && !event.target.closest?.("input, select, textarea")) form.elements.shown.focus({ preventScroll: true });
});
for (const touch of ["pointerup", "keydown"]) document.addEventListener(touch, touched);

keepOn();
keepPage(device.worker, device.officer_id).catch(() => {}); // without it a signal is needed, as ever
setInterval(pollCount, COUNT_EVERY_MS);
setInterval(sync, SYNC_EVERY_MS);
setInterval(() => {
  lookAtPin();
  drawData();
}, DRAW_EVERY_MS);
addEventListener("online", tryAgain);
addEventListener("pagehide", () => vault?.leave());
document.addEventListener("visibilitychange", () => {
  pollCount();
  if (document.visibilityState !== "visible") return vault?.leave();
  vault?.comeBack();
  lookAtPin();
  tryAgain();
});
new Watching(storage(), (code) => sees(code in device.says ? code : "no_decoder")).watch(see, () => sees("point"), () => !showing.isJudging);
