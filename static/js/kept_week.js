// Practice at home without a signal: this week is put aside for the worker to show, and what is written down meanwhile
// waits on this phone. The same file serves the week with a network and the bare one that the phone keeps. Without it the
// page works as it is, with a network.

import * as kept from "./kept.js";
import { enqueue, knock, newKey, opened, send, waiting, watch } from "./queue.js";

const SHELF = "weeks";
const DAYS = 31;
// Nobody sits before a slow network longer than this with a line to write down.
const PATIENCE = 5000;
const LOOK_AGAIN = 20000;

const here = document.querySelector("[data-week]");
const strip = document.querySelector("[data-sending]");
const form = document.querySelector("[data-log]");
const snack = document.querySelector("[data-said-here]");
const isKept = here?.hasAttribute("data-kept") ?? false;
const live = here?.dataset.week;

if (here && strip) await start();

async function start() {
  form?.addEventListener("submit", onSubmit);
  here.querySelector("[data-take-off]").addEventListener("click", takeOff);
  here.querySelector("[data-put-on]").addEventListener("click", putOn);
  snack.querySelector("button").addEventListener("click", () => {
    snack.hidden = true;
  });
  watch(({ deed, status }) => deed && status === 200 && say(strip.dataset.sent));
  if (isKept) await startKept();
  await opened;
  if (!isKept && (await kept.fact("keeps-weeks")) !== "no") await keepThis();
  await show();
}

// Put this week aside: its bare pages, and the worker that shows them there.
async function keepThis() {
  const { keep, worker, title, line, keepHands, hands, handsTitle, handsLine } = here.dataset;
  try {
    await navigator.serviceWorker?.register(worker, { scope: "/me/" });
    const leads = "leads" in here.dataset;
    const isThere = await kept.keepPage(live, keep, { title, line, shelf: SHELF, leads });
    if (!isThere) await kept.forgetPage(live, SHELF);
    else if (keepHands) await kept.keepPage(hands, keepHands, { title: handsTitle, line: handsLine, shelf: SHELF, leads: false });
    await navigator.serviceWorker?.ready;
  } catch {
    // Not here, or not now: the week works all the same, with a network.
  }
}

async function show() {
  const isHere = (await kept.pages(SHELF)).some((page) => page.url === live);
  const isWanted = (await kept.fact("keeps-weeks")) !== "no";
  here.querySelector("[data-when-kept]").hidden = !isHere;
  here.querySelector("[data-when-not]").hidden = isHere || (isWanted && !isKept);
  here.hidden = !isHere && isWanted && !isKept;
  here.dataset.isKept = isHere ? "yes" : "no";
}

async function takeOff() {
  await kept.keepFact("keeps-weeks", "no");
  await kept.forgetShelf(SHELF);
  await told("off", "[data-put-on]");
}

async function putOn() {
  await kept.keepFact("keeps-weeks", "yes");
  await keepThis();
  await told("on", "[data-take-off]");
}

async function told(what, next) {
  await show();
  const says = here.querySelector("[data-kept-says]");
  says.textContent = says.dataset[what];
  here.querySelector(next).focus();
}

// The page is as old as its keeping: today is another day, and what it links to may not be here.
async function startKept() {
  const day = form?.elements.day;
  if (day) {
    day.max = today();
    day.value = "";
  }
  document.addEventListener("click", onLink);
  addEventListener("online", look);
  setInterval(() => document.hidden || look(), LOOK_AGAIN);
}

async function look() {
  const isBack = await knock();
  if (isBack) await send();
  document.querySelector("[data-back]").hidden = !isBack;
}

async function onLink(event) {
  const link = event.target.closest("a[href]");
  if (!link || navigator.onLine) return;
  const url = new URL(link.href);
  if (url.protocol.startsWith("http") && !url.pathname.startsWith("/me/")) {
    event.preventDefault();
    say(strip.dataset.needsSignal);
  }
}

let isPlain = false;

// With a network the form is sent as forms are; without one it waits here, and its private line is sealed.
async function onSubmit(event) {
  if (isPlain) {
    isPlain = false;
    return;
  }
  event.preventDefault();
  const { submitter } = event;
  if (submitter) submitter.disabled = true;
  const isThere = !isKept && (await inTime(knock()));
  if (submitter) submitter.disabled = false;
  if (isThere) {
    isPlain = true;
    form.requestSubmit(submitter);
    return;
  }
  if (form.reportValidity()) await writeDown(submitter);
}

async function writeDown(submitter) {
  const { note, csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(form, submitter));
  if (!fields.day || fields.day === today()) delete fields.day;
  fields.key = newKey();
  const url = new URL(form.action).pathname;
  await enqueue({ url, fields, sealed: { note }, shows: { [fields.key]: "said" }, days: DAYS });
  form.reset();
  for (const said of form.querySelectorAll("[data-said]")) said.textContent = "";
  if (isKept) form.elements.day.value = "";
  if ((await waiting()).some((deed) => deed.fields.key === fields.key)) say(strip.dataset.written);
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
