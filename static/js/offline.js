// Without a network: what lies on this phone, and the page that was asked for once more.

import { pages, tidy } from "./kept.js";

const list = document.querySelector("[data-kept-list]");
const line = document.querySelector("[data-kept-line]");

await tidy("");
const kept = await pages(list.dataset.keptList || "registers");
for (const page of kept) {
  const row = line.content.cloneNode(true);
  row.querySelector("[data-kept-title]").textContent = page.title;
  const says = row.querySelector("[data-kept-says]");
  if (says) says.textContent = page.line;
  const link = row.querySelector("a");
  link.href = page.url;
  const names = link.querySelector("[data-kept-names]");
  if (names) names.textContent = page.title;
  list.append(row);
}
document.querySelector("[data-kept-card]").hidden = !kept.length;
document.querySelector("[data-kept-none]").hidden = Boolean(kept.length);
document.querySelector("[data-again]").href = location.href;
addEventListener("online", () => location.reload());
