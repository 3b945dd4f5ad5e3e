// Small menus are <details class="pop">: they close on a click elsewhere and on Escape. Select boxes marked
// data-submits send their form at once. "/" goes to the search field, "n" to the page's new-entry link.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.pop[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

// From any page without a new entry of its own: who logs visits has the chip that knows where.
function newVisit() {
  const chip = document.getElementById("sync-chip");
  if (chip) location.assign(chip.dataset.action);
}

function onKey(event) {
  if (event.key === "Escape") {
    closeMenus();
    if (location.hash === "#site-nav") location.hash = "#";
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit?.();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const wanted = { "/": "[data-search]", n: "[data-new]" }[event.key];
  const target = wanted && document.querySelector(wanted);
  if (!target && event.key === "n") newVisit();
  if (!target) return;
  event.preventDefault();
  if (event.key === "n") target.click();
  else target.focus();
}

export function wireMenus() {
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.pop")));
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
}
