// Text size and row height: kept in a cookie, so that the server writes them into <html> and nothing jumps.
const YEAR = 365 * 24 * 60 * 60;

export function wirePreferences() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-prefers]");
    if (!button) return;
    const [name, value] = button.dataset.prefers.split("=");
    const root = document.documentElement;
    const next = root.dataset[name] === value ? "" : value;
    root.dataset[name] = next;
    button.setAttribute("aria-pressed", String(next === value));
    document.cookie = `${name}=${next};path=/;max-age=${YEAR};samesite=lax`;
  });
}
