// The frame of every page: day and night without a page load, menus that close, errors that get the focus.
// Every part of it works without this file.

const root = document.documentElement;
// What lies on this phone and has to go goes before anything else.
if (root.dataset.forget) import("./forget.js");
const night = matchMedia("(prefers-color-scheme: dark)");

function isNight() {
  return root.dataset.bsTheme ? root.dataset.bsTheme === "dark" : night.matches;
}

for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = isNight() ? "light" : "dark";
    const data = new FormData(form);
    data.set("theme", chosen);
    root.dataset.bsTheme = chosen;
    form.querySelector(chosen === "dark" ? ".by-night" : ".by-day").focus();
    fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => {});
  });
}

const menus = [...document.querySelectorAll("details.menu")];

function closeMenus(except) {
  for (const menu of menus) if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const open = menus.find((menu) => menu.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.querySelector("[data-errors]")?.focus();
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
if (!matchMedia("(min-width: 62rem)").matches) {
  for (const fold of document.querySelectorAll("[data-fold-small]")) fold.open = false;
}
