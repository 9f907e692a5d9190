// Without a network: what lies on this phone, and the page that was asked for once more.

import { pages, tidy } from "./kept.js";

const list = document.querySelector("[data-kept-list]");
const line = document.querySelector("[data-kept-line]");

await tidy("");
const kept = await pages(list.dataset.keptList || "registers");
// Of the week that the sign on the home screen leads to, its steps too; from the others they are one tap further.
const steps = (page) => page.url.includes("/hands-free/");
const weekOf = (page) => page.url.split("hands-free/")[0].split("?")[0];
const now = kept.filter((page) => page.leads && !steps(page)).map(weekOf);
const first = kept.filter((page) => now.includes(weekOf(page)));
const others = kept.filter((page) => !first.includes(page) && !steps(page));
for (const page of [...first, ...others]) {
  const row = line.content.cloneNode(true);
  row.querySelector("[data-kept-title]").textContent = page.title;
  const says = row.querySelector("[data-kept-says]");
  if (says) says.textContent = page.line;
  const link = row.querySelector("a");
  link.href = page.url;
  if (!list.children.length) link.classList.replace("btn-outline-primary", "btn-primary");
  const names = link.querySelector("[data-kept-names]");
  if (names) names.textContent = page.title;
  list.append(row);
}
document.querySelector("[data-kept-card]").hidden = !kept.length;
document.querySelector("[data-kept-none]").hidden = Boolean(kept.length);
document.querySelector("[data-again]").href = location.href;

// Asked for once more as soon as there is a signal again, but not while its reader is on the way to another page: that
// would call them back.
let isLeaving = false;
addEventListener("beforeunload", () => {
  isLeaving = true;
});
addEventListener("pageshow", () => {
  isLeaving = false;
});
addEventListener("online", () => isLeaving || location.reload());
