// The stroke library and the pictures: narrow as you type, show a movement, dress the doll.
// Every page works without this file: filter and cloth are GET forms, a still picture has its lines and numbers.

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-move]")) {
  const mat = document.getElementById(button.dataset.move);
  const label = button.querySelector("span");
  const start = label.textContent;
  button.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const moving = mat.classList.toggle("is-moving");
    label.textContent = moving ? button.dataset.stop : start;
    button.setAttribute("aria-pressed", String(moving));
  });
}

for (const button of document.querySelectorAll(".cloths button")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const cloth = button.value;
    if (cloth === "oat") delete root.dataset.cloth;
    else root.dataset.cloth = cloth;
    document.cookie = `cloth=${cloth};path=/;max-age=31536000;samesite=lax`;
    for (const other of document.querySelectorAll(".cloths button")) {
      other.setAttribute("aria-pressed", String(other.value === cloth));
    }
  });
}

const library = document.querySelector("[data-library]");

function narrow() {
  const words = library.q.value.toLowerCase().split(/\s+/).filter(Boolean);
  const region = library.region.value;
  let found = 0;
  for (const section of document.querySelectorAll("[data-region]")) {
    let here = 0;
    for (const card of section.querySelectorAll("[data-name]")) {
      const fits = (!region || region === section.dataset.region) && words.every((word) => card.dataset.name.includes(word));
      card.hidden = !fits;
      here += fits;
    }
    section.hidden = here === 0;
    found += here;
  }
  const out = library.querySelector("[data-found]");
  out.textContent = found === 1 ? out.dataset.one : out.dataset.many.replace("#", found);
  document.querySelector("[data-none]").hidden = found > 0;
}

// A page that the server already narrowed holds only some of the strokes, so there the form asks the server again.
if (library && !new URLSearchParams(location.search).get("q") && !new URLSearchParams(location.search).get("region")) {
  library.addEventListener("input", narrow);
  library.addEventListener("submit", (event) => {
    event.preventDefault();
    narrow();
  });
} else if (library) {
  library.addEventListener("change", (event) => {
    if (event.target.name === "region") library.requestSubmit();
  });
}
