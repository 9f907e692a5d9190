// Arranging strokes without a round trip for each tap. Without this file every button sends the form, and the page
// comes back as it was asked for. Nothing is kept before “Keep” is pressed.

const form = document.querySelector("[data-arrange]");
const said = form?.querySelector("[data-said]");

if (form) start();

function start() {
  for (const button of form.querySelectorAll("[data-plainly]")) button.hidden = true;
  form.addEventListener("click", onClick);
  form.addEventListener("change", onChange);
  form.addEventListener("input", onInput);
  addEventListener("beforeunload", (event) => unkept() && !form.dataset.sent && event.preventDefault());
  form.addEventListener("submit", () => (form.dataset.sent = "1"));
  addEventListener("pageshow", () => delete form.dataset.sent);
}

function onClick(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.step) {
    event.preventDefault();
    step(button, Number(button.dataset.step));
  } else if ("say" in button.dataset) {
    event.preventDefault();
    const field = rowOf(button).querySelector("input[name^=name-]");
    field.value = button.dataset.say;
    named(field);
  }
}

function onChange(event) {
  if ("to" in event.target.dataset) move(event.target);
}

function onInput(event) {
  if (event.target.name?.startsWith("name-")) named(event.target);
}

function step(button, by) {
  const row = rowOf(button);
  const loose = looseIn(row.parentElement);
  const other = loose[loose.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  settle(row.parentElement);
  const place = looseIn(row.parentElement);
  changed(form.dataset.place.replace("%s", nameOf(row)).replace("%n", place.indexOf(row) + 1).replace("%m", place.length), row);
  // At the edge the button is of no use any more, and the other one takes the focus.
  (button.disabled ? row.querySelector(`[data-step="${-by}"]`) : button).focus();
  row.scrollIntoView({ block: "nearest" });
}

function move(select) {
  const row = rowOf(select);
  const from = row.parentElement;
  const list = form.querySelector(`[data-week="${Number(select.value)}"]`);
  if (!list || list === from) return;
  row.querySelector("details").open = false;
  list.append(row);
  row.querySelector("[name=stroke]").value = `${row.dataset.row}@${select.value}`;
  steps(row, select.value !== "0");
  settle(from);
  settle(list);
  const words = select.value === "0" ? form.dataset.out : form.dataset.moved.replace("%w", select.value);
  changed(words.replace("%s", nameOf(row)), row);
  row.scrollIntoView({ block: "center" });
  row.querySelector("summary").focus({ preventScroll: true });
}

// A stroke that was left out has no buttons to step; one is lent to it by any other row.
function steps(row, wanted) {
  const own = row.querySelector(".arr-steps");
  if (own) own.hidden = !wanted;
  const pattern = form.querySelector(".arr-row .arr-steps");
  if (own || !wanted || !pattern) return;
  const lent = pattern.cloneNode(true);
  lent.hidden = false;
  const other = nameOf(pattern.closest("[data-row]"));
  for (const button of lent.querySelectorAll("button")) {
    button.value = `${button.dataset.step < 0 ? "up" : "down"}:${row.dataset.row}`;
    const words = button.querySelector(".vh");
    words.textContent = words.textContent.replace(other, nameOf(row));
  }
  row.append(lent);
}

function settle(list) {
  const loose = looseIn(list);
  for (const row of loose) {
    const [up, down] = row.querySelectorAll("[data-step]");
    if (!up) continue;
    up.disabled = row === loose[0];
    down.disabled = row === loose.at(-1);
  }
  const none = list.parentElement.querySelector(".arr-none");
  if (none) none.hidden = list.children.length > 0;
}

function named(field) {
  const row = rowOf(field);
  const plain = row.querySelector("[data-plain]");
  const name = field.value.trim();
  row.querySelector("[data-called]").textContent = name || plain.dataset.name;
  plain.textContent = name ? plain.dataset.name : "";
  changed("");
}

function changed(words, row) {
  form.dataset.unkept = "1";
  form.querySelector("[data-unkept]").hidden = false;
  said.textContent = words;
  said.classList.toggle("vh", true);
  if (!row) return;
  row.classList.remove("is-moved");
  requestAnimationFrame(() => row.classList.add("is-moved"));
}

const unkept = () => Boolean(form.dataset.unkept);
const rowOf = (part) => part.closest("[data-row]");
const nameOf = (row) => row.querySelector("[data-called]").textContent;
const looseIn = (list) => [...list.querySelectorAll("[data-row]")].filter((row) => row.querySelector("[data-to]"));
