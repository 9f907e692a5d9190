// What this phone keeps, and for how long: deeds that wait to be sent; for each open register a bare page with the names
// and marks of that date, for a day; and for each week of practice at home that was opened here its bare pages, for a
// month. Never a health answer, never a note that can be read. Nothing outlives signing out, and what belongs to one
// reader is never shown to, or sent by, another.

export const DAY = 24 * 60 * 60 * 1000;
const NAME = "warm-hands";
// {shelf: how long a page stays on it}. The workers know the same (classes/views/on_a_phone.py).
const SHELVES = { registers: DAY, weeks: 31 * DAY };
const STORES = { deeds: { keyPath: "number", autoIncrement: true }, marks: { keyPath: "url" }, facts: { keyPath: "name" } };

let opening = null;
// What a browser does not take, the page itself keeps as long as it is open: all of it in some private windows, and what
// comes last where there is no room left.
const memory = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
let counted = 0;

// Whether every deed that waits would still be there after this page was closed.
export function isOnPhone() {
  return !memory.deeds.size;
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) asked.result.createObjectStore(name, options);
    };
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("blocked"));
    asked.onsuccess = () => {
      const found = asked.result;
      found.onversionchange = found.onclose = () => {
        found.close();
        opening = null;
      };
      resolve(found);
    };
  });
  return opening;
}

// What the phone answers; undefined where it does not take or tell anything.
async function onPhone(name, mode, act) {
  try {
    const phone = await open();
    return await new Promise((resolve, reject) => {
      // What was acknowledged to the one who tapped must not vanish with the battery.
      const transaction = phone.transaction(name, mode, { durability: "strict" });
      const asked = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } catch {
    return undefined;
  }
}

async function all(name) {
  const { keyPath } = STORES[name];
  const rows = (await onPhone(name, "readonly", (store) => store.getAll())) ?? [];
  return [...new Map([...rows.map((row) => [row[keyPath], row]), ...memory[name]]).values()];
}

async function one(name, key) {
  return memory[name].get(key) ?? (await onPhone(name, "readonly", (store) => store.get(key)));
}

async function put(name, row) {
  const key = await onPhone(name, "readwrite", (store) => store.put(row));
  if (key !== undefined) return memory[name].delete(key);
  const { keyPath } = STORES[name];
  const own = row[keyPath] ?? --counted;
  return memory[name].set(own, { ...row, [keyPath]: own });
}

async function remove(name, key) {
  memory[name].delete(key);
  if (!(key < 0)) await onPhone(name, "readwrite", (store) => store.delete(key));
}

// Deeds in the order in which they were done.
export async function deeds() {
  return all("deeds");
}

export async function addDeed(deed) {
  await put("deeds", deed);
}

export async function removeDeed(number) {
  await remove("deeds", number);
}

// The marks of a register as they were last told: {place: mark}.
export async function marksOf(url) {
  return (await one("marks", url))?.marks;
}

export async function keepMarks(url, marks, at = Date.now()) {
  await put("marks", { url, marks, at });
}

export async function fact(name) {
  return (await one("facts", name))?.value;
}

export async function keepFact(name, value) {
  await put("facts", { name, value, at: Date.now() });
}

// Keep the bare page at `source` for the address `url`; the worker shows it there while there is no network. `line` says
// what it is in the list of what is kept; `leads` says that the app's sign on the home screen may open it.
export async function keepPage(url, source, { title, line = "", shelf = "registers", leads = true }) {
  if (!("caches" in globalThis)) return false;
  const answer = await fetch(source, { redirect: "manual", headers: { Accept: "text/html" } });
  // An empty answer says that there is nothing to keep.
  if (answer.status !== 200) return false;
  const headers = new Headers(answer.headers);
  const told = { "X-Kept-At": Date.now(), "X-Title": encodeURIComponent(title), "X-Line": encodeURIComponent(line) };
  for (const [name, value] of Object.entries({ ...told, "X-Leads": leads ? "yes" : "no" })) headers.set(name, value);
  const pages = await caches.open(shelf);
  await pages.put(url, new Response(await answer.blob(), { headers }));
  return true;
}

export async function forgetPage(url, shelf = "registers") {
  if (shelf === "registers") await remove("marks", url);
  if ("caches" in globalThis) await (await caches.open(shelf)).delete(url);
}

export async function forgetShelf(shelf) {
  if ("caches" in globalThis) await caches.delete(shelf);
}

// [{url, title, line, leads, at}] of the pages on that shelf, in the order in which they were kept.
export async function pages(shelf = "registers") {
  if (!("caches" in globalThis)) return [];
  const store = await caches.open(shelf);
  const requests = await store.keys();
  const found = await Promise.all(requests.map((request) => store.match(request)));
  const told = (answer, name) => decodeURIComponent(answer.headers.get(name) ?? "");
  return found.map((answer, place) => ({
    url: new URL(requests[place].url).pathname + new URL(requests[place].url).search,
    title: told(answer, "X-Title"),
    line: told(answer, "X-Line"),
    leads: answer.headers.get("X-Leads") !== "no",
    at: Number(answer.headers.get("X-Kept-At")),
  }));
}

function isStale(at, now, most = DAY) {
  return !(Math.abs(now - at) < most);
}

// Take away whatever is too old, sent or not; all of it, where it belongs to somebody else.
export async function tidy(owner, now = Date.now()) {
  const whose = await fact("owner");
  if (owner && whose && whose !== owner) await wipe();
  if (owner) await keepFact("owner", owner);
  for (const deed of await deeds()) if (isStale(deed.at, now, (deed.days ?? 1) * DAY)) await removeDeed(deed.number);
  for (const [shelf, most] of Object.entries(SHELVES)) {
    for (const page of await pages(shelf)) if (isStale(page.at, now, most)) await forgetPage(page.url, shelf);
  }
  for (const row of await all("marks")) if (isStale(row.at, now)) await remove("marks", row.url);
}

// This reader is no longer the one who is signed in here: what is theirs goes, what is the other's stays.
export async function leave(owner) {
  if ((await fact("owner")) === owner) return wipe();
  for (const deed of await deeds()) if (deed.owner === owner) await removeDeed(deed.number);
  return undefined;
}

// Everything that is anybody's, at once. What every reader gets alike (styles, this script) stays.
export async function wipe() {
  for (const name of Object.keys(STORES)) {
    memory[name].clear();
    await onPhone(name, "readwrite", (store) => store.clear());
  }
  if ("caches" in globalThis) for (const shelf of Object.keys(SHELVES)) await caches.delete(shelf);
}
