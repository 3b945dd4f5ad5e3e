// <button data-opens="id"> opens <dialog id>; [data-closes] inside closes it. A browser without <dialog>
// (Firefox below 98) shows the question through confirm() with the dialog's own words.
import { printPage } from "./charts-on-sight.js";

function open(dialog) {
  if (dialog.showModal) {
    dialog.showModal();
    return;
  }
  const form = dialog.querySelector("form");
  if (form && window.confirm(dialog.querySelector("h2").textContent)) form.submit();
}

export function wireDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      event.preventDefault();
      open(document.getElementById(opener.dataset.opens));
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
    if (event.target.closest("[data-prints]")) printPage();
    if (event.target.closest("[data-back]")) window.history.back();
  });
}
