// "12 / 300" under a text field with a limit. Digits only, so nothing to translate.
const NEAR = 0.9;

export function countTyping(root) {
  for (const area of root.querySelectorAll("textarea[maxlength]")) {
    if (area.dataset.counted) continue;
    area.dataset.counted = "yes";
    const count = document.createElement("p");
    count.className = "field-count";
    count.setAttribute("aria-hidden", "true");
    area.after(count);
    const show = () => {
      const used = [...area.value].length;
      count.textContent = `${used} / ${area.maxLength}`;
      count.classList.toggle("field-count-near", used >= area.maxLength * NEAR);
    };
    area.addEventListener("input", show);
    show();
  }
}
