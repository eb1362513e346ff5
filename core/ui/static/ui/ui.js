/* Small comforts: everything works without them. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    closeMenus(target.closest("details[data-menu]"));

    if (target.closest("[data-dismiss]")) target.closest(".toast, .alert").remove();
    if (target.closest("[data-print]")) window.print();

    const opener = target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) { event.preventDefault(); closeMenus(); dialog.showModal(); }
    if (target.closest("[data-close]")) target.closest("dialog").close();
    if (target instanceof HTMLDialogElement && target.open) target.close(); // the veil

    const eye = target.closest("[data-password] > button");
    if (eye) {
      const input = eye.parentElement.querySelector("input");
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      eye.setAttribute("aria-pressed", String(!shown));
    }
  });

  // "/" leads to the search field, unless one is writing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = [...document.querySelectorAll("[data-search-key]")].find((one) => one.offsetParent);
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const finds = event.target.closest(".top-search");
    if (finds) { finds.querySelector(".suggestions").replaceChildren(); finds.querySelector("input").focus(); }
    const open = document.querySelector("details[data-menu][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  // Filters apply as they change; the button stays for those who send by hand.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
  });

  // One press, one request.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  const focusSummary = (scope) => {
    const summary = (scope || document).querySelector("[data-focus]");
    if (summary) summary.focus();
  };

  const failed = () => {
    const text = document.getElementById("network-error");
    const place = document.getElementById("messages");
    if (text && place) { place.replaceChildren(text.content.cloneNode(true)); place.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 500) {
      // Only our own fragment may enter the page; a proxy's page may not.
      if (xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true; else failed();
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.target));
  focusSummary();

  // Drafts: what is typed in a form[data-draft] stays in this tab until the server has taken it.
  const keyOf = (form) => `draft:${location.pathname}:${form.id || form.getAttribute("action") || ""}`;
  const texts = (form) => [...form.elements].filter((el) => el.name && (el.tagName === "TEXTAREA" || el.matches("input[type=text]")) && el.type !== "password" && !el.autocomplete.includes("one-time-code"));
  const store = (key, value) => { try { value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key); } catch { /* a full or closed store loses nothing that is on the screen */ } };
  const load = (key) => { try { return JSON.parse(sessionStorage.getItem(key) || "null"); } catch { return null; } };

  const taken = load("draft-sent");
  if (taken) {
    // The form was sent and another page, or the same one without errors, came back.
    if (!document.querySelector(".error-summary")) store(taken, "");
    store("draft-sent", "");
  }
  // A draft is [the text it began from, the text typed, the editor's HTML]: it comes back where the page still
  // holds what it began from, never over what somebody else has saved meanwhile.
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const kept = load(keyOf(form));
    if (!kept || form.querySelector(".error-summary")) continue;
    let restored = false;
    for (const el of texts(form)) {
      const [before, typed, html] = kept[el.name] || [];
      if (typed === undefined || typed === before || before !== el.defaultValue) continue;
      el.value = typed;
      el.draftHtml = html;
      restored = true;
    }
    const notice = document.getElementById("draft-restored");
    if (restored && notice) document.getElementById("messages").append(notice.content.cloneNode(true));
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-discard]")) return;
    for (const form of document.querySelectorAll("form[data-draft]")) store(keyOf(form), "");
    location.reload();
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest && event.target.closest("form[data-draft]");
    if (form) store(keyOf(form), JSON.stringify(Object.fromEntries(texts(form).map((el) => [el.name, [el.defaultValue, el.value, el.draftHtml]]))));
  });
  // What a module keeps on this device ("preau:…") leaves it with whoever signs out.
  document.addEventListener("submit", (event) => {
    if (!new URL(event.target.action, location.href).pathname.endsWith("/deconnexion/")) return;
    try { for (const name of Object.keys(localStorage)) if (name.startsWith("preau:")) localStorage.removeItem(name); } catch { /* a closed store holds nothing */ }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-draft]")) store("draft-sent", JSON.stringify(keyOf(event.target)));
  });
})();
