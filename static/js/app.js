// On every page: htmx and small enhancements of plain HTML. No framework beside it: each part is a few lines that
// look for a data attribute, so a page never carries script expressions.
import htmx from "htmx.org";
import { followCharts, openTablesForPrint } from "./parts/charts-on-sight.js";
import { countTyping } from "./parts/counters.js";
import { wireDialogs } from "./parts/dialogs.js";
import { nameFiles } from "./parts/files.js";
import { wireBulk, wireLists } from "./parts/lists.js";
import { wireMenus } from "./parts/menus.js";
import { wirePreferences } from "./parts/preferences.js";
import { forgetAtSignOut } from "./parts/sign-out.js";
import { forgetToasts, showToast } from "./parts/toasts.js";
import { sendWhatWaits } from "./parts/waiting.js";

// No page is kept in localStorage (personal data), nothing is evaluated, no style is injected.
Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  scrollIntoViewOnBoost: false,
  // A refused form (400, 409, 422) comes back as the same form with its errors: show it.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "4(00|09|22)", swap: true },
    { code: "...", swap: false, error: true },
  ],
});
window.htmx = htmx;

function enhance(root) {
  countTyping(root);
  followCharts(root);
  wireBulk(root);
  forgetToasts(root);
  root.querySelector("[data-error-summary]")?.focus();
}

wireMenus();
nameFiles();
forgetAtSignOut();
wireLists();
wireDialogs();
wirePreferences();
openTablesForPrint();
document.addEventListener("DOMContentLoaded", () => enhance(document));
document.addEventListener("DOMContentLoaded", sendWhatWaits);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
document.addEventListener("toast", (event) => showToast(event.detail));
document.addEventListener("htmx:responseError", () => showToast({ text: document.body.dataset.wentWrong }));
document.addEventListener("htmx:sendError", () => showToast({ text: document.body.dataset.noNetwork }));
