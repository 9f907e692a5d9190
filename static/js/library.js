// The stroke library: narrow as you type. Without this file it is a form like any other.

const library = document.querySelector("[data-library]");
const jump = document.querySelector("[data-jump]");
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

/* Whether a word begins with what was typed but for one letter, as the server reads it. */
function beginsClose(term, word) {
  let at = 0;
  while (at < term.length && term[at] === word[at]) at += 1;
  if (at === term.length) return true;
  if (term.length < 4) return false;
  const here = term.slice(at);
  const there = word.slice(at);
  return (
    (there !== "" && there.slice(1).startsWith(here.slice(1))) ||
    there.slice(1).startsWith(here) ||
    there.startsWith(here.slice(1)) ||
    (there[0] === here[1] && there[1] === here[0] && there.slice(2).startsWith(here.slice(2)))
  );
}

/* The words as they stand first; then each must begin some word; then each but for one letter. */
function wanted(typed) {
  const every = cards.flatMap((shelf) => shelf.cards);
  const phrase = fold(typed);
  if (!phrase) return { fits: () => true, close: false };
  const whole = (one) => one.text.includes(` ${phrase}`);
  if (every.some(whole)) return { fits: whole, close: false };
  const terms = typed.split(/\s+/).map(fold).filter(Boolean);
  const each = (one) => terms.every((term) => one.text.includes(` ${term}`));
  if (every.some(each)) return { fits: each, close: false };
  const parts = phrase.split(" ");
  if (!parts.some((term) => term.length >= 4)) return { fits: each, close: false };
  const words = (one) => (one.words ??= one.text.split(" "));
  return { fits: (one) => parts.every((term) => words(one).some((word) => beginsClose(term, word))), close: true };
}

function narrow() {
  const { fits, close } = wanted(library.q.value);
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
  document.querySelector("[data-close]").hidden = !close || found === 0;
  document.getElementById("routines").hidden = Boolean(region || library.q.value.trim());
  for (const link of jump.querySelectorAll("a")) link.hidden = document.querySelector(link.hash).hidden;
  jump.hidden = jump.querySelectorAll("a:not([hidden])").length < 2;
  return close ? 0 : found;
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
}

/* Which part one is reading, marked in the row of parts and kept in sight there. */
function follow(entries) {
  for (const { target, isIntersecting } of entries) {
    const link = jump.querySelector(`[href="#${target.id}"]`);
    if (!isIntersecting) {
      link?.removeAttribute("aria-current");
      continue;
    }
    link?.setAttribute("aria-current", "true");
    const [row, here] = [jump.getBoundingClientRect(), link?.getBoundingClientRect()];
    if (here) jump.scrollBy({ left: here.left + here.width / 2 - row.left - row.width / 2 });
  }
}

if (jump) {
  const reading = new IntersectionObserver(follow, { rootMargin: "-30% 0px -69% 0px" });
  for (const link of jump.querySelectorAll("a")) reading.observe(document.querySelector(link.hash));
}
