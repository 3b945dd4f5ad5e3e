// What was chosen stands beside the button, in place of the browser's own words (templates/components/file_face.html).
export function nameFiles() {
  document.addEventListener("change", (event) => show(event.target));
  // A form that is emptied, or a page that comes back from the history with its file.
  document.addEventListener("reset", (event) => setTimeout(() => showAll(event.target)));
  window.addEventListener("pageshow", () => showAll(document));
}

function showAll(root) {
  root.querySelectorAll('.file > input[type="file"]').forEach(show);
}

function show(input) {
  const name = input.closest?.(".file")?.querySelector(".file-name");
  if (name) name.textContent = [...input.files].map((file) => file.name).join("，") || name.dataset.none;
}
