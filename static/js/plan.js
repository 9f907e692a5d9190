// The plan of a session: a tick is sent at once, and waits on this phone while there is no network. Without this file
// the same form is sent by its buttons. Only keys of strokes lie on the phone, nothing about anybody.

import { enqueue, newKey, waiting, watch } from "./queue.js";

const form = document.querySelector("[data-plan]");
const said = document.querySelector("[data-said]");
const SECOND = 1000;
// {key: stroke} of what was ticked and does not lie in the queue yet.
const onTheWay = new Map();

if (form) start();
setInterval(keepTime, 20 * SECOND);

async function start() {
  form.addEventListener("change", onChange);
  form.querySelector("[data-all]")?.addEventListener("click", onAll);
  watch(({ answer, status }) => status === 200 && settle(answer));
  for (const deed of await waiting(location.pathname)) show(deed.fields);
}

function onChange(event) {
  const box = event.target;
  if (!box.dataset.stroke) return;
  tick(box);
  const words = box.checked ? form.dataset.taught : form.dataset.not;
  said.textContent = words.replace("%s", box.dataset.name);
}

// The whole week at once: as many ticks, each of which waits by itself.
function onAll(event) {
  event.preventDefault();
  const list = form.querySelector(".taught");
  for (const box of list.querySelectorAll("input:not(:checked)")) {
    box.checked = true;
    tick(box);
  }
  said.textContent = event.currentTarget.textContent.trim();
}

function tick(box) {
  const fields = { do: "tick", stroke: box.dataset.stroke, key: newKey() };
  if (box.checked) fields.is_taught = "1";
  onTheWay.set(fields.key, fields.stroke);
  enqueue({ url: location.pathname, fields }).finally(() => onTheWay.delete(fields.key));
}

function show({ stroke, is_taught: isTaught }) {
  const box = form.querySelector(`[data-stroke="${Number(stroke)}"]`);
  if (box) box.checked = Boolean(isTaught);
}

// What stands as taught, but for what still waits to be sent. What was ticked is no news when the page is sent whole.
async function settle({ taught }) {
  const before = [...onTheWay.values()];
  const queued = (await waiting(location.pathname)).map((deed) => String(deed.fields.stroke));
  const coming = new Set([...before, ...queued, ...onTheWay.values()]);
  for (const box of form.querySelectorAll("[data-stroke]")) {
    if (coming.has(box.dataset.stroke)) continue;
    box.checked = taught.includes(Number(box.dataset.stroke));
    knowAs(box);
  }
}

function knowAs(box) {
  const standing = form.querySelector(`[name=was][value="${box.value}"]`);
  if (box.checked && !standing) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "was", value: box.value });
    form.append(field);
  } else if (!box.checked) standing?.remove();
}

// The part of the running order that it is time for.
function keepTime() {
  const now = Date.now();
  for (const part of document.querySelectorAll("[data-from]")) {
    const from = Date.parse(part.dataset.from);
    const isNow = from <= now && now < Date.parse(part.dataset.to);
    part.className = isNow ? "ro-now" : from <= now ? "ro-done" : "ro-next";
    if (isNow) part.setAttribute("aria-current", "step");
    else part.removeAttribute("aria-current");
  }
}
