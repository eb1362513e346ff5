/* Passkeys need a browser that knows them; when one does not answer, the page says so. */
document.addEventListener("DOMContentLoaded", () => {
  if (window.PublicKeyCredential) return;
  document.querySelectorAll("[data-passkey]").forEach((part) => { part.hidden = true; });
  document.querySelectorAll("[data-passkey-missing]").forEach((part) => { part.hidden = false; });
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-error]").forEach((part) => { part.hidden = false; part.focus(); });
});
