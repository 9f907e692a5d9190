// The pictures of strokes: show a movement, dress the doll.
// Every page works without this file: the cloth is a GET form, a still picture has its lines and numbers.

import "./motion.js";

const root = document.documentElement;

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
