// Sends the queue: one sender at a time over all tabs, a fresh token each time, waiting longer after each failure.
import { dropEntry, entriesOf, getEntry, keepLast, keepPeople, peopleKept, putEntry } from "./visit-store.js";

const LONGEST_WAIT = 5 * 60 * 1000;
const FIRST_WAIT = 5 * 1000;
const GIVE_UP = 30 * 1000;
const PEOPLE_FRESH = 60 * 60 * 1000;

function ask(url, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), GIVE_UP);
  return fetch(url, { redirect: "manual", credentials: "same-origin", signal: stop.signal, ...options }).finally(() =>
    clearTimeout(timer),
  );
}

// A page that sends us to sign in is a redirect, which `fetch` does not follow here.
const isSignedOut = (answer) => answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;

async function token(places, owner) {
  const answer = await ask(places.token);
  if (isSignedOut(answer)) return null;
  if (!answer.ok) throw new Error(answer.status);
  const desk = await answer.json();
  return desk.owner === owner ? desk.token : null;
}

// What the server's form has to say, as text: the page shows it beside the entry.
function sentences(html) {
  const found = new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-error-summary] li");
  return [...found].map((line) => line.textContent.trim());
}

async function later(entry) {
  const tries = (entry.tries ?? 0) + 1;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1));
  await putEntry({ ...entry, state: "waiting", tries, next: Date.now() + wait });
  return { state: "waiting" };
}

async function send(entry, places, owner, mode) {
  let answer;
  try {
    const fresh = await token(places, owner);
    if (fresh === null) {
      await putEntry({ ...entry, state: "sign-in" });
      return { state: "sign-in" };
    }
    const headers = { "X-CSRFToken": fresh, "X-Outbox": mode };
    answer = await ask(places.action, { method: "POST", headers, body: new URLSearchParams(entry.fields) });
  } catch {
    return later(entry);
  }
  if (isSignedOut(answer)) {
    await putEntry({ ...entry, state: "sign-in" });
    return { state: "sign-in" };
  }
  if (answer.status === 200 || answer.status === 201) {
    await dropEntry(entry.id);
    await keepLast();
    return { state: "saved", page: (await answer.json()).page };
  }
  if (answer.status >= 500 || answer.status === 429) return later(entry);
  const html = await answer.text();
  await putEntry({ ...entry, state: "change", taken: answer.status === 409, said: sentences(html) });
  return { state: "change", html, taken: answer.status === 409 };
}

// Without locks (an old browser, or no https) two tabs may both send: the server takes the same entry once.
function alone(options, work) {
  return navigator.locks ? navigator.locks.request("tongxin-visits", options, (lock) => lock && work()) : work();
}

// The entry just written, from the open form; waits for its turn.
export function sendNow(id, places, owner) {
  return alone({}, async () => {
    const entry = await getEntry(id);
    return entry ? send(entry, places, owner, "now") : { state: "saved", page: "" };
  });
}

// All that is due; with `force` also what was to wait longer. Entries that came meanwhile are sent too.
export function flush(places, owner, force = false) {
  return alone({ ifAvailable: true }, async () => {
    const tried = new Set();
    for (;;) {
      const due = (await entriesOf(owner)).find(
        (entry) =>
          !tried.has(entry.id) && entry.state !== "change" && (force || !entry.next || entry.next <= Date.now()),
      );
      if (!due) return;
      tried.add(due.id);
      const outcome = await send(due, places, owner, "later");
      // Nobody answers, or nobody is signed in: the others would fare no better.
      if (outcome.state === "sign-in" || outcome.state === "waiting") return;
    }
  });
}

export async function refreshPeople(places) {
  if ((await peopleKept()).age < PEOPLE_FRESH) return;
  const answer = await ask(places.people).catch(() => null);
  if (answer?.ok && !isSignedOut(answer)) await keepPeople((await answer.json()).people);
}
