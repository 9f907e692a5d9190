// Answers for pages of this site while there is no network: one worker for teaching, one for practice at home, each for
// its own addresses. It keeps what every reader gets alike: styles, scripts, signs and the page that says there is no
// signal. Of a reader it shows the bare pages that the pages themselves put aside (kept.js), for as long as it is told; it
// puts aside no page itself. What is sent goes past it.

// shelf, days: where those pages lie, and for how long. alike: the name of what is for everyone. tells: what of a query
// makes another page of it; the rest only changes how the page looks. single: [what asks for one thing, the name and the
// value that ask for the page which holds each of them]. start: where the sign on the home screen leads. language: of
// the page that says there is no signal.
const { madeOf, noSignal, start, shelf, days, alike, tells, single, language } = self.warmHands;
const LONGEST = days * 24 * 60 * 60 * 1000;
// Where a page is kept, nobody waits longer than this for a slow network.
const PATIENCE = 4000;
const GONE = [403, 404];

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
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (madeOf.includes(url.pathname)) event.respondWith(part(request));
});

async function nameOfThis() {
  const words = new TextEncoder().encode([language, ...madeOf].join());
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", words)).slice(0, 8);
  return alike + [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function putAside() {
  const store = await caches.open(await nameOfThis());
  await store.addAll([...madeOf, noSignal]);
}

// A page put aside yesterday wants the styles of yesterday, and so does one that is open: those of the version before this
// one stay, and those of every version that a page on the shelf was made with.
async function clearOut() {
  const store = await forgetOld();
  const names = (await caches.keys()).filter((name) => name.startsWith(alike));
  const mine = await nameOfThis();
  const older = names.filter((name) => name !== mine).slice(0, -1);
  if (!older.length) return;
  const answers = await Promise.all((await store.keys()).map((request) => store.match(request, { ignoreVary: true })));
  const pages = await Promise.all(answers.map((answer) => answer.text()));
  for (const name of older) if (!(await isNeeded(name, pages))) await caches.delete(name);
}

async function isNeeded(name, pages) {
  const paths = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname);
  const own = paths.filter((path) => path !== noSignal && !madeOf.includes(path));
  return own.some((path) => pages.some((page) => page.includes(path)));
}

async function forgetOld() {
  const store = await caches.open(shelf);
  for (const request of await store.keys()) {
    const answer = await store.match(request, { ignoreVary: true });
    const age = Date.now() - Number(answer.headers.get("X-Kept-At"));
    if (!(Math.abs(age) < LONGEST)) await store.delete(request);
  }
  return store;
}

// A page of its own stands under its path and what tells it apart, in the order in which the site writes it.
function addressOf(url) {
  const asked = new URLSearchParams(url.search);
  const [one, name, value] = single;
  if (one && asked.has(one)) asked.set(name, value);
  const told = tells.filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]);
  return url.pathname + (told.length ? `?${new URLSearchParams(told)}` : "");
}

async function page(request, url) {
  const store = await forgetOld();
  const address = addressOf(url);
  const leads = url.pathname === start && (await whereTo(store, address));
  const mine = leads || (await kept(store, address));
  try {
    const answer = await inTime(fetch(request), mine ? PATIENCE : 0);
    if (GONE.includes(answer.status)) await store.delete(address);
    if (answer.status < 500 || !mine) return answer;
  } catch {
    // No network: what is here has to do.
  }
  if (leads) return Response.redirect(leads.url, 302);
  return mine ?? (await alikeFor(noSignal)) ?? Response.error();
}

// Without a word on whose, any page of that path will do; a page of somebody else's will not.
async function kept(store, address) {
  const exact = await store.match(address, { ignoreVary: true });
  return exact ?? (address.includes("?") ? undefined : store.match(address, { ignoreVary: true, ignoreSearch: true }));
}

// Of the pages that may be opened from the home screen: the only one; where the newest will do, that.
async function whereTo(store, address) {
  const asked = new URL(address, location.origin).search;
  const found = [];
  for (const request of await store.keys()) {
    const { headers } = await store.match(request, { ignoreVary: true });
    const fits = !asked || new URL(request.url).search === asked;
    if (headers.get("X-Leads") !== "no" && fits) found.push({ request, at: Number(headers.get("X-Kept-At")) });
  }
  found.sort((one, other) => other.at - one.at);
  return found.length === 1 || self.warmHands.newest ? found[0]?.request : undefined;
}

async function alikeFor(path) {
  const mine = await caches.open(await nameOfThis());
  return (await mine.match(path, { ignoreVary: true })) ?? caches.match(path, { ignoreVary: true });
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
