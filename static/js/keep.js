// What makes practice last without a signal weighs more than the page itself, so it comes when nobody waits for anything:
// once somebody has begun to read, or after a while. A page that the phone keeps has nothing to fetch, and needs it at once.

const A_WHILE = 8000;
const BEGUN = ["pointerdown", "scroll", "keydown"];

async function keep() {
  for (const sign of BEGUN) removeEventListener(sign, begun);
  await import("./kept_week.js");
}

function begun() {
  if (document.readyState === "complete") keep();
}

if (document.querySelector("[data-week][data-kept]") || scrollY || navigator.userActivation?.hasBeenActive) keep();
else {
  for (const sign of BEGUN) addEventListener(sign, begun, { passive: true });
  setTimeout(keep, A_WHILE);
}
