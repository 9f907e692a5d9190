// The movement of a stroke, on demand: a hand travels along each path at the pace of the real stroke.
// The picture says when each hand goes (data-go) and how long one pass takes (data-seconds). Without this file, and
// for whoever wants less motion, the still picture has its lines, arrows and numbers.

const SVG = "http://www.w3.org/2000/svg";
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

// What of a hand drawing (100 by 122, a left hand) lies on the path, and how the hand is turned.
const TOUCHES = {
  palm: { hand: "flat", at: [50, 66], turn: 8 },
  fingers: { hand: "flat", at: [48, 14], turn: 8 },
  "two-fingers": { hand: "flat", at: [68, 14], turn: 8 },
  thumb: { hand: "flat", at: [97, 60], turn: 4 },
  edge: { hand: "side", at: [56, 70], turn: 90 },
  hold: { hand: "hold", at: [50, 52], turn: 6 },
};
const BREATH = 0.18; // a rest between two passes, where hands do not follow one another without end

const ease = (share) => (1 - Math.cos(Math.PI * share)) / 2;
const there = (share) => 1 - Math.abs(1 - 2 * ((share * 2) % 1)); // to and fro, twice

function traveller(line) {
  const [hand, touch, size, start, end, ...ways] = line.dataset.go.split(" ");
  const kind = TOUCHES[touch] ?? TOUCHES.palm;
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", `sd-go sd-hand-${hand}`);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#hand-${kind.hand}`);
  group.append(use);
  const part = line.closest(".stroke-diagram").querySelector(".sd-badge path.sd-touch");
  if (part && kind.hand === "flat") {
    const filled = part.cloneNode();
    filled.removeAttribute("transform");
    group.append(filled);
  }
  const box = line.ownerSVGElement;
  const mirror = hand === "right" ? -1 : 1;
  const place = `rotate(${kind.turn * mirror}) scale(${size * mirror} ${size}) translate(${-kind.at[0]} ${-kind.at[1]})`;
  const length = line.getTotalLength();
  const stays = line.matches(".sd-limb");
  const walks = line.matches(".sd-dash");
  const fro = ways.includes("fro");
  const steps = walks ? line.parentNode.querySelectorAll(".sd-dab").length : 0;

  const wayTo = (share) => {
    if (walks) return (Math.floor(Math.min(share, 0.999) * steps) + 1) / steps;
    return fro ? there(share) : ease(Math.min(share, 1));
  };

  function draw(share) {
    const seen = share >= 0 && (share <= 1 || stays);
    group.setAttribute("opacity", seen ? Math.min(1, share * 8, stays ? 1 : (1 - share) * 8) : 0);
    if (!seen) return;
    const way = wayTo(share);
    const { x, y } = line.getPointAtLength(length * way);
    const press = walks ? 0.94 + 0.06 * Math.abs(Math.cos(Math.PI * share * steps)) : 1;
    group.setAttribute("transform", `translate(${x} ${y}) scale(${press}) ${place}`);
  }
  return { start: +start, end: +end, show: () => box.append(group), draw, hide: () => group.remove() };
}

function roller(rest) {
  const [hand, , , start, end] = rest.dataset.go.split(" ");
  const palm = rest.getAttribute("href") === "#hand-side";
  const way = hand === "right" ? -1 : 1;
  const turned = (share) => {
    const swing = Math.sin(share * Math.PI * (palm ? 6 : 4));
    return palm ? `translate(0 ${14 * swing * way})` : `rotate(${12 * swing} 50 54)`;
  };
  const still = rest.getAttribute("transform");
  return {
    start: +start,
    end: +end,
    show: () => {},
    draw(share) {
      const rolls = share >= 0 && share <= 1;
      rest.classList.toggle("is-on", rolls);
      rest.setAttribute("transform", rolls ? `${still} ${turned(share)}` : still);
    },
    hide() {
      rest.classList.remove("is-on");
      rest.setAttribute("transform", still);
    },
  };
}

// The movement of one picture, or null where nothing moves.
function movementOf(picture) {
  const going = [...picture.querySelectorAll("[data-go]")];
  if (!going.length) return null;
  const seconds = Number(picture.dataset.seconds) || 4;
  const hands = going.map((item) => (item.localName === "use" ? roller(item) : traveller(item)));
  const round = hands.some((hand) => hand.end > 1) ? 1 : 1 + BREATH;
  let frame = 0;
  let begun = 0;

  function play(now) {
    begun ||= now;
    const passed = (now - begun) / 1000 / seconds;
    for (const hand of hands) {
      let since = (passed % round) - hand.start;
      if (since < 0 && passed > round && hand.end > 1) since += round;
      hand.draw(since / (hand.end - hand.start));
    }
    frame = requestAnimationFrame(play);
  }
  return {
    start() {
      if (frame) return;
      begun = 0;
      for (const hand of hands) hand.show();
      frame = requestAnimationFrame(play);
    },
    stop() {
      cancelAnimationFrame(frame);
      frame = 0;
      for (const hand of hands) hand.hide();
    },
  };
}

// A mat with the class is-moving shows the movement of its picture, whoever gave it the class.
const movements = new WeakMap();
const watcher = new MutationObserver((changes) => {
  for (const { target } of changes) follow(target);
});

function follow(mat) {
  const on = mat.classList.contains("is-moving") && !calm.matches;
  if (on && !movements.has(mat)) movements.set(mat, movementOf(mat.querySelector(".stroke-diagram")));
  const movement = movements.get(mat);
  if (on) movement?.start();
  else movement?.stop();
}

// A button with data-move="id of the mat" gives it that class; data-pause is what it says then. A tap on the picture does
// the same, since a thumb with oil on it finds a picture more easily than a button below it.
function wire(button) {
  const mat = document.getElementById(button.dataset.move);
  const label = button.querySelector("span");
  const show = label.textContent;
  const say = () => {
    const on = mat.classList.contains("is-moving");
    label.textContent = on ? (button.dataset.pause ?? button.dataset.stop) : show;
    button.setAttribute("aria-pressed", String(on));
  };
  const fit = () => {
    if (calm.matches) mat.classList.remove("is-moving");
    button.hidden = calm.matches;
    say();
  };
  const toggle = () => {
    if (calm.matches) return;
    if (mat.classList.toggle("is-moving")) mat.scrollIntoView({ block: "nearest", behavior: "smooth" });
    say();
  };
  button.addEventListener("click", toggle);
  mat.addEventListener("click", toggle);
  calm.addEventListener("change", fit);
  fit();
}

for (const mat of document.querySelectorAll(".mat:has(> .stroke-diagram)")) {
  watcher.observe(mat, { attributeFilter: ["class"] });
  follow(mat);
}
calm.addEventListener("change", () => document.querySelectorAll(".mat.is-moving").forEach(follow));
for (const button of document.querySelectorAll("[data-move]")) wire(button);
