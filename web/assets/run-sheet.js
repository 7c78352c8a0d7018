// Saves a run sheet while people write on it. Without this file each part is saved by its own button.
//
// What is not saved yet is kept in this page's memory and nowhere else: see docs/adr/20261126-what-is-not-saved-yet.md.
// Every save sends the whole form with the version that each field began from; the server finds what was changed and puts
// it together with what others wrote. A save whose answer was lost is sent again as it was, so that it happens once.

const PAUSE = 800; // after the last key
const LOOK = 4000; // for what others wrote
const QUORUM = 5; // looks until who is there is asked for too
const AGAIN = 3000; // after no answer
const PATIENCE = 15000; // for an answer
const NOBODY_THERE = 20 * 60 * 1000; // looking keeps the session: not for an empty chair

const sheet = document.querySelector("[data-run-sheet]");
const said = document.querySelector("[data-said]");
const parts = new Map();
const asJson = { Accept: "application/json" };
let revision = Number(sheet.dataset.revision);
let recorded = sheet.dataset.recorded;
let lastTouched = Date.now();
let looks = 0;

class Part {
  constructor(element) {
    this.element = element;
    this.form = element.querySelector("form");
    this.prefix = this.form.dataset.prefix;
    this.versions = new Map(this.form.elements.versions.value.split(" ").filter(Boolean).map((pair) => pair.split("=")));
    this.held = this.values(); // what the server has, as far as this page knows
    this.sending = null; // {values, body} of a save without an answer
    this.away = false; // the last save had no answer
    this.records = false; // its outcome is asked for
    this.wentOn = false; // its outcome is on its way, and its writer went on to the next
    this.lastSaid = this.form.querySelector("[data-saved]").textContent;
    this.timer = 0; // until it is saved
    this.retry = 0; // until it is tried again
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("submit", (event) => this.pressed(event));
  }

  // Every field by its name, as the server keeps it; boxes that are ticked are one field.
  values() {
    const values = new Map();
    for (const field of this.form.elements) {
      if (!field.name.startsWith(this.prefix) || field.type === "hidden") continue;
      const name = field.name.slice(this.prefix.length);
      const before = values.get(name) ?? "";
      const chosen = !["radio", "checkbox"].includes(field.type) || field.checked;
      values.set(name, chosen ? [before, field.value].filter(Boolean).join(" ") : before);
    }
    return values;
  }

  get dirty() {
    return [...this.values()].some(([name, value]) => value !== this.held.get(name));
  }

  get unsaved() {
    return this.dirty || this.sending !== null || this.records;
  }

  soon() {
    if (!this.away) this.tell("Not saved yet");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  pressed(event) {
    event.preventDefault();
    this.records = event.submitter?.value === "record";
    if (this.away) return this.waitAway();
    if (this.sending !== null) return;
    clearTimeout(this.timer);
    this.send();
  }

  send() {
    if (this.sending !== null) return;
    if (!this.dirty && !this.records) return this.tell(this.lastSaid); // typed, and taken back
    const body = new URLSearchParams(new FormData(this.form));
    body.set("versions", [...this.versions].map(([field, version]) => `${field}=${version}`).join(" "));
    body.set(this.prefix + "request_id", crypto.randomUUID());
    body.set("act", this.records ? "record" : "save");
    this.sending = { values: this.values(), body, records: this.records };
    this.deliver();
  }

  // What is answered is taken once nothing is on its way any more: it may send the next at once.
  async deliver() {
    if (this.delivering) return;
    this.delivering = true;
    let answer;
    try {
      answer = await this.post();
    } finally {
      this.delivering = false;
    }
    if (answer) this.take(answer);
  }

  // The answer, or nothing where it is tried again.
  async post() {
    clearTimeout(this.retry);
    this.sending.body.set("form_token", this.form.elements.form_token.value);
    try {
      const options = { method: "POST", headers: asJson, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(this.form.action, { ...options, body: this.sending.body });
      if (answer.type === "opaqueredirect") return this.wait("Not saved: sign in again in another tab, and keep this one open. What you typed is kept here.");
      if (answer.status >= 500) return this.wait("Not saved yet: a part of the system does not answer just now. What you typed is kept here.");
      const told = await answer.json();
      this.away = false;
      return told;
    } catch {
      return this.waitAway();
    }
  }

  // No connection. Whoever records goes on to the next part meanwhile.
  waitAway() {
    this.away = true;
    this.wait(`${this.records ? "Not recorded yet" : "Not saved yet"}: no connection. What you typed is kept here.`);
    if (this.records) this.goOn();
  }

  wait(words) {
    this.tell(words, true);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.deliver(), AGAIN);
  }

  take(answer) {
    const { values: sent, records } = this.sending;
    this.sending = null;
    this.records &&= !records;
    if (answer.recorded) {
      this.goOn();
      replace(answer.recorded);
      announce(answer.said);
      return;
    }
    for (const one of answer.fields) this.takeSaved(one, sent.get(one.field) ?? "");
    if (!answer.said) return this.refused(answer.faults);
    this.lastSaid = answer.said;
    const asked = records || this.records;
    this.tell(this.dirty ? "Not saved yet" : answer.said, !this.dirty);
    if (asked) this.note("fault", answer.faults.map((fault) => fault.text).join(". "));
    if (asked && answer.faults.length) {
      this.records = false; // whoever asked for it has not seen what is said now
      this.stop(answer.faults[0]);
    }
    if (this.records) this.send();
    else if (this.dirty) this.soon();
  }

  // The answer to what was sent: whoever typed on meanwhile goes on from the version that holds their own words.
  takeSaved({ field, value, version, own, note }, sent) {
    this.note(field, note);
    if ((this.values().get(field) ?? "") === sent) {
      this.put(field, value, version);
    } else {
      this.held.set(field, sent);
      this.versions.set(field, own);
    }
  }

  // What somebody else wrote; not put where this page holds words that are not saved. Whether all of it was taken.
  takeOthers({ fields, notes, said: words }) {
    if (this.sending !== null) return false;
    const typed = this.values();
    const clean = fields.filter(({ field }) => (typed.get(field) ?? "") === (this.held.get(field) ?? ""));
    for (const { field, value, version } of clean) {
      if (version > Number(this.versions.get(field) ?? 0)) this.put(field, value, version);
      this.note(field, notes[field] ?? "");
    }
    if (!this.dirty) this.tell(words);
    return clean.length === fields.length;
  }

  put(name, value, version) {
    this.versions.set(name, version);
    this.held.set(name, value);
    const [field, ...more] = [...this.form.elements].filter((one) => one.name === this.prefix + name);
    if (!field) return;
    if (["radio", "checkbox"].includes(field.type)) {
      for (const one of [field, ...more]) one.checked = value.split(" ").includes(one.value);
    } else if (field.value !== value) {
      writeKeepingPlace(field, value);
    }
  }

  // Nothing is sent again by itself: it would be refused again.
  refused(faults) {
    for (const [name, value] of this.values()) this.held.set(name, value);
    this.note("fault", faults.map((fault) => fault.text).join(". "));
    this.tell("Not saved. Look at what is said above.", true);
    this.stop(faults[0]);
  }

  stop(fault) {
    this.wentOn = false;
    this.element.open = true;
    const field = fault && this.form.querySelector(fault.href);
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  }

  // To the next part that waits, or to the first where none follows.
  goOn() {
    if (this.wentOn) return;
    this.wentOn = true;
    const all = [...parts.values()];
    const here = all.indexOf(this);
    const next = [...all.slice(here + 1), ...all.slice(0, here)].find((part) => !part.wentOn);
    this.element.open = false;
    if (!next) return;
    next.element.open = true;
    next.form.querySelector("input:not([type=hidden])").focus();
    keepInSight();
  }

  note(field, words) {
    const list = this.form.querySelector("[data-notes]");
    const before = list.querySelector(`[data-note="${field}"]`);
    if (before && before.textContent === words) return;
    before?.remove();
    if (!words) return;
    const line = document.createElement("li");
    line.dataset.note = field;
    line.textContent = words;
    list.append(line);
    announce(words);
  }

  tell(words, aloud = false) {
    const shown = this.form.querySelector("[data-saved]");
    if (shown.textContent === words) return;
    shown.textContent = words;
    if (aloud) announce(words);
  }
}

// The caret stays where its owner writes, also where words came in before it.
function writeKeepingPlace(field, value) {
  const has = document.activeElement === field && typeof field.selectionStart === "number";
  const [before, at] = [field.value, field.selectionStart ?? 0];
  field.value = value;
  if (!has) return;
  const same = value.startsWith(before.slice(0, at));
  const place = same ? at : Math.max(0, value.length - (before.length - at));
  field.setSelectionRange(place, place);
}

function announce(words) {
  said.textContent = words;
}

// Parts that have an outcome are read from now on. Words of this page that are in none are shown, for their writer to copy.
function replace(html) {
  for (const [key, words] of Object.entries(html)) {
    const part = parts.get(key);
    if (!part) continue;
    const lost = part.unsaved && part.sending === null ? [...part.values()].filter(([name, value]) => value !== part.held.get(name)) : [];
    const holder = document.createElement("template");
    holder.innerHTML = words;
    const fresh = holder.content.querySelector("[data-part]");
    if (lost.length) {
      const kept = document.createElement("p");
      kept.className = "govuk-body as-sent";
      kept.textContent = `What you wrote is not in this outcome. Copy it from here: ${lost.map(([, value]) => value).join("\n")}`;
      fresh.querySelector(".govuk-details__text").prepend(kept);
      fresh.open = true;
    }
    clearTimeout(part.timer);
    clearTimeout(part.retry);
    part.element.replaceWith(fresh);
    parts.delete(key);
  }
  keepInSight();
}

// What has the focus stays on the screen, whatever grew or went above it.
function keepInSight() {
  const has = document.activeElement;
  const box = has.getBoundingClientRect();
  const gone = box.bottom <= 0 || box.top >= window.innerHeight;
  if (gone && has !== document.body) has.scrollIntoView({ block: "center" });
}

function tellQuorum(byItem) {
  for (const line of sheet.querySelectorAll("[data-quorum]")) {
    const words = byItem[line.dataset.quorum];
    if (words === undefined || line.textContent === words) continue;
    line.textContent = words;
    if (line.closest("[data-part]").open) announce(words);
  }
}

async function look() {
  if (Date.now() - lastTouched > NOBODY_THERE) return;
  try {
    looks += 1;
    const path = `${sheet.dataset.runSheet}?after=${revision}&recorded=${recorded}${looks % QUORUM ? "" : "&quorum"}`;
    const answer = await fetch(path, { headers: asJson, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) return;
    const told = await answer.json();
    const taken = Object.entries(told.parts).map(([key, one]) => parts.get(key)?.takeOthers(one) ?? true);
    if (taken.every(Boolean)) revision = told.revision;
    tellQuorum(told.quorum);
    // Of the session that looks: another one where somebody signed in again meanwhile.
    for (const part of parts.values()) part.form.elements.form_token.value = told.token;
    const free = Object.entries(told.recorded).filter(([key]) => parts.get(key)?.sending == null);
    replace(Object.fromEntries(free));
    if (free.length === Object.keys(told.recorded).length) recorded = told.count;
  } catch {
    // No connection: the next look finds it all.
  }
}

for (const element of sheet.querySelectorAll("[data-part]")) {
  if (element.querySelector("form")) parts.set(element.dataset.part, new Part(element));
}
for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => (lastTouched = Date.now()));
setInterval(look, LOOK);
window.addEventListener("online", () => parts.forEach((part) => part.sending && part.deliver()));
window.addEventListener("beforeunload", (event) => {
  if ([...parts.values()].some((part) => part.unsaved)) event.preventDefault();
});
