// Edge: what is typed on a long form stays in this tab until it was accepted, and nowhere else.

const KEY = "dermaga-draft";

/**
 * Keep what is typed into `form` (`data-draft` names what it is for) through reload, back and change of language.
 * A form without anything filled takes up the draft of another one: the hold before has ended. A page that is `done`
 * forgets it. It lives in this tab's session: numbers of documents must not lie on a shared phone.
 */
export function keepDraft(form, done) {
  if (done) forget();
  if (!form) return;
  const kept = read();
  if (kept && (kept.for === form.dataset.draft || isEmpty(form))) fill(form, kept.typed);
  form.addEventListener("input", () => write({ for: form.dataset.draft, typed: typedIn(form) }));
}

function inputs(form) {
  return [...form.elements].filter((input) => input.name && !["hidden", "submit", "button"].includes(input.type));
}

function typedIn(form) {
  return inputs(form).map((input) =>
    [input.name, input.value, ["radio", "checkbox"].includes(input.type) ? input.checked : null]);
}

function isEmpty(form) {
  return inputs(form).every((input) =>
    input.tagName === "SELECT" || (["radio", "checkbox"].includes(input.type) ? !input.checked : !input.value));
}

function fill(form, typed) {
  for (const [name, value, checked] of typed) {
    for (const input of inputs(form)) {
      if (input.name !== name) continue;
      if (checked === null) input.value = value;
      else if (input.value === value) input.checked = checked;
    }
  }
}

// A browser may refuse its store (private windows, a full disk): then nothing is kept, and all else works.
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function write(draft) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    forget();
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // There is no store.
  }
}
