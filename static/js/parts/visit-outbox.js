// The outbox page: what waits on this device, and what may be done with it. All words come from the page.
import { dropEntry, entriesOf, peopleKept, putEntry } from "./visit-store.js";
import { flush } from "./visit-sender.js";

const value = (entry, name) => entry.fields.find(([field]) => field === name)?.[1] ?? "";

function whom(entry, people) {
  const ids = entry.fields.filter(([name]) => name === "members").map(([, id]) => id);
  const names = people.filter((person) => ids.includes(person.id)).map((person) => person.name);
  return [...names, value(entry, "organizations")].filter(Boolean).join("、");
}

function editAddress(entry, desk) {
  const query = new URLSearchParams({ queued: entry.id });
  const other = value(entry, "entered_for");
  if (other) query.set("for", other);
  // Who is paired with nobody gets the form for organizations.
  if (value(entry, "organizations")) query.set("organization", "");
  return `${desk.places.action}?${query}`;
}

function row(entry, people, list, desk) {
  const made = list.querySelector("template").content.cloneNode(true);
  const put = (slot, text) => {
    made.querySelector(`[data-slot=${slot}]`).textContent = text;
  };
  put("whom", whom(entry, people));
  put("day", value(entry, "happened_on"));
  put("text", value(entry, "text"));
  put("said", (entry.said ?? []).join(" "));
  put("state", list.getAttribute(`data-${entry.state}`));
  made.querySelector("[data-edit]").href = editAddress(entry, desk);
  made.querySelector("li").dataset.entry = entry.id;
  return made;
}

export async function showOutbox(desk) {
  const list = document.querySelector("[data-outbox-list]");
  if (!list) return;
  const entries = await entriesOf(desk.owner);
  const { people } = await peopleKept();
  for (const old of list.querySelectorAll("li")) old.remove();
  for (const entry of entries) list.append(row(entry, people, list, desk));
  document.querySelector("[data-outbox-empty]").hidden = entries.length > 0;
  document.querySelector("[data-outbox-tools]").hidden = entries.length === 0;
  document.querySelector("[data-outbox-sign-in]").hidden = !entries.some((entry) => entry.state === "sign-in");
  list.dataset.ready = "yes";
}

async function backUp(desk) {
  const entries = await entriesOf(desk.owner);
  const file = new Blob([JSON.stringify(entries, null, 2)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "visits.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function retry(desk, id) {
  for (const entry of await entriesOf(desk.owner)) {
    if (!id || entry.id === id) await putEntry({ ...entry, state: "waiting", next: 0 });
  }
  await flush(desk.places, desk.owner, true);
}

export function wireOutbox(desk) {
  document.addEventListener("click", async (event) => {
    const id = event.target.closest("[data-entry]")?.dataset.entry;
    const button = event.target.closest("[data-outbox]")?.dataset.outbox;
    if (!button) return;
    if (button === "back-up") await backUp(desk);
    if (button === "retry") await retry(desk, id);
    if (button === "delete" && window.confirm(event.target.closest("[data-confirm]").dataset.confirm)) {
      await dropEntry(id);
    }
    await desk.show();
  });
}
