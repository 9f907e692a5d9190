// Tells the server in whose time to show dates, and lets the choice of a zone work without a button.

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = document.cookie.split("; ").some((cookie) => cookie.startsWith("zone="));

if (own && !known) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `zone=${own}; path=/; max-age=31536000; samesite=lax${secure}`;
  const page = document.querySelector("[data-own-zone]");
  if (page && page.dataset.ownZone !== own && document.cookie.includes("zone=")) location.reload();
}
for (const form of document.querySelectorAll("[data-zone-form]")) {
  form.querySelector("button")?.setAttribute("hidden", "");
  form.addEventListener("change", () => form.requestSubmit());
}
for (const field of document.querySelectorAll("input[type=hidden][name=zone]")) if (own && !field.dataset.kept) field.value = own;
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ title: document.title, url: location.href }).catch(() => {}));
}
