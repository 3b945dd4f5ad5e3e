// What was typed into a new visit and not sent yet, kept on this device for the same address of the form: a closed tab or
// an empty battery loses nothing. It goes when the visit is sent, after seven days, and at signing out.
import { dropDraft, draftKept, keepDraft } from "./visit-store.js";

const PAUSE = 400;
const key = () => `draft ${location.search}`;

function showNote(form) {
  const note = document.querySelector("[data-draft]");
  if (!note) return;
  note.hidden = false;
  note.querySelector("[data-drop-draft]").addEventListener("click", async () => {
    form.dataset.drops = "yes";
    await dropDraft(key());
    location.reload();
  });
}

// Of the form as it was opened: gives what was kept, once.
export async function takeUpDraft(form, fill) {
  const kept = await draftKept(key());
  if (!kept) return;
  fill(form, kept);
  showNote(form);
}

export function keepDrafts(form, typed) {
  let timer;
  const keepNow = async () => {
    if (form.dataset.drops || !form.isConnected) return;
    await keepDraft(key(), typed(form).filter(([name]) => name !== "public_id"));
    form.dataset.drafted = "yes";
  };
  const keepLater = () => {
    clearTimeout(timer);
    delete form.dataset.drafted;
    timer = setTimeout(keepNow, PAUSE);
  };
  form.addEventListener("input", keepLater);
  form.addEventListener("change", keepLater);
}

export async function forgetDraft(form) {
  form.dataset.drops = "yes";
  await dropDraft(key());
}
