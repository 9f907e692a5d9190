// Practice at home: the movement on demand, a quiet timer, a diary that says in a line what was chosen.
// Without this file the page reads, prints and saves as well.

import { calm } from "./motion.js";

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

// What was chosen for a stroke, in the line that stays when it is folded.
for (const row of document.querySelectorAll(".log-row")) {
  const said = row.querySelector("[data-said]");
  row.addEventListener("change", () => {
    const chosen = [...row.querySelectorAll("input:checked + span")].map((part) => part.textContent.trim());
    const line = chosen.join(", ").toLowerCase();
    said.textContent = line.charAt(0).toUpperCase() + line.slice(1);
  });
}
