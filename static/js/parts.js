// Parts that several pages share. Each works without this file: the page then shows everything, in the venue's time.

// Times in the reader's zone: <select data-zone> and every <time data-z> that the server wrote.
const SHAPES = {
  date: { weekday: "long", day: "numeric", month: "long" },
  date_short: { weekday: "short", day: "numeric", month: "short" },
  date_year: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  day: { day: "numeric", month: "long" },
  day_year: { day: "numeric", month: "long", year: "numeric" },
  weekday: { weekday: "long" },
  time: { hour: "2-digit", minute: "2-digit", hour12: false },
};

function inZone(zone) {
  const language = { en: "en-GB" }[document.documentElement.lang] ?? document.documentElement.lang;
  for (const time of document.querySelectorAll("time[data-z]")) {
    time.dataset.said ??= time.textContent;
    const shape = { ...SHAPES[time.dataset.z], timeZone: zone };
    time.textContent = zone ? new Intl.DateTimeFormat(language, shape).format(new Date(time.dateTime)) : time.dataset.said;
  }
  for (const name of document.querySelectorAll("[data-zone-name]")) name.hidden = Boolean(zone);
}

for (const select of document.querySelectorAll("select[data-zone]")) {
  select.closest("[data-zone-box]")?.removeAttribute("hidden");
  select.addEventListener("change", () => inZone(select.value));
}

// A part that only one answer asks for: data-when="name=value".
for (const part of document.querySelectorAll("[data-when]")) {
  const [name, value] = part.dataset.when.split("=");
  const inputs = [...document.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  const show = () => {
    part.hidden = !inputs.some((input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true) && input.value === value);
  };
  for (const input of inputs) input.addEventListener("change", show);
  show();
}

// Copy a private address: data-copy="id of the field", data-copied="what to say".
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.querySelector("span").textContent = button.dataset.copied;
  });
}

// Hand a page to someone: data-share, with the page's own address.
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ title: document.title, url: location.href }).catch(() => {}));
}
