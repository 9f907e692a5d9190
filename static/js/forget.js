// What this browser was told to forget: a page says it of itself (data-forget), and so does the door at which waiting deeds
// knock. "weeks" are the pages of practice at home; "home" also what waits to be sent from there; "all" is everything,
// also where the browser was already told so itself (Clear-Site-Data) and does not listen.

import { deeds, forgetShelf, removeDeed } from "./kept.js";

export async function forget(what) {
  if (what === "all") return forgetAll();
  if (what) await forgetShelf("weeks");
  if (what !== "home") return undefined;
  for (const deed of await deeds()) if (deed.url.startsWith("/me/")) await removeDeed(deed.number);
  return undefined;
}

async function forgetAll() {
  if ("caches" in globalThis) for (const name of await caches.keys()) await caches.delete(name);
  indexedDB.deleteDatabase("warm-hands");
  for (const store of ["localStorage", "sessionStorage"]) globalThis[store].clear();
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}

// A browser that keeps nothing has nothing to forget, and says so by refusing.
export const done = forget(document.documentElement.dataset.forget).catch(() => {});
