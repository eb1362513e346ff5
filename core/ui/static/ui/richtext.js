/* The small editor over a text area of light Markdown. The text area stays what is sent. */
(() => {
  "use strict";
  const BLOCKS = { P: "", DIV: "", H1: "## ", H2: "## ", H3: "### ", H4: "#### ", H5: "#### ", H6: "#### " };
  const SAFE = /^(https?:|mailto:|tel:)/i;

  // --- HTML to Markdown -------------------------------------------------------------------------------
  const escape = (text) => text.replace(/[\\*_`[\]<>]|&(?=#?\w+;)/g, "\\$&").replace(/\u200b/g, "");
  const escapeStart = (line) => line.replace(/^(-{3,}|[-+]|#{1,6}|\d+[.)])(?=\s|$)/, (mark) => (/\d/.test(mark) ? mark.replace(/.$/, "\\$&") : "\\" + mark));
  const addressOf = (href) => (/[()<>\s]/.test(href) ? `<${href.replace(/[<>\s]/g, encodeURIComponent)}>` : href);
  const wrap = (mark, text) => {
    const [, before, core, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
    return core ? before + mark + core + mark + after : text;
  };
  const bold = (el) => /^(B|STRONG)$/.test(el.tagName) || /^(bold|[6-9]00)$/.test(el.style.fontWeight);
  const italic = (el) => /^(I|EM)$/.test(el.tagName) || el.style.fontStyle === "italic";

  const inline = (node) => {
    let out = "";
    for (const child of node.childNodes) {
      if (child.nodeType === 3) out += escape(child.data.replace(/[\t\n\r ]+/g, " "));
      else if (child.nodeType === 1) {
        if (child.tagName === "BR") { out += "\n"; continue; }
        let text = inline(child);
        if (child.tagName === "CODE") text = child.textContent ? "`" + child.textContent.replace(/`/g, "'") + "`" : "";
        if (child.tagName === "A" && SAFE.test(child.getAttribute("href") || "") && text.trim()) text = `[${text.trim()}](${addressOf(child.getAttribute("href"))})`;
        else { if (italic(child)) text = wrap("*", text); if (bold(child)) text = wrap("**", text); }
        out += text;
      }
    }
    return out;
  };
  const isBlock = (node) => node.nodeType === 1 && (node.tagName in BLOCKS || /^(UL|OL|LI|BLOCKQUOTE|HR|SECTION|ARTICLE|TABLE|TBODY|TR|TD|TH|PRE)$/.test(node.tagName));
  const indent = (text, first, rest) => text.split("\n").map((line, i) => (i ? (line && rest + line) : first + line)).join("\n");

  const blocks = (node) => {
    const out = [];
    let run = document.createElement("p");
    const flush = () => {
      const text = inline(run).split("\n").map((line) => escapeStart(line.trim())).join("\n").trim();
      if (text) out.push(text);
      run = document.createElement("p");
    };
    for (const child of node.childNodes) {
      if (!isBlock(child)) { run.append(child.cloneNode(true)); continue; }
      flush();
      if (/^(UL|OL)$/.test(child.tagName)) out.push(listOf(child));
      else if (child.tagName === "BLOCKQUOTE") out.push(blocks(child).join("\n\n").split("\n").map((line) => ("> " + line).trimEnd()).join("\n"));
      else if (child.tagName === "HR") out.push("---");
      else if (BLOCKS[child.tagName]) { const text = inline(child).replace(/\n/g, " ").trim(); if (text) out.push(BLOCKS[child.tagName] + text); }
      else out.push(...blocks(child));
    }
    flush();
    return out;
  };
  const listOf = (list) => {
    let n = 0;
    const items = [];
    for (const item of list.children) {
      if (/^(UL|OL)$/.test(item.tagName)) { items.push(indent(listOf(item), "   ", "   ")); continue; }
      const mark = list.tagName === "OL" ? `${++n}. ` : "- ";
      items.push(indent(blocks(item).join("\n"), mark, " ".repeat(mark.length)));
    }
    return items.join("\n");
  };
  const toMarkdown = (area) => blocks(area).join("\n\n").trim();

  // --- Pasted HTML, reduced to what the editor knows ---------------------------------------------------
  const KEEP = { B: "strong", STRONG: "strong", I: "em", EM: "em", UL: "ul", OL: "ol", LI: "li", BLOCKQUOTE: "blockquote", P: "p", DIV: "p", H1: "h2", H2: "h2", H3: "h3", H4: "h4", BR: "br" };
  const reduce = (node, into) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) into.append(child.data);
      else if (child.nodeType === 1 && !/^(SCRIPT|STYLE|TITLE|META|HEAD)$/.test(child.tagName)) {
        let place = into;
        const href = child.tagName === "A" && child.getAttribute("href");
        if (href && SAFE.test(href)) { place = document.createElement("a"); place.setAttribute("href", href); into.append(place); }
        else if (KEEP[child.tagName]) { place = document.createElement(KEEP[child.tagName]); into.append(place); }
        reduce(child, place);
      }
    }
    return into;
  };

  const htmlAs = (html) => reduce(new DOMParser().parseFromString(html, "text/html").body, document.createElement("div"));

  // --- The editor ---------------------------------------------------------------------------------------
  const start = (box) => {
    const source = box.querySelector("textarea");
    const changed = source.value !== source.defaultValue;
    // Text that came without its HTML (brought back by the browser) stays in the text area, as it was typed.
    if (box.dataset.ready || (changed && !source.draftHtml)) return;
    box.dataset.ready = "1";
    const rich = document.createElement("div");
    const area = document.createElement("div");
    rich.className = "rich";
    area.className = "rich-area prose";
    area.contentEditable = "true";
    for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-labelledby", box.dataset.label]]) area.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"]) if (source.hasAttribute(name)) area.setAttribute(name, source.getAttribute(name));
    if (source.required) area.setAttribute("aria-required", "true");
    const html = box.querySelector("template[data-html]");
    area.append(...(changed ? htmlAs(source.draftHtml).childNodes : html.content.cloneNode(true).childNodes));
    rich.append(box.querySelector("template[data-tools]").content.cloneNode(true), area);
    source.hidden = true;
    source.required = false;
    source.after(rich);
    document.execCommand("defaultParagraphSeparator", false, "p");

    const [tools, linkBar] = rich.children;
    const address = linkBar.querySelector("input");
    let range = null;
    let waiting = 0;
    const sync = () => { clearTimeout(waiting); waiting = 0; source.value = toMarkdown(area); source.draftHtml = area.innerHTML; source.dispatchEvent(new Event("input", { bubbles: true })); };
    const inside = (selector) => { const at = getSelection().anchorNode; const el = at && (at.nodeType === 1 ? at : at.parentElement); const found = el && el.closest(selector); return found && area.contains(found) ? found : null; };
    const show = () => { for (const button of tools.children) button.setAttribute("aria-pressed", String(Boolean(inside({ bold: "b,strong", italic: "i,em", link: "a" }[button.dataset.do] || button.dataset.do)))); };
    const run = (command, value) => { area.focus(); document.execCommand(command, false, value); sync(); show(); };
    const openLink = () => {
      range = getSelection().rangeCount && area.contains(getSelection().anchorNode) ? getSelection().getRangeAt(0).cloneRange() : null;
      const link = inside("a");
      address.value = link ? link.getAttribute("href") : "";
      linkBar.hidden = !linkBar.hidden;
      if (!linkBar.hidden) address.focus();
    };
    const setLink = () => {
      let href = address.value.trim();
      if (href && !/^[a-z]+:/i.test(href)) href = href.includes("@") ? `mailto:${href}` : `https://${href}`;
      linkBar.hidden = true;
      area.focus();
      if (range) { getSelection().removeAllRanges(); getSelection().addRange(range); }
      if (!SAFE.test(href)) return;
      if (getSelection().isCollapsed && !inside("a")) {
        const shown = href.replace(/^(mailto|tel):/, "");
        document.execCommand("insertText", false, shown);
        const typed = getSelection();
        typed.setBaseAndExtent(typed.anchorNode, typed.anchorOffset - shown.length, typed.anchorNode, typed.anchorOffset);
      }
      document.execCommand("createLink", false, href);
      getSelection().collapseToEnd();
      sync();
    };
    const act = {
      bold: () => run("bold"), italic: () => run("italic"),
      h2: () => run("formatBlock", inside("h2") ? "p" : "h2"),
      blockquote: () => run(inside("blockquote") ? "outdent" : "formatBlock", "blockquote"),
      ul: () => run("insertUnorderedList"), ol: () => run("insertOrderedList"),
      link: openLink, "set-link": setLink,
      unlink: () => { linkBar.hidden = true; if (range) { getSelection().removeAllRanges(); getSelection().addRange(range); } run("unlink"); },
    };
    rich.addEventListener("mousedown", (event) => { if (event.target.closest(".rich-tools button")) event.preventDefault(); });
    rich.addEventListener("click", (event) => { const button = event.target.closest("[data-do]"); if (button) act[button.dataset.do](); });
    tools.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { const all = [...tools.children]; all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus(); }
    });
    address.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); setLink(); } });
    // Writing the text area ends the browser's run of typing, which is what one undo takes back: wait for a pause.
    area.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(sync, 300); show(); });
    const flush = () => { if (waiting) sync(); };
    area.addEventListener("blur", flush);
    area.closest("form")?.addEventListener("submit", flush, true);
    window.addEventListener("pagehide", flush);
    area.addEventListener("keyup", show);
    area.addEventListener("mouseup", show);
    area.addEventListener("paste", (event) => {
      event.preventDefault();
      const pasted = event.clipboardData.getData("text/html");
      const box = htmlAs(pasted);
      if (box.textContent.trim()) document.execCommand("insertHTML", false, box.innerHTML);
      else document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
      sync();
    });
    area.addEventListener("drop", (event) => event.preventDefault());
    document.querySelector(`label[for="${source.id}"]`)?.addEventListener("click", (event) => { event.preventDefault(); area.focus(); });
    source.addEventListener("focus", () => area.focus());
  };

  const startAll = () => document.querySelectorAll("[data-rich]").forEach(start);
  startAll();
  if (window.preauRichText) return;
  window.preauRichText = true;
  document.addEventListener("htmx:load", startAll);
})();
