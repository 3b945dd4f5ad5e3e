// The visit form with scripts: what was typed is stored before it is sent; without a network it waits in the outbox.
import { wireNames } from "./combobox.js";
import { forgetDraft, keepDrafts, takeUpDraft } from "./visit-draft.js";
import { dropEntry, getEntry, peopleKept, putEntry } from "./visit-store.js";
import { sendNow } from "./visit-sender.js";

const FORM_VERSION = 1;

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function typed(form) {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && value !== "");
}

function fill(form, fields) {
  for (const control of form.elements) {
    const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (!control.name || control.name === "csrfmiddlewaretoken") continue;
    // A draft has no number of its own.
    if (control.name === "public_id" && !values.length) continue;
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
    if (values.length && control.type !== "hidden") control.closest("details")?.setAttribute("open", "");
  }
}

async function offerPeople(form) {
  const box = form.querySelector("[data-offline-people]")?.querySelector("#id_members");
  if (!box) return;
  const { people } = await peopleKept();
  for (const person of people) {
    const row = document.createElement("div");
    const label = document.createElement("label");
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: "members", value: person.id });
    label.append(tick, ` ${person.name} · ${person.town}`);
    row.append(label);
    box.append(row);
  }
  document.querySelector("[data-no-people]").hidden = people.length > 0;
}

// A UUID that the server knows for another visit is left behind; the text goes under a new one.
function underNewId(form, old) {
  form.elements.public_id.value = newId();
  form.dataset.replaces = old;
}

async function takeUp(form) {
  const id = new URLSearchParams(location.search).get("queued");
  const entry = id && (await getEntry(id));
  if (!entry) return;
  fill(form, entry.fields);
  if (entry.taken) underNewId(form, id);
}

function showRefused(html, taken) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const form = answer.querySelector("form[data-queues]");
  if (!form) return false;
  if (taken) underNewId(form, form.elements.public_id.value);
  document.getElementById("main").replaceChildren(...answer.getElementById("main").childNodes);
  wireNames(document.querySelector("form[data-queues]"));
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: document.getElementById("main") } }));
  return true;
}

export async function wireVisitForm(desk) {
  const form = document.querySelector("form[data-queues]");
  if (!form) return;
  if (form.dataset.queues === "offline") {
    form.elements.public_id.value = newId();
    form.elements.happened_on.value = today();
    await offerPeople(form);
  }
  if (new URLSearchParams(location.search).has("queued")) await takeUp(form);
  else {
    await takeUpDraft(form, fill);
    keepDrafts(form, typed);
  }
  wireNames(form);
  form.dataset.ready = "yes";
}

async function submit(form, desk) {
  const id = form.elements.public_id.value;
  const entry = { id, owner: desk.owner, form_version: FORM_VERSION, fields: typed(form), at: Date.now(), state: "waiting" };
  try {
    await putEntry(entry);
  } catch {
    form.submit();
    return;
  }
  await forgetDraft(form);
  if (form.dataset.replaces) await dropEntry(form.dataset.replaces);
  await desk.show();
  const outcome = await sendNow(id, desk.places, desk.owner);
  if (outcome.state === "saved" && outcome.page) location.assign(outcome.page);
  else if (outcome.state === "change" && showRefused(outcome.html, outcome.taken)) await desk.show();
  else location.assign(desk.places.outbox);
}

export function sendFromForm(desk) {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-queues]");
    if (!form || !desk.owner) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    submit(form, desk).finally(() => delete form.dataset.sending);
  });
}
