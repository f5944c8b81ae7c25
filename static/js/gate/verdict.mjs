// Edge: puts verdicts on the page, by the names that the server uses.

// How long a verdict stays when no other follows. A refusal has a reason and a next step to be read.
const STAY_MS = { pass: 2500, compare: 5000, hold: 5000, refer: 5000, refuse: 5000 };

export class Verdicts {
  #panel;
  #head;
  #timer;
  #waits = false;

  // `head` stays above the panel, however many lines it has.
  constructor(panel, head) {
    this.#panel = panel;
    this.#head = head;
    panel.addEventListener("click", () => this.#waits || this.clear());
  }

  // A verdict that waits for the officer's answer stays, and no stray touch takes it away. A pass with something to
  // read (a thing that stays behind, an exemption) stays as long as a refusal.
  show(told, { waits = false, toRead = false } = {}) {
    clearTimeout(this.#timer);
    // Asked before anything changes, when the browser knows it without laying out the page once more.
    this.#panel.style.setProperty("--head", `${this.#head.offsetHeight}px`);
    this.#panel.dataset.verdict = told.look;
    fill(this.#panel, told);
    this.#waits = waits;
    this.#panel.hidden = false;
    this.#panel.scrollTop = 0;
    if (!waits) this.#timer = setTimeout(() => this.clear(), STAY_MS[toRead ? "refuse" : told.look]);
  }

  // Whether a verdict is on the screen that waits for an answer.
  get waits() {
    return this.#waits && !this.#panel.hidden;
  }

  clear() {
    this.#panel.hidden = true;
  }
}

// Fills `list` with one copy of `template` for each of `rows`; `then(element, row)` finishes each.
export function list(place, template, rows, then) {
  place.replaceChildren(...rows.map((row) => {
    const element = template.content.firstElementChild.cloneNode(true);
    if (element.dataset.field) element.textContent = row[element.dataset.field];
    fill(element, row);
    then(element, row);
    return element;
  }));
}

// Puts `told` on top of the list made of `template`, which keeps `length` rows; its name leads to `address`, if any.
export function remember(list, template, told, length, address = "") {
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.verdict = told.look;
  fill(row, told);
  if (address) row.querySelector("a").href = address;
  list.prepend(row);
  while (list.children.length > length) list.lastElementChild.remove();
}

// Sets the text of each [data-field] under `element` that `values` names.
export function fill(element, values) {
  for (const place of element.querySelectorAll("[data-field]")) {
    const value = values[place.dataset.field];
    if (value !== undefined) place.textContent = value;
  }
}
