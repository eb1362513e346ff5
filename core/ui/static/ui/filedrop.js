/* A file field on which one may drop files; names what was chosen, and shows the sending. */
(() => {
  "use strict";
  const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} ko` : `${(bytes / 1e6).toFixed(1).replace(".", ",")} Mo`);

  const list = (zone) => {
    const input = zone.querySelector("input[type=file]");
    zone.querySelector("[data-files]").replaceChildren(...[...input.files].map((file) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      const meta = document.createElement("span");
      item.className = "file"; name.className = "name"; meta.className = "meta";
      name.textContent = file.name; meta.textContent = size(file.size);
      item.append(name, meta);
      return item;
    }));
  };

  const start = (zone) => {
    if (zone.dataset.ready) return;
    zone.dataset.ready = "1";
    const input = zone.querySelector("input[type=file]");
    input.addEventListener("change", () => list(zone));
    for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      const dropped = new DataTransfer();
      for (const file of input.multiple ? [...input.files, ...event.dataTransfer.files] : [...event.dataTransfer.files].slice(0, 1)) dropped.items.add(file);
      input.files = dropped.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  const startAll = () => document.querySelectorAll("[data-drop]").forEach(start);
  startAll();
  if (window.preauFileDrop) return;
  window.preauFileDrop = true;
  document.addEventListener("htmx:load", startAll);
  document.addEventListener("htmx:xhr:progress", (event) => {
    const place = event.target.querySelector && event.target.querySelector("[data-progress]");
    if (!place || !event.detail.total) return;
    place.hidden = false;
    place.querySelector("progress").value = (100 * event.detail.loaded) / event.detail.total;
  });
})();
