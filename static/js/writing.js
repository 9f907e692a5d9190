// The page on which an instructor writes to families: words to start from come at a tap, and the letter beside them
// follows what is typed. Without this file two buttons do the same.

const form = document.querySelector("form[data-writing]");
const QUIET = 600;
let timer;
let asked = 0;

const field = (name) => form.elements.namedItem(name);
const starts = () => [...form.querySelectorAll("input[name=start]")];

// Words that somebody typed are never put aside: only what came from another start is exchanged.
function isUntouched() {
  const words = field("words").value.trim();
  return !words || starts().some((one) => one.dataset.words.trim() === words);
}

function use(start) {
  if (!isUntouched()) return;
  field("subject").value = start.dataset.subject;
  field("words").value = start.dataset.words;
}

async function show() {
  const mine = ++asked;
  const data = new FormData(form);
  data.set("do", "preview");
  try {
    const answer = await fetch(location.href, { method: "POST", body: data, headers: { Accept: "text/html" } });
    if (answer.redirected || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["preview", "sum"]) {
      const fresh = page.querySelector(`[data-part="${name}"]`);
      const part = form.querySelector(`[data-part="${name}"]`);
      if (fresh && part) part.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // Without a network the letter stays as it was shown last; sending says what is wrong.
  }
}

if (form) {
  for (const one of form.querySelectorAll("[data-no-script]")) one.hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.name === "start") use(event.target);
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, QUIET);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
