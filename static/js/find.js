// The catalogue: a filter counts as soon as it is chosen. Without this file the button "Show classes" does it.

const form = document.getElementById("search");

form?.addEventListener("change", (event) => {
  if (event.target.matches("input[type=checkbox], select")) form.requestSubmit();
});
// Empty fields need not stand in the address.
form?.addEventListener("submit", () => {
  for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
});
addEventListener("pageshow", () => {
  for (const field of form?.elements ?? []) field.disabled = false;
});
