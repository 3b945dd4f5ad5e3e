// Signing out leaves nothing readable on this device: "my people" and drafts go (parts/visit-store.js keeps them), and,
// once the user has said so, entries of theirs that were not sent.
function dropEntriesOf(owner) {
  return new Promise((resolve) => {
    const asked = indexedDB.open("tongxin-visits", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "id" });
    asked.onerror = resolve;
    asked.onsuccess = () => {
      const work = asked.result.transaction("queue", "readwrite");
      work.objectStore("queue").openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        if (cursor.value.owner === owner) cursor.delete();
        cursor.continue();
      };
      const done = () => {
        asked.result.close();
        resolve();
      };
      work.oncomplete = done;
      work.onabort = done;
    };
  });
}

export function forgetAtSignOut() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-signs-out]");
    if (!form || !window.indexedDB) return;
    const waiting = Number(localStorage.getItem("visits-waiting"));
    const owner = document.getElementById("sync-chip")?.dataset.owner;
    if (waiting > 0 && owner) {
      event.preventDefault();
      if (!window.confirm(form.dataset.signsOut.replace("{n}", waiting))) return;
      localStorage.removeItem("visits-waiting");
      dropEntriesOf(owner).then(() => form.submit());
    }
    indexedDB.deleteDatabase("tongxin-people");
  });
}
