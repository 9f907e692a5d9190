// A queue of deeds that waits on this phone until the network takes them: through tunnels, closed tabs and an expired
// sign-in. A deed is one form that the server takes once however often it arrives.
//
// For a page with deeds of its own, beside the register:
//
//     {% load sending %} … {% sending_strip %}                 in the template, first thing in <main>: says how it stands
//     import { enqueue, newKey, watch, waiting } of this file;     (named like that, lest collectstatic follows it here)
//
//     await enqueue({ url: location.pathname, fields: { do: "taught", stroke: "milking", key: newKey() } });
//     watch(({ deed, answer, status, trouble }) => …);          after each answer, and whenever how it stands changes
//     for (const deed of await waiting(location.pathname)) …    to show what was done and not yet sent, on a fresh page
//
// `shows` is {thing: state}, for showing what waits; it is not sent, and a thing shown twice counts once. `fields` are
// sent as a form by POST to `url` with Accept: application/json, the form's token, and `at`: when it was done, on the
// server's clock (ISO). It waits for a day, or for `days`. The view answers JSON: 200 takes it; 409 refuses it with {"sentence": "…"}, which is
// shown; 400, 404, 422 drop it. Anything else, or no answer, keeps it for later. Give every deed a `key` and make the view
// do nothing for a key it knows. Put no health fact and no free text into a deed: it lies on the phone until it is sent.
// A private line goes into `sealed`, {name: text}: it is sent with the fields, and cannot be read while it waits.

import * as kept from "./kept.js";
import { seal, unseal } from "./sealed.js";

const strip = document.querySelector("[data-sending]");
const { owner, door, signOut } = strip.dataset;
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("warm-hands") : null;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;
const PATIENCE = 15000;
const REFUSED = [400, 404, 409, 410, 422];

const listeners = [];
let token = "";
// What the server's clock is ahead of this one, and the time of the newest deed that is known here; milliseconds.
let skew = 0;
let latest = 0;
let trouble = "";
let sentence = "";
let wait = FIRST_WAIT;
let retry = 0;
let running = null;

// Resolves once what lies on this phone is in order: nothing of another reader, nothing older than a day.
export const ready = begin();

async function begin() {
  if (document.documentElement.dataset.forget) await (await import("./forget.js")).done;
  await kept.tidy(owner);
  skew = Number((await kept.fact("skew")) ?? 0);
  latest = Number((await kept.fact("latest")) ?? 0);
  addEventListener("online", sendAtOnce);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  document.addEventListener("submit", onSignOut);
  channel?.addEventListener("message", () => tell({}));
  setInterval(() => kept.tidy(""), 60000);
  addEventListener("beforeunload", (event) => kept.isOnPhone() || !count || event.preventDefault());
}

// Learn of every change: `trouble` is "", "offline", "sign-in" or "elsewhere" (somebody else is signed in here).
export function watch(listener) {
  listeners.push(listener);
}

// The deeds that wait, oldest first; those for one address, or all.
export async function waiting(url) {
  const all = await kept.deeds();
  return url ? all.filter((deed) => deed.url === url) : all;
}

export async function enqueue({ url, fields, shows, sealed, days = 1 }) {
  await ready;
  const closed = await seal(sealed);
  // After everything that was done or seen here before, however wrong the clocks are.
  latest = Math.max(Math.round(Date.now() + skew), latest + 1);
  await kept.keepFact("latest", latest);
  const dated = { ...fields, at: new Date(latest).toISOString() };
  await kept.addDeed({ url, owner, shows, days, at: Date.now(), fields: dated, sealed: closed });
  await tell({});
  channel?.postMessage("changed");
  send();
}

// Send what waits, in order; resolves when all is sent or nothing more can be. Two calls, or two tabs, are one.
export function send() {
  running ??= alone(sendAll).finally(() => {
    running = null;
  });
  return running;
}

// There is a signal again: what a sending that is just failing leaves behind does not wait its time any more.
async function sendAtOnce() {
  wait = FIRST_WAIT;
  await running;
  wait = FIRST_WAIT;
  await send();
}

async function alone(act) {
  await ready;
  if (!navigator.locks) return act();
  return navigator.locks.request("warm-hands-queue", act);
}

async function sendAll() {
  clearTimeout(retry);
  // A deed that the server cannot take now holds up those after it for the same address, and no others.
  const held = new Set();
  for (let deed = await next(held); deed; deed = await next(held)) {
    const outcome = await deliver(deed);
    if (outcome === "stop") break;
    if (outcome === "later") held.add(deed.url);
    else await kept.removeDeed(deed.number);
    await tell(outcome);
    channel?.postMessage("changed");
  }
  const left = (await waiting()).length;
  if (!left && trouble === "offline") trouble = "";
  await tell({});
  if (!left) wait = FIRST_WAIT;
  else if (trouble !== "sign-in") {
    retry = setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

async function next(held) {
  for (const deed of await waiting()) {
    // What one reader did is never sent in the name of another.
    if (deed.owner !== owner) await kept.removeDeed(deed.number);
    else if (!held.has(deed.url)) return deed;
  }
  return undefined;
}

async function deliver(deed) {
  for (const isLast of [false, true]) {
    if (!token && !(await knock())) return "stop";
    const answer = await ask(deed.url, { method: "POST", body: await formOf(deed) });
    if (!answer) {
      trouble = "offline";
      return "stop";
    }
    // The token is as old as the sign-in; a new one is asked for once.
    if (answer.status === 403 && !isLast) token = "";
    else return judged(deed, answer);
  }
  return "stop";
}

async function formOf(deed) {
  const body = new FormData();
  const fields = { ...deed.fields, ...(await unseal(deed.sealed)), csrfmiddlewaretoken: token };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
}

async function judged(deed, answer) {
  const told = await read(answer);
  if (answer.type === "opaqueredirect" || answer.status === 403) {
    token = "";
    trouble = "sign-in";
    return "stop";
  }
  if (answer.ok && told) {
    trouble = "";
    heardOf(told.latest);
    return { deed, answer: told, status: answer.status };
  }
  if (REFUSED.includes(answer.status)) {
    sentence = told?.sentence || strip.dataset.notTaken;
    return { deed, answer: told ?? {}, status: answer.status };
  }
  trouble = "offline";
  return "later";
}

// Ask who is signed in, for a token and for the time. Whether deeds may be sent.
export async function knock() {
  const began = Date.now();
  const answer = await ask(door, {});
  if (!answer) return stop("offline");
  if (answer.type === "opaqueredirect") return stop("sign-in");
  const told = await read(answer);
  if (answer.status === 404 || (told && told.owner !== owner)) {
    await kept.leave(owner);
    return stop("elsewhere");
  }
  if (!answer.ok || !told) return stop("offline");
  token = told.token;
  trouble = "";
  if (told.forget) await (await import("./forget.js")).forget(told.forget);
  await tell({});
  skew = told.now - (began + Date.now()) / 2;
  await kept.keepFact("skew", skew);
  // Forms on this page may be older than the sign-in.
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  return true;
}

async function stop(why) {
  trouble = why;
  await tell({});
  return false;
}

// The answer, or null where there is none in time.
export async function ask(url, how) {
  try {
    const headers = { Accept: "application/json" };
    return await fetch(url, { ...how, headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return null;
  }
}

export async function read(answer) {
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return null;
  return answer.json().catch(() => null);
}

let count = 0;

// What is done and undone again for one baby is one mark to whoever waits for it.
function thingsIn(deeds) {
  const things = deeds.flatMap(({ number, url, shows }) => {
    const shown = Object.keys(shows ?? {});
    return shown.length ? shown.map((thing) => `${url} ${thing}`) : [String(number)];
  });
  return new Set(things).size;
}

async function tell(news) {
  count = thingsIn(await waiting());
  say();
  for (const listener of listeners) listener({ trouble, waiting: count, ...news });
}

// The strip at the top of the page: what waits, why, and what to do about it.
function say() {
  const words = strip.querySelector("[data-sending-text]");
  const { one, many, signIn, signInHere, elsewhere, here } = strip.dataset;
  const kind = count === 1 ? one : many;
  const said = { offline: count ? kind.replace("%n", count) : (here ?? ""), "sign-in": count ? signIn : (signInHere ?? signIn), elsewhere }[trouble];
  words.textContent = [said, sentence].filter(Boolean).join(" ");
  strip.querySelector("[data-sign-in]").hidden = trouble !== "sign-in";
  strip.querySelector("[data-understood]").hidden = !sentence;
  strip.hidden = !words.textContent;
  strip.dataset.waiting = count;
}

strip.querySelector("[data-understood]").addEventListener("click", () => {
  sentence = "";
  say();
});

// A page was told of deeds up to this moment, in milliseconds or as ISO has it.
export function heardOf(moment) {
  latest = Math.max(latest, Number(moment) || Date.parse(moment) || 0);
}

// Say that nothing answers, or that it does again, where something else has found out.
export function found(why) {
  if (trouble === why) return;
  trouble = why;
  tell({});
}

async function onSignOut(event) {
  const form = event.target;
  if (new URL(form.action, location.href).pathname !== signOut) return;
  event.preventDefault();
  await send();
  if (trouble === "offline") {
    sentence = strip.dataset.signOutLater;
    say();
    return;
  }
  if ((await waiting()).length && !confirm(strip.dataset.signOutLoses)) return;
  await kept.wipe();
  form.submit();
}

// What waits goes out; and the clocks are compared while there is a network, before anything is tapped without one.
// Whether this page's own reader was found to be signed in.
export const opened = ready.then(send).then(() => Boolean(token) || (!trouble && knock()));

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
