// Shows what is pushed, and opens its page. It fetches nothing and keeps nothing: pages come from the network.
"use strict";

const LIST = "/notifications/";

// A page of this host; whatever else a message might say leads to the list.
const pageOf = (path) => {
  try {
    const url = new URL(path || LIST, self.location.origin);
    return url.origin === self.location.origin ? url.href : new URL(LIST, self.location.origin).href;
  } catch {
    return new URL(LIST, self.location.origin).href;
  }
};

const read = (data) => {
  try {
    return data.json();
  } catch {
    return { title: "Préau", text: "", url: LIST };
  }
};

const show = async (data) => {
  const told = read(data);
  // A browser that is pushed to must show something, or it ends the subscription.
  await self.registration.showNotification(told.title || "Préau", {
    body: told.text || "",
    tag: told.tag || undefined,
    renotify: Boolean(told.tag && told.urgent),
    requireInteraction: Boolean(told.urgent),
    timestamp: told.at || Date.now(),
    lang: "fr",
    dir: "auto",
    data: { url: pageOf(told.url) },
  });
};

const open = async (url) => {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url === url);
  return there ? there.focus() : self.clients.openWindow(url);
};

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
};

// The browser has changed its subscription by itself: tell the school, as the person who is signed in here.
const renew = async (event) => {
  const answer = await fetch("/notifications/appareils/cle/", { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) return;
  const { key, token } = await answer.json();
  const fresh =
    event.newSubscription ||
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
  const { endpoint, keys } = fresh.toJSON();
  const replaces = event.oldSubscription ? event.oldSubscription.endpoint : "";
  await fetch("/notifications/appareils/ajouter/", {
    method: "POST",
    credentials: "same-origin",
    redirect: "manual",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth, replaces }),
  });
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(pageOf(event.notification.data && event.notification.data.url)));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
