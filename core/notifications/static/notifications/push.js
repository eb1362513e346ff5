/* Subscribing this browser. Without scripts the page says how; everything else there is plain forms. */
(() => {
  "use strict";
  const box = document.querySelector("[data-push]");
  if (!box) return;
  const form = box.querySelector("[data-push-add]");

  // What is shown: off, on, denied, failed, unsupported, ios.
  const show = (...states) => {
    for (const part of box.querySelectorAll("[data-push-state]")) part.hidden = !states.includes(part.dataset.pushState);
  };

  const apple = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  const installed = navigator.standalone || matchMedia("(display-mode: standalone)").matches;
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    show(apple && !installed ? "ios" : "unsupported");
    return;
  }

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  const key = bytes(box.dataset.push);
  const sameKey = (subscription) => {
    const given = subscription.options && subscription.options.applicationServerKey;
    return !given || new Uint8Array(given).every((byte, place) => byte === key[place]);
  };
  const digestOf = async (endpoint) => {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const current = async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    return registration ? registration.pushManager.getSubscription() : null;
  };

  const subscribe = async () => {
    if ((await Notification.requestPermission()) !== "granted") { show("denied"); return; }
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    const { pushManager } = await navigator.serviceWorker.ready;
    const old = await pushManager.getSubscription();
    if (old && !sameKey(old)) await old.unsubscribe();
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys } = made.toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    form.elements.replaces.value = old && old.endpoint !== endpoint ? old.endpoint : "";
    form.submit();
  };

  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      subscribe().catch(() => show("off", "failed")).finally(() => { button.disabled = false; });
    });
  }

  // Taken away here, it is also ended in the browser.
  box.addEventListener("submit", async (event) => {
    const row = event.target.closest("[data-push-digest]");
    if (!row || !row.hasAttribute("data-push-here")) return;
    event.preventDefault();
    const subscription = await current().catch(() => null);
    if (subscription) await subscription.unsubscribe().catch(() => false);
    event.target.submit();
  }, true);

  (async () => {
    const subscription = await current().catch(() => null);
    const digest = subscription && sameKey(subscription) ? await digestOf(subscription.endpoint) : "";
    const here = digest && box.querySelector(`[data-push-digest="${digest}"]`);
    if (here) {
      here.setAttribute("data-push-here", "");
      here.querySelector("[data-push-mine]").hidden = false;
    }
    show(here ? "on" : Notification.permission === "denied" ? "denied" : "off");
  })();
})();
