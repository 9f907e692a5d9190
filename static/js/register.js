// The register: each tap is sent at once, can be undone, and waits on this page while there is no network.
// Without this file the same form is sent by its buttons. Nothing is stored on the device.

const form = document.querySelector("[data-roll]");
const snack = document.querySelector("[data-snack]");
const strip = document.querySelector("[data-offline]");
const restButton = document.querySelector("[data-rest]");
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

const queue = [];
// {key of a tap: [[row, its mark before]]}, so that an undo shows at once.
const before = new Map();
let isSending = false;
let wait = FIRST_WAIT;
let retry = 0;
let tapToUndo = "";

if (form) start();

function start() {
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;
  if (!snack.querySelector("p").textContent) snack.hidden = true;
  form.addEventListener("change", onChange);
  form.addEventListener("submit", onSubmit);
  snack.querySelector("button").addEventListener("click", onUndo);
  tapToUndo = document.querySelector("[data-undo-form] [name=tap]").value;
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => {
    if (queue.length) event.preventDefault();
  });
}

function onChange(event) {
  const field = event.target;
  if (field.type === "radio") onMark(field);
  else if (field.name.startsWith("note-")) enqueue({ do: "note", place: field.name.slice(5), note: field.value });
  else if (field.name === "session_note") enqueue({ do: "note", note: field.value });
}

function onMark(radio) {
  const row = radio.closest("[data-place]");
  const key = newKey();
  before.set(key, [[row, row.dataset.stands ?? row.querySelector("[data-initial]").value]]);
  enqueue({ do: "tap", place: row.dataset.place, mark: radio.value, key });
  offerUndo(key, `${row.dataset.name}: ${radio.dataset.said}`);
  show();
}

function onSubmit(event) {
  const asked = event.submitter?.value;
  if (asked === "rest") {
    event.preventDefault();
    const key = newKey();
    const left = rows().filter((row) => !markOf(row));
    before.set(key, left.map((row) => [row, ""]));
    for (const row of left) setMark(row, "present");
    enqueue({ do: "rest", key });
    offerUndo(key, form.dataset.restSaid);
    show();
  } else if (queue.length) {
    // Taps that still wait go along with the page itself, so nothing is lost or counted twice.
    queue.length = 0;
  }
}

function onUndo(event) {
  event.preventDefault();
  if (!tapToUndo) return;
  for (const [row, mark] of before.get(tapToUndo) ?? []) setMark(row, mark);
  enqueue({ do: "undo", tap: tapToUndo });
  tapToUndo = "";
  show();
  snack.querySelector("p").textContent = form.dataset.undone;
  snack.querySelector("button").hidden = true;
}

function enqueue(deed) {
  queue.push(deed);
  send();
}

async function send() {
  if (isSending || !queue.length) return;
  isSending = true;
  clearTimeout(retry);
  const deed = queue[0];
  const done = await post(deed);
  isSending = false;
  if (!done) {
    retry = setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
    return;
  }
  wait = FIRST_WAIT;
  queue.splice(queue.indexOf(deed), 1);
  if (queue.length) send();
}

// Whether the deed has reached the register, or never will.
async function post(deed) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of Object.entries(deed)) body.set(name, value);
  let answer;
  try {
    answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    tell(offlineWords());
    return false;
  }
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.redirected || answer.status === 403 || (answer.ok && !isJson)) {
    tell(form.dataset.signIn);
    return false;
  }
  if (answer.status >= 500) {
    tell(offlineWords());
    return false;
  }
  const told = isJson ? await answer.json() : {};
  tell(told.sentence ?? "");
  if (told.marks) settle(told.marks);
  return true;
}

// What the register says holds, but for babies whose next tap is still on its way.
function settle(marks) {
  const waiting = new Set(queue.slice(1).map((deed) => deed.place));
  const restWaits = queue.slice(1).some((deed) => deed.do === "rest" || deed.do === "undo");
  for (const row of rows()) {
    const mark = marks[row.dataset.place];
    if (mark === undefined || restWaits || waiting.has(row.dataset.place)) continue;
    setMark(row, mark);
    row.querySelector("[data-initial]").value = mark;
  }
  show();
}

function rows() {
  return [...form.querySelectorAll("[data-place]")];
}

function markOf(row) {
  return row.querySelector("input[type=radio]:checked");
}

function setMark(row, mark) {
  for (const radio of row.querySelectorAll("input[type=radio]")) radio.checked = radio.value === mark;
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

function offerUndo(key, words) {
  tapToUndo = key;
  snack.querySelector("p").textContent = words;
  snack.querySelector("button").hidden = false;
  snack.hidden = false;
}

function offlineWords() {
  const words = queue.length === 1 ? form.dataset.offlineOne : form.dataset.offlineMany;
  return words.replace("%n", queue.length);
}

function tell(words) {
  strip.querySelector("[data-offline-text]").textContent = words;
  strip.hidden = !words;
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
