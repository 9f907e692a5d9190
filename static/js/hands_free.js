// Hands-free: a big tap, a swipe or a quiet interval goes on; the device reads aloud; the screen stays awake.
// The steps are links within the page and work without this file. Nothing is sent, and what is remembered on the device
// is the voice and the times alone.

import { calm } from "./motion.js";

addEventListener("load", () => import("./keep.js"));

const NAME = "hands-free";
const SWIPE = 60;
const main = document.querySelector(".hf-main");
const form = document.querySelector("[data-settings]");
const steps = [...document.querySelectorAll(".hf-step.is-stroke")];
const isRtl = document.documentElement.dir === "rtl";
const [hold, aloud] = ["hold", "aloud"].map((name) => document.querySelector(`[data-${name}]`));

let timer = 0;
let begun = 0;
let last = null;
let lock = null;

const chosen = { aloud: false, voice: "", every: 0, move: false, ...read() };

function read() {
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
  if (isStroke) {
    begun ||= Date.now();
    last = step;
    stayAwake();
    for (const link of document.querySelectorAll("[data-carry-on]")) link.href = `#${step.id}`;
  } else if (step.id === "end") noteMinutes();
  if (["end", "start"].includes(step.id)) letSleep();
  hold.hidden = !(isStroke && chosen.every);
  speak(step).then(() => shown() === step && count(step));
  step.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

function moves() {
  return chosen.move && !calm.matches;
}

function noteMinutes() {
  const minutes = Math.round((Date.now() - begun) / 60000);
  if (begun && minutes > 0) document.querySelector("[data-minutes]").value = String(Math.min(minutes, 180));
}

// Going on by itself, after the words were spoken: never past the last stroke, never while the page is out of sight.
function count(step) {
  clearTimeout(timer);
  step.classList.remove("is-counting");
  const isHeld = hold.getAttribute("aria-pressed") === "true";
  if (!chosen.every || isHeld || !steps.includes(step) || step === steps.at(-1) || document.hidden) return;
  step.style.setProperty("--hf-wait", `${chosen.every}s`);
  step.classList.add("is-counting");
  timer = setTimeout(() => go("[data-next]"), chosen.every * 1000);
}

function quiet() {
  clearTimeout(timer);
  globalThis.speechSynthesis?.cancel();
  document.querySelector(".is-counting")?.classList.remove("is-counting");
}

function go(which) {
  shown().querySelector(which)?.click();
}

// Read aloud ----------------------------------------------------------------------------------------------------------

const language = document.documentElement.lang.toLowerCase();

function voices() {
  const all = globalThis.speechSynthesis?.getVoices() ?? [];
  const own = all.filter((voice) => voice.lang.toLowerCase().replace("_", "-").split("-")[0] === language.split("-")[0]);
  return own.sort((a, b) => b.localService - a.localService || a.name.localeCompare(b.name));
}

function say(words) {
  return new Promise((resolve) => {
    const voice = voices().find((one) => one.voiceURI === chosen.voice) ?? voices()[0];
    if (!voice) return resolve();
    const told = new SpeechSynthesisUtterance(words);
    told.voice = voice;
    told.lang = voice.lang;
    told.rate = 0.9;
    // Some devices never say that they have finished; nobody waits for them for ever.
    const most = setTimeout(resolve, 3000 + words.length * 130);
    told.onend = told.onerror = () => {
      clearTimeout(most);
      resolve();
    };
    speechSynthesis.speak(told);
  });
}

async function speak(step) {
  if (!chosen.aloud || !steps.includes(step)) return;
  const words = [...step.querySelectorAll("[data-say]")].map((part) => part.textContent.trim().replace(/[.:]$/, ""));
  await say(`${words.join(". ")}.`);
}

function listVoices() {
  const found = voices();
  const select = form.elements.voice;
  select.replaceChildren(
    ...found.map((voice) => {
      const name = voice.localService ? voice.name : form.dataset.far.replace("VOICE", voice.name);
      return new Option(name, voice.voiceURI, false, voice.voiceURI === chosen.voice);
    }),
  );
  form.querySelector("[data-voices]").hidden = !found.length || !chosen.aloud;
  const none = form.querySelector("[data-no-voice]");
  none.hidden = Boolean(found.length) || !chosen.aloud;
  none.textContent = form.dataset.none;
  aloud.hidden = !found.length;
}

// The screen ----------------------------------------------------------------------------------------------------------

async function stayAwake() {
  if (lock || document.hidden) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => {
      lock = null;
    });
  } catch {
    form.querySelector("[data-awake]").hidden = false;
  }
}

function letSleep() {
  lock?.release();
}

// Tap and swipe -------------------------------------------------------------------------------------------------------

let from = null;

main.addEventListener("pointerdown", (event) => {
  from = event.pointerType === "mouse" ? null : { x: event.clientX, y: event.clientY };
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
  if (event.target.closest("[data-no]")) {
    event.preventDefault();
    location.hash = "no";
  } else if (!event.target.closest("a, button, input, select, label, summary, details, form")) {
    if (steps.includes(event.target.closest(".hf-step")) && getSelection().isCollapsed) go("[data-next]");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
  const forward = isRtl ? "ArrowLeft" : "ArrowRight";
  const back = isRtl ? "ArrowRight" : "ArrowLeft";
  if (event.key === forward) go("[data-next], [data-begin]");
  else if (event.key === back) go(".hf-back");
  else if (event.key === "Escape" && last) location.hash = "no";
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

form.addEventListener("change", () => {
  const { elements } = form;
  Object.assign(chosen, { aloud: elements.aloud.checked, move: elements.move.checked, every: Number(elements.every.value) });
  if (elements.voice.value) chosen.voice = elements.voice.value;
  keep();
  show();
});
form.addEventListener("submit", (event) => event.preventDefault());
form.querySelector("[data-try]").addEventListener("click", (event) => {
  quiet();
  say(event.currentTarget.dataset.words);
});
aloud.addEventListener("click", () => {
  chosen.aloud = !chosen.aloud;
  keep();
  show();
  quiet();
  const step = shown();
  speak(step).then(() => shown() === step && count(step));
});
hold.addEventListener("click", () => {
  hold.setAttribute("aria-pressed", String(hold.getAttribute("aria-pressed") !== "true"));
  quiet();
  count(shown());
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return quiet();
  if (steps.includes(shown())) stayAwake();
  count(shown());
});

form.hidden = false;
if (!("wakeLock" in navigator)) form.querySelector("[data-awake]").hidden = false;
main.classList.add("is-tappable");
globalThis.speechSynthesis?.addEventListener?.("voiceschanged", listVoices);
addEventListener("hashchange", arrive);
addEventListener("pagehide", quiet);
calm.addEventListener("change", show);
show();
if (steps.includes(shown())) arrive();
