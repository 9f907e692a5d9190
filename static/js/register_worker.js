// Answers for the pages of teaching while there is no network. It keeps what every reader gets alike: styles, scripts,
// signs and the page that says there is no signal. Of a reader it shows the bare registers that the register's own page
// put aside (kept.js), for a day; it puts aside no page itself. What is sent goes past it.

const { madeOf, noSignal, start } = self.register;
const PAGES = "registers";
const ALIKE = "alike-";
const DAY = 24 * 60 * 60 * 1000;
// Where a register is kept, nobody waits longer than this for a slow network.
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(putAside().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(clearOut().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
  else if (madeOf.includes(url.pathname)) event.respondWith(part(request));
});

async function nameOfThis() {
  const words = new TextEncoder().encode(madeOf.join());
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", words)).slice(0, 8);
  return ALIKE + [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function putAside() {
  const alike = await caches.open(await nameOfThis());
  await alike.addAll([...madeOf, noSignal]);
}

// A register put aside yesterday wants the styles of yesterday, so those of the version before this one stay.
async function clearOut() {
  const names = (await caches.keys()).filter((name) => name.startsWith(ALIKE));
  const mine = await nameOfThis();
  const older = names.filter((name) => name !== mine).slice(0, -1);
  await Promise.all(older.map((name) => caches.delete(name)));
  await forgetOld();
}

async function forgetOld() {
  const store = await caches.open(PAGES);
  for (const request of await store.keys()) {
    const answer = await store.match(request, { ignoreVary: true });
    const age = Date.now() - Number(answer.headers.get("X-Kept-At"));
    if (!(Math.abs(age) < DAY)) await store.delete(request);
  }
  return store;
}

async function page(request, path) {
  const store = await forgetOld();
  const mine = path === start ? await theOnlyOne(store) : await store.match(path, { ignoreVary: true });
  try {
    const answer = await inTime(fetch(request), mine ? PATIENCE : 0);
    if (answer.status === 404) await store.delete(path);
    if (answer.status < 500 || !mine) return answer;
  } catch {
    // No network: what is here has to do.
  }
  if (mine && path === start) return Response.redirect(mine.url, 302);
  return mine ?? (await caches.match(noSignal, { ignoreVary: true })) ?? Response.error();
}

async function theOnlyOne(store) {
  const [only, ...others] = await store.keys();
  return others.length ? undefined : only;
}

async function part(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

function inTime(answer, most) {
  if (!most) return answer;
  const late = new Promise((resolve, reject) => {
    setTimeout(reject, most, new Error("slow"));
  });
  return Promise.race([answer, late]);
}
