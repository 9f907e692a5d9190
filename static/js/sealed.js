// A private line that waits on this phone lies there sealed: the key never leaves the browser and no page can read it out,
// so nobody reads the line off the phone's storage. It goes with everything else that is wiped.

import { fact, keepFact } from "./kept.js";

async function key() {
  const mine = await fact("seal");
  if (mine) return mine;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await keepFact("seal", made);
  return made;
}

// {name: text} as something that can be kept; null where there is nothing to seal.
export async function seal(texts) {
  const told = Object.entries(texts ?? {}).filter(([, text]) => text);
  if (!told.length) return null;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const words = new TextEncoder().encode(JSON.stringify(Object.fromEntries(told)));
  return { iv, words: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), words) };
}

// What was sealed, as {name: text}; nothing where the key is gone, for then nobody reads it any more.
export async function unseal(sealed) {
  if (!sealed) return {};
  try {
    const words = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, await key(), sealed.words);
    return JSON.parse(new TextDecoder().decode(words));
  } catch {
    return {};
  }
}
