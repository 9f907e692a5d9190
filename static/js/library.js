// The stroke library: narrow as you type. Without this file it is a form like any other.

const library = document.querySelector("[data-library]");
const LIKE = { "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ß": "ss", "ى": "ي", "ة": "ه", "ـ": "" };

/* Small letters without accents, words parted by one blank: as the server folds them. */
function fold(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[łøæœđßىةـ]/g, (letter) => LIKE[letter]);
  return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

const cards = [...document.querySelectorAll("[data-region]")].map((section) => ({
  section,
  cards: [...section.querySelectorAll("[data-name]")].map((card) => {
    const words = [section.querySelector("h2"), ...card.querySelectorAll("h3, p")].map((part) => part.textContent);
    return { card, text: [...words, card.dataset.name].map((part) => ` ${fold(part)}`).join(" |") };
  }),
}));

/* The words as they stand first; where nothing holds them so, each must begin some word. */
function wanted(typed) {
  const every = cards.flatMap((shelf) => shelf.cards);
  const phrase = fold(typed);
  if (!phrase) return () => true;
  if (every.some((one) => one.text.includes(` ${phrase}`))) return (one) => one.text.includes(` ${phrase}`);
  const terms = typed.split(/\s+/).map(fold).filter(Boolean);
  return (one) => terms.every((term) => one.text.includes(` ${term}`));
}

function narrow() {
  const fits = wanted(library.q.value);
  const region = library.region.value;
  let found = 0;
  for (const shelf of cards) {
    let here = 0;
    for (const one of shelf.cards) {
      const shown = (!region || region === shelf.section.dataset.region) && fits(one);
      one.card.hidden = !shown;
      here += shown;
    }
    shelf.section.hidden = here === 0;
    found += here;
  }
  const out = library.querySelector("[data-found]");
  out.textContent = found === 1 ? out.dataset.one : out.dataset.many.replace("#", found);
  document.querySelector("[data-none]").hidden = found > 0;
  for (const part of document.querySelectorAll('#routines, [href="#routines"]')) part.hidden = Boolean(region || library.q.value.trim());
  return found;
}

if (library) {
  // A page that the server already narrowed holds only some of the strokes, so there the form asks the server again.
  const isWhole = !("narrowed" in library.dataset);
  if (isWhole) {
    library.addEventListener("input", narrow);
    // What nothing here is called, the server may know in another language; and it knows what fits which baby.
    library.addEventListener("submit", (event) => {
      const asksMore = library.fits.value || library.names.value || library.colic.checked;
      if (!narrow() || asksMore) return;
      event.preventDefault();
      library.q.blur(); // the keyboard of a phone would lie over what was found
      document.querySelector("[data-region]:not([hidden])").scrollIntoView();
    });
    if (library.q.value || library.region.value) narrow(); // the browser brought back what was typed
  }
  library.addEventListener("change", (event) => {
    if (!isWhole && event.target.name === "region") library.submit();
  });
}
