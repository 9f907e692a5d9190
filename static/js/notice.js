// A changed date: once the page was really looked at, the family need not press "seen".
// Programmes that follow links in letters do not look, so the instructor is not told by mistake that somebody did.

const form = document.querySelector("form[data-seen]");
const LONG_ENOUGH = 1500;
let waiting;

async function tell() {
  const body = new FormData(form);
  body.set("answer", "seen");
  const answer = await fetch(location.pathname, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  if (answer.status === 204) form.dataset.seen = "yes";
}

function look() {
  clearTimeout(waiting);
  if (form.dataset.seen || document.visibilityState !== "visible") return;
  waiting = setTimeout(() => tell().catch(() => {}), LONG_ENOUGH);
}

if (form) {
  document.addEventListener("visibilitychange", look);
  look();
}
