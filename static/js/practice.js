// Practice at home: the movement on demand, a quiet timer, a diary that says in a line what was chosen, hearts.
// Without this file the page reads, prints and saves as well.

import { calm } from "./motion.js";

// Nobody waits for what makes practice last without a signal, so it comes after all that the page is made of.
if (document.querySelector("[data-week]")) addEventListener("load", () => import("./keep.js"));

// The timer counts up in whole minutes, said in words. It makes no sound and knows no goal.
const timer = document.querySelector("[data-timer]");
if (timer) {
  const out = timer.querySelector("[data-timer-out]");
  const go = timer.querySelector("[data-timer-go]");
  const label = go.querySelector("span");
  const begin = label.textContent;
  let before = 0;
  let since = 0;
  let tick = 0;

  const seconds = () => Math.floor((before + (since ? Date.now() - since : 0)) / 1000);
  const words = () => {
    const past = seconds();
    if (past < 30) return since || before ? timer.dataset.begun : timer.dataset.before;
    if (past < 90) return timer.dataset.minute;
    return timer.dataset.minutes.replace("MANY", String(Math.round(past / 60)));
  };
  const paint = () => {
    const said = words();
    if (out.textContent !== said) out.textContent = said;
  };
  const run = (on) => {
    clearInterval(tick);
    if (on) since = Date.now();
    else if (since) {
      before += Date.now() - since;
      since = 0;
    }
    if (on) tick = setInterval(paint, 1000);
    timer.classList.toggle("is-running", on);
    label.textContent = on ? timer.dataset.pause : before ? timer.dataset.on : begin;
    paint();
  };

  timer.hidden = false;
  go.addEventListener("click", () => run(!since));
  timer.querySelector("[data-timer-stop]").addEventListener("click", () => {
    run(false);
    const minutes = document.querySelector("[data-log] [name=minutes]");
    if (minutes && seconds() >= 30) minutes.value = String(Math.max(1, Math.round(seconds() / 60)));
    before = 0;
    run(false);
    const heading = document.querySelector("#lg-h");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
  });
}

// How the baby found a stroke, in the line that stays when it is folded.
for (const row of document.querySelectorAll(".log-line details")) {
  const said = row.querySelector("[data-said]");
  row.addEventListener("change", () => {
    said.textContent = row.querySelector("input:checked + span")?.textContent.trim() ?? "";
  });
}

// A second tap takes an answer back, as a thumb may slip and nothing has to be answered. Without this file the line can
// be changed afterwards.
for (const form of document.querySelectorAll("[data-log]")) {
  let chosen = new WeakSet(form.querySelectorAll("input[type=radio]:checked"));
  form.addEventListener("reset", () => {
    chosen = new WeakSet();
  });
  form.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "radio") return;
    const again = chosen.has(target);
    for (const other of form.querySelectorAll("input[type=radio]")) if (other.name === target.name) chosen.delete(other);
    if (!again) {
      chosen.add(target);
      return;
    }
    target.checked = false;
    target.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A heart for a stroke, without leaving the place where one reads. Without this file each is a button of a plain form.
const hearts = document.querySelector("[data-hearts]");

hearts?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  if (button.dataset.busy) return;
  button.dataset.busy = "1";
  const body = new FormData(hearts);
  body.set(button.name, button.value);
  try {
    const answer = await fetch(hearts.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { heart } = await answer.json();
    button.setAttribute("aria-pressed", String(heart));
    button.name = heart ? "off" : "on";
  } catch {
    // No network, or no sign-in any more: the plain form says so better than we could.
    plainly(button);
  }
  delete button.dataset.busy;
});

function plainly(button) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: button.name, value: button.value });
  hearts.append(field);
  hearts.submit();
}
