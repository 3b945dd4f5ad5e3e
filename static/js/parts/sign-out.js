// Signing out takes "my people" from this device (parts/visit-store.js keeps them). What was not sent yet stays.
export function forgetAtSignOut() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-signs-out]") && window.indexedDB) indexedDB.deleteDatabase("tongxin-people");
  });
}
