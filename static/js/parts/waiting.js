// Something waits on this device: fetch the script that sends it, on whatever page we are.
export function sendWhatWaits() {
  const chip = document.getElementById("sync-chip");
  if (!chip || document.querySelector("script[data-visits]")) return;
  if (!(Number(localStorage.getItem("visits-waiting")) > 0)) return;
  const script = document.createElement("script");
  script.src = chip.dataset.script;
  document.head.append(script);
}
