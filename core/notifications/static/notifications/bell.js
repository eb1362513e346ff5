/* Rings the bell of open pages. Without it the bell is right on every page that is opened. */
(() => {
  "use strict";
  const bell = document.getElementById("bell");
  const status = document.getElementById("bell-status");
  if (!bell || !status || !window.EventSource) return;

  const POLL = 60_000;
  const LONGEST = 600_000;
  let source = null;
  let poll = 0;
  let again = 0;
  let due = 0;
  let failures = 0;
  let over = false; // signed out: nothing more to ask

  const stop = () => {
    if (source) source.close();
    source = null;
    clearInterval(poll);
    clearTimeout(again);
    clearTimeout(due);
    poll = again = due = 0;
  };

  const ask = async () => {
    due = 0;
    let answer;
    try {
      answer = await fetch(`${bell.dataset.ask}?depuis=${bell.dataset.newest}`, { cache: "no-store", redirect: "manual" });
    } catch { return; } // away for a moment: the next tick or the next minute
    if (answer.status !== 200) {
      if (answer.type === "opaqueredirect" || answer.status === 404) { over = true; stop(); }
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("bell");
    if (!fresh) return;
    bell.replaceChildren(...fresh.childNodes);
    bell.dataset.newest = fresh.dataset.newest;
    if (!fresh.dataset.says) return;
    status.textContent = fresh.dataset.says;
    const notice = document.querySelector("[data-fresh]");
    if (notice) notice.hidden = false;
  };

  // Many pages are rung at once: each waits a little, at random.
  const askSoon = (spread) => { if (!due) due = setTimeout(ask, Math.random() * spread); };

  const fallBack = () => {
    if (source) source.close();
    source = null;
    if (over || document.hidden) return;
    if (!poll) poll = setInterval(ask, POLL);
    clearTimeout(again);
    again = setTimeout(listen, Math.min(LONGEST, POLL * 2 ** failures++) * (0.75 + Math.random() / 2));
  };

  function listen() {
    if (over || source || document.hidden) return;
    source = new EventSource(bell.dataset.stream, { withCredentials: true });
    source.addEventListener("ready", (event) => {
      failures = 0;
      clearInterval(poll);
      poll = 0;
      if (event.data !== bell.dataset.newest) askSoon(0);
    });
    source.addEventListener("bell", (event) => askSoon(Number(event.data)));
    source.addEventListener("close", fallBack);
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) fallBack();
      else if (!poll) poll = setInterval(ask, POLL); // the browser tries again by itself
    });
  }

  const resume = () => { if (!over) { askSoon(0); listen(); } };

  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : resume()));
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => { if (event.persisted) resume(); });
  listen();
})();
