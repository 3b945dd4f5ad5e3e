// Lists one works in: ticked rows are counted in the bar below, j and k walk the rows, x ticks one.
function boxes(bar) {
  return [...document.querySelectorAll(`input[name="${bar.dataset.bulk || "member"}"][form="${bar.id}"]`)];
}

function count(bar) {
  const all = bar.querySelector("[data-tick-all]").checked;
  const rows = boxes(bar);
  const ticked = rows.filter((box) => box.checked).length;
  const page = bar.querySelector("[data-tick-page]");
  for (const box of rows) box.disabled = all;
  page.disabled = all;
  page.checked = !all && ticked > 0 && ticked === rows.length;
  page.indeterminate = !all && ticked > 0 && ticked < rows.length;
  const words = bar.querySelector("[data-ticked]");
  const total = all ? bar.dataset.total : String(ticked);
  words.textContent = total === "0" ? "" : words.dataset.words.replace("{n}", total);
  bar.classList.toggle("bulk-bar-on", total !== "0");
  document.documentElement.classList.toggle("has-bulk-bar", total !== "0");
}

export function wireBulk(root) {
  for (const bar of root.querySelectorAll("[data-bulk]")) {
    bar.querySelector("[data-tick-page]").closest("label").hidden = false;
    count(bar);
  }
}

function onChange(event) {
  const box = event.target;
  const bar = box.form?.matches?.("[data-bulk]") ? box.form : null;
  if (!bar) return;
  if (box.matches("[data-tick-page]")) for (const row of boxes(bar)) row.checked = box.checked;
  count(bar);
}

function walk(step) {
  const links = [...document.querySelectorAll(".table tbody th[scope=row] a")];
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[here < 0 ? 0 : Math.min(links.length - 1, Math.max(0, here + step))];
  next?.focus();
  return next !== undefined;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "?") document.getElementById("keys")?.showModal?.();
  else if (event.key === "x") document.activeElement.closest("tr")?.querySelector("input[type=checkbox][form]")?.click();
  else if (!((event.key === "j" && walk(1)) || (event.key === "k" && walk(-1)))) return;
  event.preventDefault();
}

export function wireLists() {
  document.addEventListener("change", onChange);
  document.addEventListener("keydown", onKey);
}
