// A heart for a stroke, without leaving the place where one reads. Without this file each is a button of a plain form.

const form = document.querySelector("[data-hearts]");

form?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  if (button.dataset.busy) return;
  button.dataset.busy = "1";
  const body = new FormData(form);
  body.set(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { heart } = await answer.json();
    button.setAttribute("aria-pressed", String(heart));
    button.name = heart ? "off" : "on";
  } catch {
    // No network, or no sign-in any more: the plain form says so better than we could.
    plainly(button);
  }
  delete button.dataset.busy;
});

function plainly(button) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: button.name, value: button.value });
  form.append(field);
  form.submit();
}
