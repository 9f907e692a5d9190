// The register: each tap shows at once, can be undone, and waits on this phone until it is sent. The same file serves the
// register with a network and the bare one that the phone keeps. Without it the form is sent by its buttons.
// Notes may say how a baby is, so they never lie on the phone: they wait in this page, or not at all.

import * as kept from "./kept.js";
import { ask, enqueue, found, heardOf, knock, newKey, opened, read, send, waiting, watch } from "./queue.js";

const form = document.querySelector("[data-roll]");
const snack = document.querySelector("[data-snack]");
const restButton = document.querySelector("[data-rest]");
const url = form?.dataset.live ?? location.pathname;
const LOOK_AGAIN = 20000;

// {key of a tap: [[row, its mark before]]}, so that an undo shows at once.
const before = new Map();
// {field name: what was typed and not yet sent}
const notes = new Map();
// {key: deed} of what was tapped and does not lie in the queue yet.
const onTheWay = new Map();
let tapToUndo = "";

if (form) await start();

async function start() {
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;
  if (!snack.querySelector("p").textContent) snack.hidden = true;
  tapToUndo = document.querySelector("[data-undo-form] [name=tap]")?.value ?? "";
  form.addEventListener("change", onChange);
  form.addEventListener("submit", onSubmit);
  snack.querySelector("button").addEventListener("click", onUndo);
  document.querySelector("[data-wipe]")?.addEventListener("click", onWipe);
  addEventListener("beforeunload", (event) => notes.size && event.preventDefault());
  watch(({ deed, answer }) => {
    if (!deed) return showWaiting();
    onTheWay.delete(deed.fields.key);
    return deed.url === url && settle(answer);
  });
  await opened;
  heardOf(Number(form.dataset.latest));
  // The kept page is as old as its keeping; the last answer is newer.
  const marks = form.hasAttribute("data-kept") && (await kept.marksOf(url));
  if (marks) for (const row of rows()) stand(row, marks[row.dataset.place] ?? "");
  await showWaiting();
  await look();
  await keepThis();
  setInterval(() => document.hidden || look(), LOOK_AGAIN);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("online", look);
}

// Put this register aside for the hall: its bare page, and the worker that shows it there.
async function keepThis() {
  const { keep, worker, title } = form.dataset;
  if (!form.hasAttribute("data-keep")) {
    if (!form.hasAttribute("data-kept")) await kept.forgetPage(url);
    return;
  }
  try {
    await navigator.serviceWorker?.register(worker, { scope: "/teach/" });
    await kept.keepPage(url, keep, { title });
    await navigator.serviceWorker?.ready;
    form.dataset.isKept = "";
  } catch {
    // Not here, or not now: the register works all the same, with a network.
  }
}

// How the register stands, told by the other phone too; and whether there is anybody to ask.
async function look() {
  await send();
  const answer = await ask(form.dataset.standing, {});
  if (!answer) return found("offline");
  if (answer.type === "opaqueredirect") return found("sign-in");
  if (answer.status === 404) {
    // Not this reader's any more: a phone has nothing to keep of it.
    await kept.forgetPage(url);
    return location.replace(url);
  }
  const told = answer.ok && (await read(answer));
  if (!told) return found("offline");
  found("");
  sendNotes();
  await settle(told);
  const back = document.querySelector("[data-back]");
  if (back) back.hidden = false;
}

// What the register says holds, but for what was tapped here and is still on its way.
async function settle(told) {
  heardOf(told.latest);
  if (!told.marks) return;
  await kept.keepMarks(url, told.marks);
  const deeds = await waiting(url);
  // Nothing is waited for from here to the end, lest a mark that was tapped is seen to go and come back.
  for (const row of rows()) {
    const place = row.dataset.place;
    if (told.marks[place] === undefined) continue;
    stand(row, told.marks[place]);
    differ(place, told.conflicts?.[place] ?? "");
  }
  const strangers = Object.keys(told.marks).some((place) => !form.querySelector(`[data-place="${place}"]`));
  const changed = document.querySelector("[data-changed]");
  if (changed) changed.hidden = !strangers;
  lay(deeds);
}

async function showWaiting() {
  lay(await waiting(url));
}

// Lay what waits over what stands, in the order of tapping.
function lay(deeds) {
  const queued = new Set(deeds.map(({ fields }) => fields.key));
  const newer = [...onTheWay.values()].filter(({ fields }) => !queued.has(fields.key));
  for (const { fields, shows } of [...deeds, ...newer]) {
    for (const [place, mark] of Object.entries(shows)) {
      const row = rowOf(place);
      // "Everyone left" is nobody who has a mark meanwhile.
      if (row && !(fields.do === "rest" && markOf(row))) setMark(row, mark);
    }
  }
  show();
}

function onChange(event) {
  const field = event.target;
  if (field.type === "radio") onMark(field);
  else if (field.name.startsWith("note-") || field.name === "session_note") {
    notes.set(field.name, field.value);
    sendNotes();
  }
}

function onMark(radio) {
  const row = radio.closest("[data-place]");
  tap(row, radio.value, row.dataset.stands ?? "");
  offerUndo(`${row.dataset.name}: ${radio.dataset.said}`);
}

function tap(row, mark, seen) {
  const key = newKey();
  before.set(key, [[row, seen]]);
  tapToUndo = key;
  differ(row.dataset.place, "");
  const { place } = row.dataset;
  put({ url, fields: { do: "tap", place, mark, seen, key }, shows: { [place]: mark } });
  show();
}

function put(deed) {
  const { key } = deed.fields;
  onTheWay.set(key, deed);
  enqueue(deed).finally(() => onTheWay.delete(key));
}

function onSubmit(event) {
  const button = event.submitter;
  if (button?.name === "settle") {
    event.preventDefault();
    const row = rowOf(button.value);
    tap(row, row.dataset.stands, row.dataset.stands);
    row.querySelector("input:checked").focus();
  } else if (button?.value === "rest") {
    event.preventDefault();
    const left = rows().filter((row) => !markOf(row));
    if (!left.length) return;
    const key = newKey();
    before.set(key, left.map((row) => [row, ""]));
    tapToUndo = key;
    for (const row of left) setMark(row, "present");
    const places = left.map((row) => row.dataset.place);
    const shows = Object.fromEntries(places.map((place) => [place, "present"]));
    put({ url, fields: { do: "rest", key, left: places.join() }, shows });
    offerUndo(form.dataset.restSaid);
    show();
  } else {
    event.preventDefault();
    if (button) finish(button);
  }
}

// The page itself is sent once all taps are, so that it carries nothing twice.
async function finish(button) {
  button.disabled = true;
  await look();
  button.disabled = false;
  if ((await waiting(url)).length || !(await knock())) return say(form.dataset.finishLater);
  await kept.forgetPage(url);
  notes.clear();
  const sent = document.createElement("input");
  Object.assign(sent, { type: "hidden", name: button.name, value: button.value });
  form.append(sent);
  form.submit();
}

function onUndo(event) {
  event.preventDefault();
  if (!tapToUndo) return;
  const shows = {};
  for (const [row, mark] of before.get(tapToUndo) ?? []) {
    setMark(row, mark);
    shows[row.dataset.place] = mark;
  }
  put({ url, fields: { do: "undo", tap: tapToUndo, key: newKey() }, shows });
  tapToUndo = "";
  show();
  say(form.dataset.undone);
}

async function onWipe(event) {
  if (!confirm(event.currentTarget.dataset.words)) return;
  await kept.wipe();
  location.replace("/teach/no-signal/");
}

async function sendNotes() {
  if (notes.size && !(await knock())) return say(form.dataset.noteWaits);
  for (const [name, note] of [...notes]) {
    const body = new FormData();
    const place = name.startsWith("note-") ? name.slice(5) : "";
    for (const [field, value] of Object.entries({ do: "note", place, note })) body.set(field, value);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await ask(url, { method: "POST", body });
    if (answer?.ok && notes.get(name) === note) notes.delete(name);
    else if (!answer?.ok) return say(form.dataset.noteWaits);
  }
}

function rows() {
  return [...form.querySelectorAll("[data-place]")];
}

function rowOf(place) {
  return form.querySelector(`[data-place="${place}"]`);
}

function markOf(row) {
  return row.querySelector("input[type=radio]:checked");
}

function setMark(row, mark) {
  for (const radio of row?.querySelectorAll("input[type=radio]") ?? []) radio.checked = radio.value === mark;
}

// What the register itself holds for this baby.
function stand(row, mark) {
  setMark(row, mark);
  row.querySelector("[data-initial]").value = mark;
}

// Two phones said different things of one baby, in words; or they do no longer.
function differ(place, words) {
  const box = form.querySelector(`[data-conflict="${place}"]`);
  const text = box.querySelector("[data-conflict-text]");
  if (text.textContent !== words) text.textContent = words;
  box.hidden = !words;
  box.querySelector("button").disabled = !words;
}

// Counts and frames, from what stands on the page.
function show() {
  const counts = { here: 0, late: 0, away: 0, left: 0 };
  for (const row of rows()) {
    counts[markOf(row)?.dataset.kind ?? "left"] += 1;
    row.dataset.stands = markOf(row)?.value ?? "";
  }
  for (const [name, number] of Object.entries(counts)) {
    document.querySelector(`[data-n=${name}]`).textContent = number;
  }
  for (const pupil of form.querySelectorAll("[data-pupil]")) {
    const marked = [...pupil.querySelectorAll("[data-place]")].map(markOf);
    pupil.dataset.mark = marked.every(Boolean) ? marked[0].value : "";
  }
  if (restButton) restButton.hidden = counts.left === 0;
}

function offerUndo(words) {
  say(words);
  snack.querySelector("button").hidden = false;
}

function say(words) {
  snack.querySelector("p").textContent = words;
  snack.querySelector("button").hidden = true;
  snack.hidden = false;
}
