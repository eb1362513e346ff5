/* What is written and not on the server yet stays on this device: by person and by the message's key, so that what is
   sent again is sent once. It goes when the server has it, when somebody signs out, and after a month. */
(() => {
  "use strict";
  const PREFIX = "preau:message:";
  const MONTH = 30 * 24 * 3600 * 1000;
  const read = (name) => { try { return JSON.parse(localStorage.getItem(name) || "null"); } catch { return null; } };
  const names = () => { try { return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)); } catch { return []; } };
  const place = document.querySelector("[data-person]");
  const person = place ? place.dataset.person : "";
  const nameOf = (key) => `${PREFIX}${person}:${key}`;
  const outbox = window.preauOutbox = {
    get: (key) => read(nameOf(key)),
    put: (key, value) => { try { localStorage.setItem(nameOf(key), JSON.stringify({ ...value, at: Date.now() })); return true; } catch { return false; } },
    drop: (key) => { try { localStorage.removeItem(nameOf(key)); } catch { /* nothing is kept then */ } },
    /* Sends a form's fields. Resolves to the answer; rejects when the line is down. */
    post: async (url, fields, token) => {
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
      const answer = await fetch(url, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token, "X-Compose": "1" } });
      let told = {};
      try { told = await answer.json(); } catch { /* a page of somebody on the way */ }
      return { status: answer.status, told };
    },
    /* Whether what is saved there are these words of ours: then only its answer was lost. */
    same: (told, words) => Boolean(words) && (told.body || "").trim() === (words.body || "").trim() && (words.subject === undefined || (told.subject || "").trim() === words.subject.trim()),
    say: (text, kind) => {
      const home = document.getElementById("messages");
      if (!home) return;
      const line = document.createElement("div");
      const words = document.createElement("p");
      line.className = `alert ${kind || "info"}`;
      words.textContent = text;
      line.append(words);
      home.replaceChildren(line);
    },
  };
  for (const name of names()) { const kept = read(name); if (!kept || Date.now() - (kept.at || 0) > MONTH) localStorage.removeItem(name); }

  // Messages that were to be sent when the line broke: any page of the messagerie sends them, one after the other.
  const token = () => (document.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || "";
  let busy = false;
  const flush = async () => {
    if (busy || !person || !token()) return;
    busy = true;
    try {
      for (const name of names()) {
        const kept = read(name);
        if (!name.startsWith(nameOf("")) || !kept || !kept.queued) continue;
        let { status, told } = await outbox.post(kept.url, kept.fields, token());
        if (status === 409 && told.code === "draft-changed" && (outbox.same(told, kept.tried) || outbox.same(told, kept.words))) {
          const again = kept.fields.map(([field, value]) => [field, field === "version" ? String(told.version) : value]);
          ({ status, told } = await outbox.post(kept.url, again, token()));
        }
        if (status === 200 && told.url) {
          localStorage.removeItem(name);
          if (document.querySelector(`[data-key="${kept.key}"]`)) { location.assign(told.url); return; }
          outbox.say("Votre message écrit hors connexion est parti.", "ok");
        } else if (status < 500 && status !== 429 && status !== 403) {
          // The school refuses it: its words stay here, and are shown where one writes.
          localStorage.setItem(name, JSON.stringify({ ...kept, queued: false, refused: told.message || "" }));
          outbox.say(told.message || "Un message écrit hors connexion n’a pas pu partir : ouvrez-le dans vos brouillons.", "care");
          document.dispatchEvent(new CustomEvent("outbox:refused", { detail: kept.key }));
        }
      }
    } catch { /* the line is still down */ }
    finally { busy = false; }
  };
  outbox.flush = flush;
  window.addEventListener("online", flush);
  setInterval(() => { if (names().some((name) => (read(name) || {}).queued)) flush(); }, 15000);
  flush();
})();
