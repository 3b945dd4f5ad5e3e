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
