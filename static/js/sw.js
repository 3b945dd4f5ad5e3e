// The service worker of the visit form: keeps two pages that hold nothing about anybody (the empty form and the outbox)
// with their styles and scripts, and shows them where the network does not answer. Nothing else is cached.
const CACHE = "visits-1";
const FORM = "/visits/offline/";
const OUTBOX = "/visits/outbox/";
const ASSETS = /(?:href|src)="(\/static\/[^"#]+)/g;

async function refresh() {
  const cache = await caches.open(CACHE);
  const wanted = new Set();
  for (const page of [FORM, OUTBOX]) {
    const answer = await fetch(page, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return;
    const html = await answer.clone().text();
    for (const [, asset] of html.matchAll(ASSETS)) wanted.add(asset);
    await cache.put(page, answer);
  }
  await cache.addAll([...wanted]);
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    if (path.startsWith("/static/") && ![...wanted].some((asset) => asset.split("?")[0] === path)) await cache.delete(request);
  }
}

async function pageOrShell(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const page = new URL(request.url).pathname === OUTBOX ? OUTBOX : FORM;
    const kept = await caches.match(page);
    if (kept) return kept;
    throw error;
  }
}

async function freshOrKept(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(refresh().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(refresh().catch(() => undefined)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOrShell(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(freshOrKept(request));
});
