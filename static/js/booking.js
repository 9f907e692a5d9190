// The booking form: keeps places quietly as soon as somebody begins to fill it in, follows the babies that are named,
// and counts the minutes down. Without this file the buttons do the same, and the page says until when.

const form = document.querySelector("form[data-booking]");
// Nothing else of what is typed leaves the page before it is sent.
const TOLD = /^(csrfmiddlewaretoken|rows|way|babies|new_\d+_name)$/;
const QUIET = 800;
const PATIENCE = 5000;
const SPOKEN = new Set([10, 5, 2, 1]);

const parts = (name, root = document) => [...root.querySelectorAll(`[data-part="${name}"]`)];
const kept = () => document.querySelector("[data-hold]");
let timer;
let running = null;
let leaves = false;
let until = 0;
let told = "";
let over = false;

function say(words) {
  const status = document.querySelector("[data-hold-status]");
  if (status && status.textContent !== words) status.textContent = words;
}

function asked() {
  const data = new FormData();
  for (const [name, value] of new FormData(form)) if (TOLD.test(name)) data.append(name, value);
  if (form.dataset.date) data.append("date", form.dataset.date);
  data.append("parts", "yes");
  return data;
}

function send(deed) {
  const all = Promise.all([running, tell(deed)]).finally(() => {
    if (running === all) running = null;
  });
  running = all;
}

async function tell(deed) {
  const data = asked();
  const now = new URLSearchParams(data).toString();
  if (deed === "keep" && now === told && kept()) return;
  told = now;
  data.append("hold", deed);
  try {
    const answer = await fetch(form.dataset.booking, { method: "POST", body: data, headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    place(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    told = "";
  }
}

function place(answer) {
  const focused = document.activeElement?.closest("[data-part]")?.dataset.part;
  for (const name of ["hold", "sum", "short", "words"]) {
    const [fresh] = parts(name, answer);
    for (const part of parts(name)) part.replaceChildren(...[...fresh.childNodes].map((node) => node.cloneNode(true)));
  }
  for (const free of document.querySelectorAll("[data-free]")) free.hidden = Boolean(kept());
  begin();
  count(true);
  if (focused === "hold") document.querySelector("[data-part=hold] button")?.focus();
}

// Seconds left, as the server counts them: the reader's own clock may be wrong.
function begin() {
  over = false;
  until = Date.now() + Number(kept()?.dataset.hold ?? 0) * 1000;
}

function count(aloud = false) {
  const hold = kept();
  if (!hold) return;
  const seconds = Math.max(0, (until - Date.now()) / 1000);
  const minutes = Math.ceil(seconds / 60);
  const words = seconds <= 0 ? hold.dataset.over : minutes <= 1 ? hold.dataset.last : hold.dataset.words.replace("%d", minutes);
  const place = hold.querySelector("[data-hold-words]");
  if (place.textContent !== words) place.textContent = words;
  if (seconds <= 0 && !over) {
    over = true;
    hold.querySelector("span")?.remove();
    hold.nextElementSibling?.remove();
    say(words);
  } else if (aloud || (SPOKEN.has(minutes) && seconds % 60 > 50)) say(words);
}

// What is kept and what is sent are written down under the same sign-in, so the form waits for a keeping that is on its
// way: its answer could otherwise come last and lose what was sent. Not for long, on a network that stalls.
async function leave(event) {
  clearTimeout(timer);
  if (!running) return;
  event.preventDefault();
  if (leaves) return;
  leaves = true;
  const { submitter } = event;
  await Promise.race([running, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  running = null;
  leaves = false;
  form.requestSubmit(submitter?.form === form ? submitter : undefined);
}

if (form) {
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => send("keep"), QUIET);
  };
  form.addEventListener("input", (event) => {
    if (!kept() || TOLD.test(event.target.name)) later();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-hold-do]");
    if (!button) return;
    event.preventDefault();
    send(button.value);
  });
  form.addEventListener("submit", leave);
  begin();
  count();
  // A quick hand may have typed before this file came: what is kept is brought up to what stands in the form.
  if (kept()) later();
  setInterval(() => count(), 10_000);
}
