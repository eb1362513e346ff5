/* Passkeys need a script: what offers them appears where the browser knows them, and says when it did not work. */
document.addEventListener("DOMContentLoaded", () => {
  if (!window.PublicKeyCredential) return;
  document.querySelectorAll("[data-passkey]").forEach((part) => { part.hidden = false; });
  document.querySelectorAll("[data-passkey-missing]").forEach((part) => { part.hidden = true; });
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-error]").forEach((part) => { part.hidden = false; part.focus(); });
});
