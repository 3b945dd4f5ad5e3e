// The visit form without a network: on the form, the outbox, and on every page while something waits (parts/waiting.js).
import { sendFromForm, wireVisitForm } from "./parts/visit-form.js";
import { showOutbox, wireOutbox } from "./parts/visit-outbox.js";
import { flush, refreshPeople } from "./parts/visit-sender.js";
import { entriesOf, lastKept, ownerKept, rememberOwner } from "./parts/visit-store.js";

const EVERY = 30 * 1000;
const chip = document.getElementById("sync-chip");

function hour(moment) {
  return new Date(moment).toTimeString().slice(0, 5);
}

// Who is signed in, where things are sent, and the chip in the header.
const desk = {
  owner: "",
  places: chip?.dataset,
  async show() {
    const waiting = (await entriesOf(desk.owner)).length;
    const last = await lastKept();
    const words = chip.querySelector("[data-sync-text]");
    words.textContent = `${words.dataset.words} ${waiting}`;
    if (last) words.textContent += ` · ${words.dataset.last} ${hour(last)}`;
    chip.hidden = waiting === 0;
    localStorage.setItem("visits-waiting", waiting);
    await showOutbox(desk);
  },
};

async function sync(force = false) {
  await flush(desk.places, desk.owner, force).catch(() => undefined);
  await desk.show();
}

async function register() {
  if (!navigator.serviceWorker || !document.querySelector("form[data-queues=online]")) return;
  const registered = await navigator.serviceWorker.register(desk.places.worker, { scope: "/" });
  registered.active?.postMessage("refresh");
}

async function start() {
  if (chip.dataset.owner) await rememberOwner(chip.dataset.owner);
  desk.owner = await ownerKept();
  sendFromForm(desk);
  await wireVisitForm(desk);
  wireOutbox(desk);
  await desk.show();
  window.addEventListener("online", () => sync(true));
  window.addEventListener("focus", () => sync());
  document.addEventListener("visibilitychange", () => document.hidden || sync());
  setInterval(sync, EVERY);
  await sync(true);
  if (chip.dataset.owner) {
    await refreshPeople(desk.places).catch(() => undefined);
    await register().catch(() => undefined);
  }
}

if (chip && window.indexedDB) start().catch(() => undefined);
