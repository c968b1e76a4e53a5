// What the page does in the browser besides Gradio: language of the document, reading side, keys, copying.
// Everything works on elements that Gradio replaces at will, so listeners sit on the document.
(() => {
  "use strict";

  const find = (selector) => document.querySelector(selector);
  const narrow = matchMedia("(width < 860px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const PLACE = /^#[^:]+:\d+-\d+$/;
  // Longest wait, in ms, for the article to change after a quote was followed; if it shows already, it will not.
  const SAME_ARTICLE = 300;

  // Language ---------------------------------------------------------------------------------------------------

  let language = "";

  async function translateGradio(chosen) {
    // Gradio picks its locale from the browser alone. This door is not documented: if it closes, Gradio's own few
    // strings stay in the browser's language.
    const core = performance.getEntriesByType("resource").find(({ name }) => /\/assets\/core-[^/]*\.js$/.test(name));
    if (!core) return;
    const module = await import(core.name);
    module.changeLocale?.(chosen);
  }

  function followLanguage() {
    const chosen = find("#language input:checked")?.value;
    const title = find("#title h1");
    if (!chosen || !title) return;
    if (document.title !== title.textContent) document.title = title.textContent;
    if (chosen === language) return;
    language = chosen;
    document.documentElement.lang = chosen;
    translateGradio(chosen).catch(() => {});
  }

  // Names for the parts of the page, from words that the server put beside the title.

  function nameParts() {
    const named = { "#talking": "name-conversation", "#reading": "name-article" };
    for (const [part, name] of Object.entries(named)) {
      const element = find(part);
      if (!element || element.getAttribute("aria-labelledby")) continue;
      element.setAttribute("role", "region");
      element.setAttribute("aria-labelledby", name);
      if (part === "#reading") element.tabIndex = 0;
    }
    const legend = find("#language .sr-only");
    if (legend && !legend.id) {
      legend.id = "name-language";
      find("#language").setAttribute("role", "radiogroup");
      find("#language").setAttribute("aria-labelledby", legend.id);
    }
    const now = find("#now");
    if (now && !now.hasAttribute("aria-live")) now.setAttribute("aria-live", "polite");
  }

  // Reading side -----------------------------------------------------------------------------------------------

  let opener = null;
  let pending = 0;

  const sheetOpen = () => document.documentElement.classList.contains("sheet");

  function scrollToQuote() {
    clearTimeout(pending);
    const side = find("#reading");
    const quoted = find("#quoted");
    if (!quoted || (side.offsetParent === null && !sheetOpen())) return;
    const top = quoted.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 5;
    side.scrollBy({ top, behavior: calm.matches || sheetOpen() ? "instant" : "smooth" });
  }

  function openSheet() {
    if (sheetOpen()) return;
    opener = document.activeElement;
    document.documentElement.classList.add("sheet");
    const side = find("#reading");
    side.setAttribute("role", "dialog");
    side.setAttribute("aria-modal", "true");
    for (const behind of ["#masthead", "#talking"]) find(behind).inert = true;
    find("#back").focus({ preventScroll: true });
  }

  function closeSheet() {
    if (!sheetOpen()) return;
    document.documentElement.classList.remove("sheet");
    const side = find("#reading");
    side.setAttribute("role", "region");
    side.removeAttribute("aria-modal");
    for (const behind of ["#masthead", "#talking"]) find(behind).inert = false;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  function leaveSheet() {
    if (history.state?.reading) return history.back();
    history.replaceState(null, "", location.pathname + location.search);
    closeSheet();
  }

  function show(place) {
    const input = find("#place textarea");
    if (!input) return;
    if (narrow.matches) openSheet();
    // As if the address were typed into the hidden box and sent by Enter.
    input.value = place;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
    clearTimeout(pending);
    pending = setTimeout(scrollToQuote, SAME_ARTICLE);
  }

  function follow(link) {
    const place = link.getAttribute("href");
    if (narrow.matches) history.pushState({ reading: true }, "", place);
    else history.replaceState(null, "", place);
    show(place);
  }

  addEventListener("popstate", () => {
    if (PLACE.test(location.hash)) show(location.hash);
    else closeSheet();
  });

  narrow.addEventListener("change", () => {
    if (!narrow.matches) closeSheet();
    scrollToQuote();
  });

  // Copying ----------------------------------------------------------------------------------------------------

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.value);
    } catch {
      // No clipboard for pages that came by plain http from another machine: the older way.
      const sheet = document.createElement("textarea");
      sheet.value = button.value;
      document.body.append(sheet);
      sheet.select();
      document.execCommand("copy");
      sheet.remove();
      button.focus();
    }
    const done = button.querySelector(".done");
    button.classList.add("copied");
    done.hidden = false;
    setTimeout(() => {
      button.classList.remove("copied");
      done.hidden = true;
    }, 2000);
  }

  // Clicks and keys --------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    if (event.target.closest("#back")) return leaveSheet();
    const button = event.target.closest("button.copy");
    if (button) return void copy(button);
    const quote = event.target.closest("#conversation .quote");
    const link = quote?.querySelector("a.show");
    // A click that ends a selection of the quote's words is not meant to go anywhere.
    if (!link || (!event.target.closest("a") && String(getSelection()))) return;
    event.preventDefault();
    follow(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && sheetOpen()) {
      event.preventDefault();
      leaveSheet();
    } else if (event.key === "Tab" && sheetOpen() && event.shiftKey && document.activeElement === find("#back")) {
      event.preventDefault();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !sheetOpen()) {
      if (event.target.closest("textarea, input[type=text]")) return;
      event.preventDefault();
      find("#question textarea")?.focus();
    }
  });

  // Connection -------------------------------------------------------------------------------------------------

  function sayOffline() {
    const trouble = find(".toast-wrap .toast-body.error") !== null;
    let said = find("#offline");
    if (!said && !trouble) return;
    if (!said) {
      said = document.createElement("p");
      said.id = "offline";
      said.setAttribute("role", "status");
      document.body.append(said);
    }
    const text = trouble ? find("#say-offline").textContent : "";
    if (said.textContent !== text) said.textContent = text;
  }

  // What Gradio changes ----------------------------------------------------------------------------------------

  let following = false;

  function keepQuestionInView() {
    // A new question goes to the top of its side, so that its answer is read from the beginning.
    if (find("#now .searching")) following = true;
    const now = find("#now .turn");
    if (!following || !now) return;
    const side = find("#conversation");
    side.scrollTop += now.getBoundingClientRect().top - side.getBoundingClientRect().top;
  }

  // Whoever scrolls wants to be elsewhere.
  for (const moved of ["wheel", "touchmove"]) addEventListener(moved, () => (following = false), { passive: true });

  function keepFocus() {
    // A suggestion that was clicked is gone; whoever has a keyboard goes on typing.
    if (document.activeElement === document.body && !narrow.matches) find("#question textarea")?.focus();
  }

  let ready = false;

  function start() {
    if (ready || !find("#title h1")) return;
    ready = true;
    if (!narrow.matches) find("#question textarea")?.focus();
    if (PLACE.test(location.hash)) show(location.hash);
  }

  const seen = { article: null, turn: null };

  new MutationObserver(() => {
    followLanguage();
    nameParts();
    sayOffline();
    start();
    const article = find("#article .page");
    if (article !== seen.article) {
      seen.article = article;
      scrollToQuote();
    }
    const turn = find("#now .turn");
    if (turn !== seen.turn) {
      seen.turn = turn;
      keepFocus();
    }
    keepQuestionInView();
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });

  document.addEventListener("change", followLanguage);
})();
