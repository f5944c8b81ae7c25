// The worker of the officer's application: it opens the gate's pages without a signal, and touches nothing else.
//
// The shell (modules, styles) is one cache of one release, kept and dropped as a whole. A newer worker waits until no
// page of the older one is open any more, so nothing is swapped in the middle of a boarding. Pages of scanning are put
// into a cache by the page itself (pages.mjs), without people on them; here they are only found again. Scans are not
// sent from here: Background Sync is not in every browser, and what sends them is the same in all (queue.mjs).

const SHELL = {{ shell|tojson }};
const CACHE = "gate shell " + SHELL.version;
// A page that is kept is opened from the cache when the server has not begun to answer by then.
const PAGE_MS = 3000;

self.addEventListener("install", (event) => {
  // Where the browser can be told: a scan's question does not wait until this worker has woken up.
  event.addRoutes?.([{ condition: { urlPattern: "/api/*" }, source: "network" }])?.catch?.(() => {});
  event.waitUntil(keepShell());
});
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(request, url));
  else if (url.pathname.startsWith(SHELL.modules) || SHELL.sheets.includes(url.pathname)) event.respondWith(fromShell(request));
});

// All of it, or nothing: a file of another release (a server that is being renewed) is none of ours.
async function keepShell() {
  try {
    await keepFiles();
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await Promise.all([...SHELL.files, SHELL.offline].map(async (address) => {
    const response = await fetch(address, { redirect: "error" });
    const ours = address === SHELL.offline || (response.headers.get("Cache-Control") ?? "").includes("immutable");
    if (!response.ok || !ours) throw new Error(address);
    await cache.put(address, response);
  }));
}

async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("gate shell ") && name !== CACHE).map((name) => caches.delete(name)));
  // Only the first worker finds pages without one; a newer one comes when all are closed.
  await self.clients.claim();
}

// A page that was opened after a newer release came has its files in the cache of the worker that waits.
async function fromShell(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function openPage(request, url) {
  const kept = await keptPage(url.pathname);
  try {
    const response = await withinTime(fetch(request), kept ? PAGE_MS : 0);
    return response.status >= 500 && kept ? kept : response;
  } catch {
    if (kept) return kept;
    const last = url.pathname === SHELL.start && await lastPage();
    if (last) return Response.redirect(last, 302);
    return (await (await caches.open(CACHE)).match(SHELL.offline, { ignoreVary: true })) ?? Response.error();
  }
}

async function pageCaches() {
  const names = (await caches.keys()).filter((name) => name.startsWith(SHELL.pages));
  return Promise.all(names.map((name) => caches.open(name)));
}

async function keptPage(path) {
  for (const cache of await pageCaches()) {
    const found = await cache.match(path, { ignoreVary: true });
    if (found) return found;
  }
  return null;
}

// The page that was kept last.
async function lastPage() {
  for (const cache of await pageCaches()) {
    const kept = await cache.keys();
    if (kept.length > 0) return kept.at(-1).url;
  }
  return null;
}

function withinTime(promise, ms) {
  if (!ms) return promise;
  const late = new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("late")), ms); });
  return Promise.race([promise, late]);
}
