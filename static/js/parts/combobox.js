// Fields that take names (organizations, colleagues): what was typed is looked up, a choice completes the last name.
// Without scripts or network they stay what they are, a line of names with 、 between them.
const PAUSE = 200;
const BETWEEN = /[、，,;；]/;
let made = 0;

const lastName = (text) => text.split(BETWEEN).pop().trim();

function withChoice(text, name) {
  const last = text.split(BETWEEN).pop();
  return text.slice(0, text.length - last.length) + name;
}

async function lookUp(form, input) {
  const words = lastName(input.value);
  if (!words) return [];
  const place = form.dataset.names.replace("/x/", `/${input.dataset.suggests}/`);
  const answer = await fetch(`${place}?${new URLSearchParams({ q: words })}`, { redirect: "manual" }).catch(() => null);
  return answer?.ok ? (await answer.json()).names : [];
}

function optionsOf(list) {
  return [...list.children];
}

function close(input, list) {
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function show(input, list, names) {
  list.replaceChildren(
    ...names.map((name, at) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${at}`, textContent: name });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      return option;
    }),
  );
  if (!names.length) return close(input, list);
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
  return undefined;
}

function choose(input, list, option) {
  input.value = withChoice(input.value, option.textContent);
  input.dispatchEvent(new Event("change", { bubbles: true }));
  close(input, list);
  input.focus();
}

function step(input, list, by) {
  const options = optionsOf(list);
  const here = options.findIndex((option) => option.id === input.getAttribute("aria-activedescendant"));
  const next = options[(here + by + options.length + (here < 0 && by < 0 ? 1 : 0)) % options.length];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function onKey(event, input, list) {
  if (list.hidden || event.isComposing) return;
  const active = document.getElementById(input.getAttribute("aria-activedescendant"));
  if (event.key === "ArrowDown") step(input, list, 1);
  else if (event.key === "ArrowUp") step(input, list, -1);
  else if (event.key === "Enter" && active) choose(input, list, active);
  else if (event.key === "Escape") close(input, list);
  else return;
  event.preventDefault();
}

function wire(form, input) {
  made += 1;
  const list = Object.assign(document.createElement("ul"), { id: `names-${made}`, className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  close(input, list);
  let timer;
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing) return;
    timer = setTimeout(async () => {
      const asked = input.value;
      const names = await lookUp(form, input);
      if (asked === input.value && document.activeElement === input) show(input, list, names);
    }, PAUSE);
  });
  // Of a Chinese word the input event comes before the composing ends.
  input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input", { bubbles: true })));
  input.addEventListener("keydown", (event) => onKey(event, input, list));
  input.addEventListener("blur", () => close(input, list));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (option) choose(input, list, option);
  });
}

export function wireNames(form) {
  for (const input of form?.querySelectorAll("[data-suggests]") ?? []) if (form.dataset.names) wire(form, input);
}
