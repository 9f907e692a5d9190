// Passkeys are offered only where the device can use them; without scripts the offer stays away as well.

for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !window.PublicKeyCredential;

// A passkey that was not given is an answer, not an error: say so beside the button and leave the other ways open.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const note of document.querySelectorAll("[data-passkey-note]")) note.hidden = false;
});
