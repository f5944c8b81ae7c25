// Edge: whether the gate is installed as an application, and the way to it: a plain tab's browser may forget all that is
// kept, some after a week.

const $ = (id) => document.getElementById(id);

let asks = null;

// Some browsers offer to install; the offer is taken up by our own button.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  asks = event;
  $("install-now").hidden = false;
});

export function isInstalled() {
  return matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
}

// Whether what `store` keeps here may be gone before the duty is over.
export async function forgets(store) {
  return !isInstalled() && !(await store.persisted());
}

// Shows how it is installed.
export function showInstall() {
  $("install-now").addEventListener("click", () => asks?.prompt());
  $("install").hidden = false;
}
