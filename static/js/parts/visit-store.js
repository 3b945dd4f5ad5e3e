// What the browser keeps of the visit form (guide/experience.md, "Offline visit form"): the queue of entries that were
// not sent yet, and, in a database of its own that signing out deletes (parts/sign-out.js), who is signed in and
// "my people" and drafts. Entries stay with who wrote them: nobody else sees or sends them.
const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 7 * DAY;
const opened = {};

function open(name, stores) {
  opened[name] ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(stores)) asked.result.createObjectStore(store, { keyPath });
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const close = () => {
        asked.result.close();
        delete opened[name];
      };
      asked.result.onversionchange = close;
      asked.result.onclose = close;
      resolve(asked.result);
    };
  });
  return opened[name];
}

const queueDatabase = () => open("tongxin-visits", { queue: "id" });
const ownDatabase = () => open("tongxin-people", { kept: "name" });

async function run(database, store, mode, work) {
  const transaction = (await database()).transaction(store, mode);
  const asked = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

export const putEntry = (entry) => run(queueDatabase, "queue", "readwrite", (store) => store.put(entry));
export const dropEntry = (id) => run(queueDatabase, "queue", "readwrite", (store) => store.delete(id));
export const getEntry = (id) => run(queueDatabase, "queue", "readonly", (store) => store.get(id));

export async function entriesOf(owner) {
  const all = await run(queueDatabase, "queue", "readonly", (store) => store.getAll());
  return all.filter((entry) => entry.owner === owner).sort((a, b) => a.at - b.at);
}

const keep = (name, value) => run(ownDatabase, "kept", "readwrite", (store) => store.put({ name, value, at: Date.now() }));
const kept = (name) => run(ownDatabase, "kept", "readonly", (store) => store.get(name));

// Who wrote last on this device; another person's people are forgotten at once.
export async function rememberOwner(owner) {
  if ((await kept("owner"))?.value === owner) return;
  await run(ownDatabase, "kept", "readwrite", (store) => store.clear());
  await keep("owner", owner);
}

export const ownerKept = async () => (await kept("owner"))?.value ?? "";
export const keepPeople = (people) => keep("people", people);
export const keepLast = () => keep("last", Date.now());
export const lastKept = async () => (await kept("last"))?.value;

const drop = (name) => run(ownDatabase, "kept", "readwrite", (store) => store.delete(name));

// What is older than seven days is forgotten.
async function freshKept(name) {
  const found = await kept(name);
  if (found && Date.now() - found.at > KEPT_FOR) {
    await drop(name);
    return undefined;
  }
  return found;
}

export async function peopleKept() {
  const found = await freshKept("people");
  return found ? { people: found.value, age: Date.now() - found.at } : { people: [], age: Infinity };
}

export const keepDraft = keep;
export const dropDraft = drop;
export const draftKept = async (name) => (await freshKept(name))?.value;
