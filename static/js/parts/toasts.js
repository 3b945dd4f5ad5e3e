// A short word at the bottom, with an undo when the server offers one: HX-Trigger {"toast": {text, url, action}}.
const SHOWN_FOR = 8000;
// One that undoes something: time to read it and to think.
const SHOWN_FOR_UNDO = 20000;

function undoForm(url, action) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const token = document.createElement("input");
  token.type = "hidden";
  token.name = "csrfmiddlewaretoken";
  token.value = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const button = document.createElement("button");
  button.textContent = action;
  form.append(token, button);
  return form;
}

export function showToast({ text, url, action }) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  if (url) toast.append(undoForm(url, action));
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.remove(), url ? SHOWN_FOR_UNDO : SHOWN_FOR);
}

// <div data-toast>: one that came with the page, so that it works without JavaScript too.
export function forgetToasts(root) {
  for (const toast of root.querySelectorAll("[data-toast]")) setTimeout(() => toast.remove(), SHOWN_FOR_UNDO);
}
