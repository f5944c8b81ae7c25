// Edge: what makes the gate open without a signal: the worker, and the page of scanning in the browser's cache.

// How the caches begin; the worker finds them by it (app/web/gate/application.py).
const PAGES = "gate pages ";
const SHELL = "gate shell ";
// The release that this page belongs to, by the address of this module.
const EDITION = /\/shell\/([^/]+)\//.exec(import.meta.url)?.[1];

// Registers the worker and keeps this page for `officerId`, without the people on it. Where the browser cannot, or will
// not, the page works as long as there is a signal.
export async function keepPage(worker, officerId) {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  const registration = await navigator.serviceWorker.register(worker, { scope: "/gate/", updateViaCache: "none" });
  await forgetPages(officerId);
  await navigator.serviceWorker.ready;
  await registration.update();
  await installed(registration.installing);
  // A page without its modules would open to nothing.
  if (!(await caches.has(SHELL + EDITION))) return;
  const response = await fetch(`${location.pathname}?kept=1`, { redirect: "error" });
  if (!response.ok) return;
  const cache = await caches.open(PAGES + officerId);
  // Taken away first: the last one in the cache is the one that was kept last.
  await cache.delete(location.pathname, { ignoreVary: true });
  await cache.put(location.pathname, response);
}

// A worker that was found has kept its files, or was given up.
function installed(worker) {
  if (!worker) return null;
  return new Promise((resolve) => {
    const look = () => worker.state !== "installing" && resolve();
    worker.addEventListener("statechange", look);
    look();
  });
}

// Empties the caches of pages but for those of one officer; answers whether there were any.
export async function forgetPages(butOf = "") {
  const names = (await globalThis.caches?.keys()) ?? [];
  const others = names.filter((name) => name.startsWith(PAGES) && name !== PAGES + butOf);
  await Promise.all(others.map((name) => caches.delete(name)));
  return others.length > 0;
}
