// Practice at home without a signal: this week is put aside for the worker to show, and what is written down meanwhile
// waits on this phone. The same file serves the week and its hands-free steps, with a network and as the bare pages that
// the phone keeps. Without it they work as they are, with a network.

import * as kept from "./kept.js";
import { ask, enqueue, knock, newKey, opened, read, send, waiting, watch } from "./queue.js";

const SHELF = "weeks";
const DAYS = 31;
// Nobody sits before a slow network longer than this with a line to write down.
const PATIENCE = 5000;
const LOOK_AGAIN = 20000;

const here = document.querySelector("[data-week]");
const card = document.querySelector("[data-kept-card]");
const strip = document.querySelector("[data-sending]");
const snack = document.querySelector("[data-said-here]");
const isKept = here?.hasAttribute("data-kept") ?? false;

// Whether a form may go as forms do, and whether this phone had no room for the week.
let isPlain = false;
let isFull = false;

if (here && strip) await start();

async function start() {
  for (const form of document.querySelectorAll("[data-log]")) form.addEventListener("submit", onSubmit);
  card?.querySelector("[data-take-off]").addEventListener("click", takeOff);
  card?.querySelector("[data-put-on]").addEventListener("click", putOn);
  snack.querySelector("button").addEventListener("click", () => {
    snack.hidden = true;
  });
  document.addEventListener("click", onLink);
  watch(({ deed, status }) => deed && status === 200 && say(strip.dataset.sent));
  if (isKept) startKept();
  // Where somebody else has signed in since, nothing of theirs is put aside by this page.
  const isMine = await opened;
  if (!isKept && isMine && (await isWanted())) await keepThis();
  await show();
}

async function isWanted() {
  return (await kept.fact("keeps-weeks")) !== "no";
}

// Put this week aside: its bare pages, and the worker that shows them there.
async function keepThis() {
  const { week, keep, worker } = here.dataset;
  try {
    await navigator.serviceWorker?.register(worker, { scope: "/me/" });
    const answer = await ask(keep, {});
    const told = answer?.ok && (await read(answer));
    if (!told) return;
    if (told.pages.length) here.dataset.week = told.pages[0].url;
    await forgetOthers(week, told.pages);
    await putAside(told.pages);
    await navigator.serviceWorker?.ready;
    // Only an app on the home screen asks to be spared when the phone clears up: there no browser asks the reader back.
    if (matchMedia("(display-mode: standalone)").matches) await navigator.storage?.persist?.();
  } catch (trouble) {
    // Not here, or not now: the week works all the same, with a network.
    isFull = trouble.name === "QuotaExceededError";
  }
}

// The week that is read now goes before those of other days, where there is no room for all.
async function putAside(pages) {
  const keep = async () => {
    for (const { url, source, ...says } of pages) await kept.keepPage(url, source, { ...says, shelf: SHELF });
  };
  try {
    await keep();
  } catch (trouble) {
    if (trouble.name !== "QuotaExceededError") throw trouble;
    await kept.forgetShelf(SHELF);
    await keep();
  }
}

// What this phone has of the week and may not have any more: its record may leave out today what it had yesterday.
async function forgetOthers(week, pages) {
  const whose = (url) => ["baby", "series"].map((name) => url.searchParams.get(name)).join();
  const own = new URL(week, location.origin);
  for (const { url } of await kept.pages(SHELF)) {
    const other = new URL(url, location.origin);
    const isOfWeek = other.pathname.startsWith(own.pathname) && whose(other) === whose(own);
    if (isOfWeek && !pages.some((page) => page.url === url)) await kept.forgetPage(url, SHELF);
  }
}

async function show() {
  const isHere = (await kept.pages(SHELF)).some((page) => page.url === here.dataset.week);
  here.dataset.isKept = isHere ? "yes" : "no";
  if (!card) return;
  const mayAsk = !isHere && !(await isWanted()) && navigator.onLine;
  card.querySelector("[data-when-kept]").hidden = !isHere;
  card.querySelector("[data-when-not]").hidden = !mayAsk;
  card.querySelector("[data-when-full]").hidden = isHere || !isFull;
  card.hidden = !isHere && !mayAsk && !isFull;
}

async function takeOff() {
  await kept.keepFact("keeps-weeks", "no");
  await kept.forgetShelf(SHELF);
  await show();
  say(card.dataset.off);
  card.querySelector("[data-put-on]").focus();
}

async function putOn() {
  await kept.keepFact("keeps-weeks", "yes");
  if (await knock()) await keepThis();
  await show();
  if (here.dataset.isKept === "yes") say(card.dataset.on);
  card.querySelector("[data-take-off]").focus();
}

// The page is as old as its keeping: today is another day, and what it links to may not be here.
function startKept() {
  beginWithOne();
  for (const { elements } of document.querySelectorAll("[data-log]")) {
    if (!elements.day) continue;
    elements.day.max = today();
    elements.day.value = "";
  }
  addEventListener("online", look);
  setInterval(() => document.hidden || look(), LOOK_AGAIN);
}

// A page that holds every stroke by itself begins with the one that was asked for.
function beginWithOne() {
  const asked = new URLSearchParams(location.search).get("stroke");
  const choice = [...document.querySelectorAll("[data-one]")].find((link) => link.dataset.one === asked);
  if (!choice) return;
  choice.setAttribute("aria-current", "true");
  const begin = document.querySelector("[data-begin]");
  begin.href = choice.hash;
  begin.parentElement.hidden = false;
}

async function look() {
  const isBack = await knock();
  if (isBack) await send();
  const back = document.querySelector("[data-back]");
  if (back) back.hidden = !isBack;
}

function onLink(event) {
  const link = event.target.closest("a[href]");
  if (!link || navigator.onLine) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname.startsWith("/me/")) return;
  event.preventDefault();
  say(strip.dataset.needsSignal);
}

// With a network the form is sent as forms are; without one it waits here, and its private line is sealed.
async function onSubmit(event) {
  if (isPlain) {
    isPlain = false;
    return;
  }
  event.preventDefault();
  const { submitter, target: form } = event;
  if (submitter) submitter.disabled = true;
  const isThere = !isKept && (await inTime(knock()));
  if (submitter) submitter.disabled = false;
  if (isThere) {
    isPlain = true;
    form.requestSubmit(submitter);
  } else if (form.reportValidity()) await writeDown(form, submitter);
}

async function writeDown(form, submitter) {
  const { note, csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(form, submitter));
  // Without a day the moment counts as of now, on whatever day it is sent.
  if (fields.day === today() || !fields.day) delete fields.day;
  fields.key = newKey();
  const url = new URL(form.action).pathname;
  await enqueue({ url, fields, sealed: { note }, shows: { [fields.key]: "said" }, days: DAYS });
  form.reset();
  for (const said of form.querySelectorAll("[data-said]")) said.textContent = "";
  const { written, writtenHere } = strip.dataset;
  if ((await waiting()).some((deed) => deed.fields.key === fields.key)) say(kept.isOnPhone() ? written : writtenHere);
  if (form.dataset.then && kept.isOnPhone()) location.assign(form.dataset.then);
}

function inTime(answer) {
  return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, PATIENCE, false))]);
}

function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

// In the bar at the bottom, where the thumb is, and for whoever listens.
function say(words) {
  snack.querySelector("p").textContent = words;
  snack.hidden = false;
}
