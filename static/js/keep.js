// What makes practice last without a signal comes once everything is there to be read.

async function keep() {
  await import("./kept_week.js");
}

if (document.readyState === "complete") keep();
else addEventListener("load", keep, { once: true });
