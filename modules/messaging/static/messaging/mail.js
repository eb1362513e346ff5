/* The keyboard in boxes and threads. Everything has its link or its button: nothing is lost without this. */
(() => {
  "use strict";
  const mail = document.querySelector("[data-mail]");
  if (!mail) return;
  const rows = [...mail.querySelectorAll("[data-row]")];
  const linkOf = (row) => row && row.querySelector("a.row-title");
  let at = rows.findIndex((row) => row.classList.contains("current"));
  if (at >= 0) rows[at].scrollIntoView({ block: "nearest" });

  const step = (by) => {
    if (!rows.length) return;
    at = Math.min(Math.max(at + by, 0), rows.length - 1);
    const link = linkOf(rows[at]);
    if (link.offsetParent) { link.focus(); rows[at].scrollIntoView({ block: "nearest" }); }
    else link.click(); // the list is hidden beside a thread on small screens: go on to the next one
  };
  const press = (selector) => { const button = mail.querySelector(selector) || document.querySelector(selector); if (button) button.click(); return Boolean(button); };
  const verb = (name) => {
    const form = document.getElementById("mail-form");
    const thread = document.getElementById("thread-form");
    const ticked = form && form.querySelector("input[name=c]:checked");
    const row = rows[at];
    if (!ticked && !thread && form && row && row.contains(document.activeElement)) row.querySelector("input[name=c]").checked = true;
    const place = ticked || !thread ? form : thread;
    const button = place && (ticked || thread || (row && row.querySelector("input[name=c]:checked"))) && place.querySelector(`button[name=do][value=${name}]`);
    if (button) place.requestSubmit(button);
  };
  const keys = {
    j: () => step(1), k: () => step(-1),
    x: () => { const box = rows[at] && rows[at].querySelector("input[name=c]"); if (box) box.click(); },
    e: () => verb("archive"), "#": () => verb("trash"), u: () => verb("unread"),
    r: () => press("[data-key-reply]"), a: () => press("[data-key-reply-all]"),
    c: () => press("[data-key-compose]"), "?": () => press("[data-key-help]"),
    "/": () => { const field = mail.querySelector("[data-mail-search]"); if (field && field.offsetParent) { field.focus(); field.select(); return true; } return false; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog")) return;
    const act = keys[event.key];
    if (!act || act() === false) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  mail.addEventListener("focusin", (event) => { const row = event.target.closest("[data-row]"); if (row) at = rows.indexOf(row); });
  mail.addEventListener("change", (event) => {
    const all = event.target.closest("[data-all]");
    if (all) for (const box of mail.querySelectorAll(".mail-pick > input")) box.checked = all.checked;
  });
})();
