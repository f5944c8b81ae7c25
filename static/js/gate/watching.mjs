// Edge: the camera on the page: which one, its light, and every code that it sees as a new showing.

import { cameras, hasTorch, isLooking, look, setTorch } from "./camera.mjs";
import { makeReader } from "./decoder.mjs";

const LOOK_EVERY_MS = 100;
const CAMERA = "gate camera";

const $ = (id) => document.getElementById(id);

export class Watching {
  #kept;
  #camera;
  #changing = false;
  #fault;

  // `kept` is the browser's storage of this window, or null; `fault(code)` hears why no camera looks.
  constructor(kept, fault) {
    this.#kept = kept;
    this.#camera = kept?.getItem(CAMERA) ?? "";
    this.#fault = fault;
    $("camera").addEventListener("click", () => this.#next());
    $("torch").addEventListener("click", () => this.#light());
  }

  // Looks for ever: `seen(texts)` gets the texts of the codes in each frame while the page is looked at and `wants()` one.
  async watch(seen, ready, wants) {
    $("stage").hidden = false;
    try {
      const read = await makeReader();
      await this.#open();
      ready();
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        if (document.visibilityState !== "visible" || !wants()) continue;
        if (!this.#changing && !isLooking($("eye"))) await this.#open();
        seen(await read($("eye")));
      }
    } catch (error) {
      this.#fault(error.message);
      $("stage").classList.add("is-blind");
    }
  }

  // The camera that was chosen, else the rear one; with its light and the way to the next one, where there are such.
  async #open() {
    await look($("eye"), this.#camera).catch((error) => {
      if (!this.#camera || error.message !== "camera_none") throw error;
      this.#camera = "";
      return look($("eye"));
    });
    $("torch").hidden = !hasTorch($("eye"));
    $("torch").setAttribute("aria-pressed", "false");
    $("camera").hidden = (await cameras($("eye"))).length < 2;
  }

  async #next() {
    if (this.#changing) return;
    this.#changing = true;
    const [, next] = await cameras($("eye"));
    this.#camera = next ?? "";
    this.#kept?.setItem(CAMERA, this.#camera);
    await this.#open().catch((error) => this.#fault(error.message));
    this.#changing = false;
  }

  async #light() {
    const on = $("torch").getAttribute("aria-pressed") !== "true";
    await setTorch($("eye"), on);
    $("torch").setAttribute("aria-pressed", String(on));
  }
}
