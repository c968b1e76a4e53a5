// The widget on a page of somebody else: a button, and behind it a frame of ours. See docs/embedding.md.
// Nothing of the page is changed but one element put after its body; `window.qaBot` is the only name taken.
(() => {
  "use strict";

  const script = document.currentScript ?? document.querySelector('script[src*="/embed.js"]');
  if (!script || window.qaBot?.open) return;

  const words = /* words */ {};
  const given = script.dataset;
  const panelAddress = new URL("widget", script.src);
  const bot = panelAddress.origin;
  const wanted = [given.lang, document.documentElement.lang, ...navigator.languages, "kk"];
  const lang = wanted.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => tag in words);
  const said = words[lang];
  const title = given.title?.trim() || said.title;
  const colour = /^#(?:[\da-f]{3}){1,2}$/i.test(given.color) ? given.color : "";
  const narrow = matchMedia("(max-width: 640px), (max-height: 480px)");
  // In ms: how long a frame that has loaded may stay silent, and how long one may take to load.
  const SILENCE = 1500;
  const PATIENCE = 10000;

  // All of it is important and inside the shadow: that wins over anything the page says, important or not.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host { all: initial !important; display: contents !important; direction: ltr !important }
* { box-sizing: border-box }
[hidden] { display: none !important }
.layer { position: fixed; inset: auto 20px 20px auto; z-index: 2147483647; display: block; width: auto; height: auto;
  margin: 0; padding: 0; border: 0; overflow: visible; background: none; color-scheme: light dark;
  font: 700 16px/1.4 system-ui, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif;
  --paper: #fffdf8; --ink: #23201b; --edge: #857c6b; --accent: #1d5f5a; --on: #fffdf8; --shade: rgb(40 30 10 / 22%) }
.left { inset: auto auto 20px 20px }
.toggle { position: relative; display: flex; align-items: center; gap: 10px; max-width: min(340px, 100vw - 40px);
  min-height: 54px; margin: 0; padding: 0 22px 0 18px; border: 1px solid var(--on); border-radius: 27px;
  background: var(--accent); color: var(--on); font: inherit; text-align: left; cursor: pointer;
  box-shadow: 0 2px 14px var(--shade) }
.toggle span { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2 }
.toggle svg { flex: none; width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round }
.toggle:hover { filter: brightness(1.08) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px var(--paper) }
.dot { position: absolute; top: -3px; right: 6px; width: 16px; height: 16px; border: 2px solid var(--paper);
  border-radius: 50%; background: #c8481f }
.left .dot { right: auto; left: 6px }
.panel { position: fixed; right: 20px; bottom: 88px; width: 380px; height: min(560px, 100dvh - 108px); overflow: hidden;
  border: 1px solid var(--edge); border-radius: 14px; background: var(--paper); color: var(--ink);
  box-shadow: 0 10px 40px var(--shade) }
.panel:has(.note) { height: auto }
.left .panel { right: auto; left: 20px }
iframe { display: block; width: 100%; height: 100%; border: 0 }
.note { display: flex; flex-direction: column; align-items: flex-start; gap: 14px; height: 100%; padding: 28px 24px;
  overflow: auto; font-weight: 400; outline: 0 }
.note p { margin: 0; overflow-wrap: anywhere }
.note p:first-child { font-size: 20px; font-weight: 700 }
.note a { color: inherit }
.note button { padding: 8px 16px; border: 1px solid var(--edge); border-radius: 9px; background: none; color: inherit;
  font: inherit; cursor: pointer }
@media (max-width: 640px), (max-height: 480px) {
  .panel.panel { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0 }
}
@media (max-width: 640px) {
  .toggle { width: 56px; height: 56px; padding: 0; justify-content: center; border-radius: 50% }
  .toggle span { display: none }
  .dot { right: 0 }
}
@media (prefers-color-scheme: dark) {
  .layer { --paper: #201e1b; --ink: #e9e3d8; --edge: #7d7567; --accent: #7fc9bf; --on: #10211f;
    --shade: rgb(0 0 0 / 45%) }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise 160ms ease-out }
  @keyframes rise { from { opacity: 0; transform: translateY(12px) } }
}
@media print { .layer { display: none } }`);

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function draw(path) {
    const space = "http://www.w3.org/2000/svg";
    const icon = document.createElementNS(space, "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    icon.append(document.createElementNS(space, "path"));
    icon.firstChild.setAttribute("d", path);
    return icon;
  }

  const dot = make("i", { class: "dot" });
  const icon = draw("M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5");
  const button = make("button", { type: "button", class: "toggle" }, icon, make("span", {}, title), dot);
  const panel = make("div", { class: "panel", role: "dialog", "aria-label": title });
  const layer = make("div", { class: given.position === "left" ? "layer left" : "layer", lang }, button, panel);
  const host = make("qa-bot", {});
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(layer);

  if (colour) {
    // Whichever of the two is read better on it (WCAG 2.2, relative luminance).
    const hex = colour.length > 4 ? colour.slice(1) : colour.slice(1).replace(/./g, "$&$&");
    const [red, green, blue] = hex.match(/../g).map((pair) => {
      const part = parseInt(pair, 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    layer.style.setProperty("--accent", colour);
    layer.style.setProperty("--on", 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff");
  }

  // The frame -----------------------------------------------------------------------------------------------------

  let frame = null;
  let greeted = false;
  let opening = given.question?.trim();
  let question = "";
  let opener = null;
  let doubt = 0;

  const isOpen = () => !panel.hidden;

  function tell(kind, more) {
    if (greeted) frame.contentWindow.postMessage({ qaBot: kind, ...more }, bot);
  }

  function load(address, silent) {
    greeted = false;
    clearTimeout(doubt);
    // The bot need not know which page it is shown on; whether it may be is for the browser to decide.
    frame = make("iframe", { src: address, title, allow: "clipboard-write", referrerpolicy: "no-referrer" });
    const wait = (time) => {
      clearTimeout(doubt);
      if (!greeted) doubt = setTimeout(silent, time);
    };
    frame.addEventListener("load", () => wait(SILENCE));
    wait(PATIENCE);
    panel.replaceChildren(frame);
  }

  function loadPanel() {
    if (frame) return;
    panelAddress.search = new URLSearchParams({ lang, ...(colour && { color: colour.slice(1) }) });
    // A frame that the list forbids loads as an empty page; one that anybody may show tells it from a server that is
    // down.
    load(panelAddress, () => load(new URL("widget/here", script.src), () => explain(said.silent)));
  }

  function explain(...lines) {
    clearTimeout(doubt);
    frame = null;
    const close = make("button", { type: "button" }, said.close);
    close.addEventListener("click", hide);
    const link = make("a", { href: new URL(".", script.src), target: "_blank", rel: "noopener" }, said.apart);
    const note = make("div", { class: "note", tabindex: -1 }, ...lines.map((line) => make("p", {}, line)), link, close);
    note.addEventListener("keydown", (event) => {
      const last = event.shiftKey ? link : close;
      if (event.key !== "Tab" || root.activeElement !== last) return;
      event.preventDefault();
      (event.shiftKey ? close : link).focus();
    });
    panel.replaceChildren(note);
    if (isOpen()) note.focus();
  }

  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== bot) return;
    const kind = event.data?.qaBot;
    if (kind === "hello") {
      greeted = true;
      clearTimeout(doubt);
      tell("set", { title: given.title, greeting: given.greeting });
      if (isOpen()) greet();
    } else if (kind === "here") {
      console.warn(`qa-bot: ${location.origin} is not among the QA_BOT_EMBED_ORIGINS of ${bot}.`);
      explain(said.unlisted, said.owner.replace("{site}", location.origin));
    } else if (kind === "close") hide();
    else if (kind === "answered" && !isOpen()) mark(true);
  });

  // Opening and closing -------------------------------------------------------------------------------------------

  function mark(unread) {
    dot.hidden = !unread;
    button.setAttribute("aria-label", unread ? `${title}: ${said.unread}` : title);
  }

  function greet() {
    tell("open", { question, opening, focus: Boolean(opener) });
    if (greeted) question = opening = "";
  }

  function show(asked, focus = true) {
    if (asked) {
      question = String(asked);
      opening = "";
    }
    if (!isOpen() && focus) opener = document.activeElement === host ? button : document.activeElement ?? button;
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    mark(false);
    fit();
    loadPanel();
    if (focus) (panel.querySelector(".note") ?? frame).focus();
    greet();
  }

  function hide() {
    if (!isOpen()) return;
    const leaving = document.activeElement === host;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    // What could not be shown is tried again next time.
    if (!frame) panel.replaceChildren();
    const known = opener?.isConnected && opener !== document.body;
    if (leaving || known) (known ? opener : button).focus();
    opener = null;
  }

  function fit() {
    panel.setAttribute("aria-modal", narrow.matches);
    // Where a keyboard is on the screen, the panel keeps to what is left of it.
    const view = window.visualViewport;
    const typing = isOpen() && narrow.matches && view && view.height < innerHeight - 1;
    panel.style.height = typing ? `${view.height}px` : "";
    panel.style.top = typing ? `${view.offsetTop}px` : "";
  }

  narrow.addEventListener("change", fit);
  window.visualViewport?.addEventListener("resize", fit);
  button.addEventListener("click", () => (isOpen() ? hide() : show()));
  // What is about to be opened is fetched already.
  button.addEventListener("pointerenter", loadPanel);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    event.stopPropagation();
    hide();
  });

  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  mark(false);
  document.documentElement.append(host);
  // Above everything, whatever the page does with z-index, transforms and clipping.
  if (layer.showPopover) {
    layer.popover = "manual";
    layer.showPopover();
  }
  window.qaBot = Object.freeze({ open: (asked) => show(asked), close: hide });
  if ("open" in given && given.open !== "false" && !narrow.matches) show("", false);
})();
