/* Writing: kept on this device at each key, on the server at each pause; sent once however the line behaves. */
(() => {
  "use strict";
  const outbox = window.preauOutbox;
  const form = document.querySelector("form[data-compose]");
  if (!form || !outbox) return;
  const key = form.dataset.key;
  const say = form.querySelector("[data-compose-state]");
  const version = () => form.querySelector("input[name=version]");
  const token = form.querySelector("input[name=csrfmiddlewaretoken]").value;
  const WORDS = new Set(["subject", "body"]);
  const state = (text) => { if (say) say.textContent = text; };
  const clock = () => new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "q", "on", "template"].includes(name));
  const words = () => Object.fromEntries([...form.elements].filter((el) => WORDS.has(el.name)).map((el) => [el.name, el.value]));
  const html = () => (form.querySelector("textarea[name=body]") || {}).draftHtml || "";
  const snapshot = () => JSON.stringify(fields().filter(([name]) => name !== "version"));
  let first = snapshot(); // what the server has
  let waiting = 0;
  let running = null;
  let stopped = false; // sent, waiting for the line, or in conflict: nothing is saved by itself
  let queued = ""; // the words that wait for the line
  let tried = null; // the words of the last attempt: an answer that was lost on its way is no conflict

  // --- What stayed on this device --------------------------------------------------------------------
  // Before the editor starts: it takes the text area as it is then.
  const kept = outbox.get(key);
  if (kept && kept.words && JSON.stringify(kept.words) !== JSON.stringify(words()) && !document.querySelector(".error-summary")) {
    for (const el of form.elements) {
      if (!WORDS.has(el.name) || kept.words[el.name] === undefined) continue;
      el.value = kept.words[el.name];
      if (el.name === "body") el.draftHtml = kept.html || undefined;
    }
    if (kept.queued) { stopped = true; queued = JSON.stringify(words()); outbox.say("Votre message partira dès que la ligne revient.", "info"); }
    else { outbox.say(kept.refused || "Votre texte, gardé sur cet appareil, est revenu.", kept.refused ? "care" : "info"); schedule(500); }
  } else if (kept && !kept.queued) outbox.drop(key);

  const keep = (more) => outbox.put(key, { key, words: words(), html: html(), url: form.action, fields: fields(), tried, ...more });

  // --- Saving --------------------------------------------------------------------------------------------
  function schedule(pause) { clearTimeout(waiting); waiting = setTimeout(save, pause); }
  async function save() {
    clearTimeout(waiting);
    waiting = 0;
    const now = snapshot();
    if (stopped || now === first) return;
    if (running) { schedule(500); return; }
    const before = tried;
    tried = words();
    running = outbox.post(form.dataset.autosave, fields(), token);
    try {
      const { status, told } = await running;
      if (status === 200) {
        version().value = told.version;
        first = now;
        if (snapshot() === now) outbox.drop(key); else schedule(1200);
        state(`Brouillon enregistré à ${clock()}.`);
      } else if (status === 409 && told.code === "draft-changed") { if (outbox.same(told, before)) { version().value = told.version; schedule(100); } else conflict(told); }
      else if (status === 409) { stopped = true; state(told.message || ""); }
      else state("Gardé sur cet appareil ; le brouillon n’a pas pu être enregistré.");
    } catch { state("Hors connexion : votre texte est gardé sur cet appareil."); }
    finally { running = null; }
  }
  form.addEventListener("input", (event) => {
    if (!event.target.name || ["q", "on", "template", "attachments"].includes(event.target.name)) return;
    if (queued && JSON.stringify(words()) !== queued) {
      queued = "";
      stopped = false;
      state("Votre message n’attend plus de partir : envoyez-le quand il est prêt.");
    }
    if (stopped) return;
    keep();
    schedule(1500);
  });
  window.addEventListener("online", () => { if (!stopped) schedule(300); });

  // --- Saved elsewhere meanwhile: both texts ------------------------------------------------------------------
  function conflict(told) {
    stopped = true;
    const box = form.querySelector("[data-compose-conflict]");
    box.querySelector("[data-theirs]").textContent = [told.subject, told.body].filter(Boolean).join(" — ");
    box.hidden = false;
    box.querySelector("[data-keep]").onclick = () => { version().value = told.version; stopped = false; box.hidden = true; save(); };
    box.querySelector("[data-take]").onclick = () => { outbox.drop(key); location.reload(); };
    box.scrollIntoView({ block: "center" });
  }

  // --- Sending -------------------------------------------------------------------------------------------
  const queue = (button) => {
    const all = [...fields(), ["do", button.value]];
    if (keep({ queued: true, fields: all })) {
      stopped = true;
      queued = JSON.stringify(words());
      outbox.say("Vous êtes hors connexion. Votre message est gardé sur cet appareil et partira dès que la ligne revient.", "info");
      state("Partira dès que la ligne revient.");
    }
  };
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || button.value !== "send") { if (button && button.value === "discard") outbox.drop(key); return; }
    if ([...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) { keep(); return; } // files go with the page itself
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    clearTimeout(waiting);
    keep();
    try {
      if (running) await running.catch(() => {});
      const { status, told } = await outbox.post(form.action, [...fields(), ["do", "send"]], token);
      if (status === 200 && told.url) { stopped = true; outbox.drop(key); location.assign(told.url); return; }
      if (status === 409 && told.code === "draft-changed" && !outbox.same(told, tried)) { conflict(told); return; }
      if (told.version) version().value = told.version;
      if (status === 409 && told.code === "draft-changed" && !form.dataset.again) { form.dataset.again = "1"; setTimeout(() => form.requestSubmit(button), 50); return; }
      if (status >= 500 || !told.code) queue(button);
      else { outbox.say(told.message, "danger"); document.getElementById("messages").scrollIntoView({ block: "center" }); }
    } catch { queue(button); }
    finally { delete form.dataset.sending; }
  }, true);
  document.addEventListener("outbox:refused", (event) => { if (event.detail === key) { stopped = false; state(""); } });
})();
