// Hands-free: a big tap, a swipe, a key or a quiet interval goes on; the device reads aloud; the screen stays awake.
// The steps are links within the page and work without this file. Nothing is sent, and what is remembered on the device
// is the voice and the times alone.

import { calm } from "./motion.js";

addEventListener("load", () => import("./keep.js"));
addEventListener("load", async () => {
  device = await import("./device.js").catch(() => null);
  form.hidden = !device;
  device?.hear(listVoices);
  show();
  heard = null;
  comeBack();
});

const NAME = "hands-free";
const SWIPE = 60;
const main = document.querySelector(".hf-main");
const form = document.querySelector("[data-settings]");
const steps = [...document.querySelectorAll(".hf-step.is-stroke")];
const isRtl = document.documentElement.dir === "rtl";
const [hold, aloud] = ["hold", "aloud"].map((name) => document.querySelector(`[data-${name}]`));

let device = null; // device.js, as soon as it is there
let timer = 0;
let spent = 0; // milliseconds that a step was looked at
let since = 0;
let last = null;
let heard = null; // the step whose words were read to their end

const chosen = { aloud: false, voices: {}, every: 0, move: false, ...remembered() };

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  try {
    localStorage.setItem(NAME, JSON.stringify(chosen));
  } catch {
    // A private window forgets it, and that is all.
  }
}

function shown() {
  const target = document.getElementById(location.hash.slice(1));
  return (main.contains(target) && target?.closest(".hf-step")) || document.querySelector(".hf-first");
}

// A step, or the page around it, has come on the screen.
function arrive() {
  const step = shown();
  const isStroke = steps.includes(step);
  quiet();
  for (const other of steps) other.querySelector(".mat").classList.toggle("is-moving", other === step && moves());
  pauseClock();
  document.querySelector("[data-dark]").hidden = true;
  if (isStroke) {
    since = Date.now();
    last = step;
    device?.stayAwake(mayGoDark);
    for (const link of document.querySelectorAll("[data-carry-on]")) link.href = `#${step.id}`;
  } else if (step.id === "end") noteMinutes();
  if (["end", "start", "no"].includes(step.id)) device?.letSleep();
  hold.hidden = !(isStroke && chosen.every);
  tell(step);
  step.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

function moves() {
  return chosen.move && !calm.matches;
}

// Minutes with a step in sight: a call in between, or a feed, is no massage.
function pauseClock() {
  if (since) spent += Date.now() - since;
  since = 0;
}

function noteMinutes() {
  const minutes = Math.round(spent / 60000);
  if (minutes > 0) document.querySelector("[data-minutes]").value = String(Math.min(minutes, 180));
}

// Going on by itself, after the words were spoken: never past the last stroke, never while the page is out of sight.
function count(step) {
  clearTimeout(timer);
  step.classList.remove("is-counting");
  if (!chosen.every || isHeld() || !steps.includes(step) || step.querySelector("[data-next]").hash === "#end" || document.hidden) return;
  step.style.setProperty("--hf-wait", `${chosen.every}s`);
  step.classList.add("is-counting");
  timer = setTimeout(() => go("[data-next]"), chosen.every * 1000);
}

function isHeld() {
  return hold.getAttribute("aria-pressed") === "true";
}

function quiet() {
  clearTimeout(timer);
  device?.hush();
  document.querySelector(".is-counting")?.classList.remove("is-counting");
}

function go(which) {
  shown().querySelector(which)?.click();
}

// Read aloud ----------------------------------------------------------------------------------------------------------

const language = document.documentElement.lang;

// The words of a step, then it may go on. What a call or another window broke off is read again when one comes back.
async function tell(step) {
  const pieces = [...step.querySelectorAll("[data-say]")].map((part) => part.textContent.trim().replace(/[.:]?$/, "."));
  const isOver = !device || !chosen.aloud || !steps.includes(step) || (await device.read(pieces, chosen.voices[language]));
  if (!isOver || shown() !== step) return;
  heard = step;
  count(step);
}

function listVoices() {
  const found = device?.voices() ?? [];
  const select = form.elements.voice;
  select.replaceChildren(
    ...found.map((voice) => {
      const name = voice.localService ? voice.name : form.dataset.far.replace("VOICE", voice.name);
      return new Option(name, voice.voiceURI, false, voice.voiceURI === chosen.voices[language]);
    }),
  );
  form.querySelector("[data-voices]").hidden = !found.length || !chosen.aloud;
  const none = form.querySelector("[data-no-voice]");
  none.hidden = Boolean(found.length) || !chosen.aloud;
  none.textContent = form.dataset.none;
  aloud.hidden = !found.length;
}

// Said where the settings are, and once on the step that is looked at now, for there it matters.
function mayGoDark() {
  form.querySelector("[data-awake]").hidden = false;
  const note = document.querySelector("[data-dark]");
  note.hidden = Boolean(note.dataset.wasSaid) || !steps.includes(shown());
  if (!note.hidden) note.dataset.wasSaid = "1";
}

// Once, within a press; later the page may read by itself.
function mayRead() {
  if (device && !main.dataset.mayRead) {
    main.dataset.mayRead = "1";
    device.askLeave();
  }
}

// Tap and swipe -------------------------------------------------------------------------------------------------------

let from = null;

// Two fingers make the page larger; while it is, a finger moves it and turns no step.
const isLarger = () => (globalThis.visualViewport?.scale ?? 1) > 1.05;

main.addEventListener("pointerdown", (event) => {
  from = event.pointerType === "mouse" || !event.isPrimary || isLarger() ? null : { x: event.clientX, y: event.clientY };
});
main.addEventListener("pointercancel", () => {
  from = null;
});

main.addEventListener("pointerup", (event) => {
  if (!from) return;
  const across = (event.clientX - from.x) * (isRtl ? -1 : 1);
  const down = Math.abs(event.clientY - from.y);
  from = null;
  if (Math.abs(across) < SWIPE || Math.abs(across) < down * 1.8) return;
  go(across < 0 ? "[data-next], [data-begin]" : ".hf-back");
});

main.addEventListener("click", (event) => {
  if (chosen.aloud) mayRead();
  const isOnStroke = steps.includes(event.target.closest(".hf-step"));
  if (isOnStroke && event.detail > 0 && event.detail % 2 === 0) {
    event.preventDefault(); // a knuckle that bounced: one step
  } else if (event.target.closest("[data-no]")) {
    event.preventDefault();
    location.hash = "no";
  } else if (!event.target.closest("a, button, input, select, label, summary, details, form")) {
    if (isOnStroke && getSelection().isCollapsed) go("[data-next]");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
  const forward = isRtl ? "ArrowLeft" : "ArrowRight";
  const back = isRtl ? "ArrowRight" : "ArrowLeft";
  // A switch, a clicker or a page-turning pedal sends one of these keys; on a link or button it presses that instead.
  const isOnStep = !event.target.closest("a, button, summary");
  const goesOn = [forward, "PageDown"].includes(event.key) || (isOnStep && ["Enter", " "].includes(event.key));
  const goesBack = [back, "PageUp"].includes(event.key);
  if (event.key === "Escape" && last) location.hash = "no";
  if (!(goesOn || goesBack) || !(steps.includes(shown()) || shown().id === "start")) return;
  event.preventDefault();
  if (!event.repeat) go(goesOn ? "[data-next], [data-begin]" : ".hf-back");
});

// Settings ------------------------------------------------------------------------------------------------------------

function show() {
  form.elements.aloud.checked = chosen.aloud;
  form.elements.move.checked = chosen.move;
  form.elements.every.value = String(chosen.every);
  form.querySelector("[data-motion]").hidden = calm.matches;
  aloud.setAttribute("aria-pressed", String(chosen.aloud));
  listVoices();
}

form.addEventListener("change", (event) => {
  const { elements } = form;
  Object.assign(chosen, { aloud: elements.aloud.checked, move: elements.move.checked, every: Number(elements.every.value) });
  if (event.target === elements.voice) chosen.voices[language] = elements.voice.value;
  keep();
  show();
});
form.addEventListener("submit", (event) => event.preventDefault());
form.querySelector("[data-try]").addEventListener("click", (event) => {
  quiet();
  device.read([event.currentTarget.dataset.words], form.elements.voice.value);
});
aloud.addEventListener("click", () => {
  chosen.aloud = !chosen.aloud;
  keep();
  show();
  quiet();
  tell(shown());
});
hold.addEventListener("click", () => {
  hold.setAttribute("aria-pressed", String(!isHeld()));
  quiet();
  count(shown());
});
// Another window, a call, a page that comes back from where the browser put it aside.
function leave() {
  quiet();
  pauseClock();
}

function comeBack() {
  if (!steps.includes(shown())) return;
  pauseClock();
  since = Date.now();
  device?.stayAwake(mayGoDark);
  if (heard === shown() || isHeld()) count(shown());
  else tell(shown());
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : comeBack()));
addEventListener("pagehide", leave);
addEventListener("pageshow", (event) => event.persisted && comeBack());

if (!("wakeLock" in navigator)) mayGoDark();
main.classList.add("is-tappable");
addEventListener("hashchange", arrive);
calm.addEventListener("change", show);
show();
if (steps.includes(shown())) arrive();
