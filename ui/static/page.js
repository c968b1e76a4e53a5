// What the page does in the browser besides Gradio: arriving, language, reading side, keys, connection.
// Everything works on elements that Gradio replaces at will, so listeners sit on the document.
(() => {
  "use strict";

  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const narrow = matchMedia("(width < 860px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const PLACE = /^#[^:]+(:\d+-\d+)?$/;
  // Longest wait, in ms, for the article to change after a quote was followed; if it shows already, it will not.
  const SAME_ARTICLE = 300;
  // From here, in ms, a wait is said aloud; the style sheet shows it from then on, too.
  const LONG = 500;
  // After so many ms the server is told again what it seems not to have heard.
  const UNHEARD = 2000;
  const watchers = [];

  // Telling the server -----------------------------------------------------------------------------------------

  function write(input, text) {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function enter(input, text) {
    // As if it were typed and sent by Enter.
    write(input, text);
    input.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
  }

  function tell(box, what) {
    const input = find(`#${box} textarea`);
    if (input) enter(input, what);
  }

  // Remembering ------------------------------------------------------------------------------------------------
  // `localStorage` holds what a person chose, `sessionStorage` what this tab was doing. Either may be forbidden.

  function recall(storage, key) {
    try {
      return window[storage].getItem(`qa-bot-${key}`) ?? "";
    } catch {
      return "";
    }
  }

  function remember(storage, key, text) {
    try {
      if (text) window[storage].setItem(`qa-bot-${key}`, text);
      else window[storage].removeItem(`qa-bot-${key}`);
    } catch {
      // Then nothing is remembered.
    }
  }

  // Arriving ---------------------------------------------------------------------------------------------------

  const sought = new URLSearchParams(location.search);
  let ready = false;
  let telling = 0;

  function arrive() {
    if (telling || !find("#arrival textarea")) return;
    telling = setInterval(announce, UNHEARD);
    announce();
  }

  function announce() {
    const asked = recall("sessionStorage", "asked");
    const arrival = {
      language: sought.get("lang") || recall("sessionStorage", "language") || recall("localStorage", "language"),
      conversation: recall("sessionStorage", "conversation"),
      asked: asked ? asked.split("\n") : [],
    };
    tell("arrival", JSON.stringify(arrival));
  }

  function start() {
    if (ready || !find("#title h1")) return;
    ready = true;
    clearInterval(telling);
    const box = find("#question textarea");
    write(box, recall("sessionStorage", "draft"));
    if (!narrow.matches) box.focus();
    if (PLACE.test(location.hash)) show(location.hash);
    const question = sought.get("q");
    if (!question && !sought.has("lang")) return;
    // What an address says holds once: after a reload, what was chosen since does.
    history.replaceState(history.state, "", location.pathname + location.hash);
    if (question) ask(question);
  }

  function ask(question, tries = 10) {
    const box = find("#question textarea");
    enter(box, question);
    // While Gradio is busy, it lets a question lie.
    setTimeout(() => {
      if (box.value === question && tries && !find("#notice p")) ask(question, tries - 1);
    }, LONG);
  }

  let kept = "";

  function keepThread() {
    const thread = find("#conversation-id")?.textContent;
    if (!ready || !thread) return;
    const turns = [...document.querySelectorAll("#conversation .question")].slice(-4);
    const asked = turns.map((question) => question.lastChild.textContent.replace(/\s+/g, " ")).join("\n");
    if (kept === thread + asked) return;
    kept = thread + asked;
    remember("sessionStorage", "conversation", thread);
    remember("sessionStorage", "asked", asked);
  }

  addEventListener("pagehide", () => {
    if (ready) remember("sessionStorage", "draft", find("#question textarea")?.value);
  });

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
    root.lang = chosen;
    // A link may have chosen it: then it holds for this tab.
    remember("sessionStorage", "language", chosen);
    translateGradio(chosen).catch(() => {});
  }

  document.addEventListener("change", (event) => {
    followLanguage();
    if (event.target.closest("#language")) remember("localStorage", "language", language);
  });

  // Names and states, which Gradio cannot give its elements ------------------------------------------------------

  function set(element, name, value) {
    if (element && element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }

  function nameParts() {
    for (const [part, name] of [["#talking", "name-conversation"], ["#reading", "name-article"]]) {
      const element = find(part);
      if (!element || element.hasAttribute("aria-labelledby")) continue;
      set(element, "role", "region");
      set(element, "aria-labelledby", name);
      if (part === "#reading") element.tabIndex = 0;
    }
    const legend = find("#language .sr-only");
    if (legend) {
      legend.id = "name-language";
      set(find("#language"), "role", "radiogroup");
      set(find("#language"), "aria-labelledby", legend.id);
      for (const choice of document.querySelectorAll("#language input")) {
        set(choice.parentElement, "lang", choice.value);
        // Gradio gives each a name of its own: then the arrow keys do not lead from one to the other.
        set(choice, "name", "language");
      }
    }
    for (const [button, part, open] of [["#more", "tools", menuOpen()], ["#articles", "shelf", listing()]]) {
      set(find(button), "aria-controls", part);
      set(find(button), "aria-expanded", open);
    }
    for (const step of document.querySelectorAll(".step")) set(step, "aria-disabled", step.classList.contains("over"));
    const offering = find("#can-ask p");
    if (find("#suggestions")) find("#suggestions").lang = offering ? offering.lang : language;
  }

  // Saying aloud what changes; the parts that change would be read out whole, and once for each stage of an answer.

  let saying = 0;
  let awaited = false;

  function say(text, lang = language) {
    let said = find("#said");
    if (!said) {
      said = document.createElement("p");
      said.id = "said";
      said.className = "unseen";
      said.setAttribute("role", "status");
      find("#talking").append(said);
    }
    said.lang = lang;
    said.textContent = text;
  }

  function sayTurn(turn) {
    clearTimeout(saying);
    const waiting = turn.querySelector(".searching");
    if (waiting) {
      awaited = true;
      saying = setTimeout(() => say(waiting.textContent), LONG);
    }
    // What stood there when the page opened, or is said in another language now, is read when it is reached.
    if (!awaited || !turn.classList.contains("whole")) return;
    awaited = false;
    // Where no short answer stands above it, the first quote is the answer.
    const short = turn.querySelectorAll(".short, .short ~ .context");
    const lines = short.length ? [...short] : [...turn.querySelectorAll(".quote.first blockquote")];
    if (lines.length) say(lines.map((line) => line.textContent).join(" "), lines[0].lang);
  }

  // Reading side -----------------------------------------------------------------------------------------------
  // Beside the conversation, or a sheet over it; it shows an article or, if `listing`, the list of them.

  let opener = null;
  let pending = 0;

  const sheetOpen = () => root.classList.contains("sheet");
  const listing = () => root.classList.contains("listing");
  const menuOpen = () => root.classList.contains("menu");

  function scrollToQuote() {
    clearTimeout(pending);
    const side = find("#reading");
    const quoted = find("#quoted");
    if (!quoted || listing() || (side.offsetParent === null && !sheetOpen())) return;
    const top = quoted.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 5;
    side.scrollBy({ top, behavior: calm.matches || sheetOpen() ? "instant" : "smooth" });
  }

  function openSheet() {
    if (sheetOpen()) return;
    opener = document.activeElement;
    root.classList.add("sheet");
    const side = find("#reading");
    side.setAttribute("role", "dialog");
    side.setAttribute("aria-modal", "true");
    for (const behind of ["#masthead", "#talking"]) find(behind).inert = true;
    find("#back").focus({ preventScroll: true });
  }

  function closeSheet() {
    if (!sheetOpen()) return;
    root.classList.remove("sheet");
    const side = find("#reading");
    side.setAttribute("role", "region");
    side.removeAttribute("aria-modal");
    for (const behind of ["#masthead", "#talking"]) find(behind).inert = false;
    const back = opener?.isConnected && opener.checkVisibility() ? opener : find("#more");
    back.focus({ preventScroll: true });
    opener = null;
  }

  function list(open) {
    if (open === listing()) return;
    root.classList.toggle("listing", open);
    find("#reading").scrollTop = 0;
    nameParts();
  }

  function openList() {
    list(true);
    if (narrow.matches) openSheet();
    else find("#seek :is(input, textarea)").focus();
  }

  function leave() {
    if (sheetOpen() && history.state?.reading) return history.back();
    list(false);
    if (sheetOpen()) {
      // Whoever came by a link to a quote has no page to go back to.
      history.replaceState(null, "", location.pathname);
      closeSheet();
    } else {
      find("#articles").focus();
      scrollToQuote();
    }
  }

  function show(place) {
    list(false);
    if (narrow.matches) openSheet();
    tell("place", place);
    clearTimeout(pending);
    pending = setTimeout(scrollToQuote, SAME_ARTICLE);
  }

  function follow(place) {
    const listed = listing();
    if (narrow.matches) history.pushState({ reading: "article" }, "", place);
    else history.replaceState(null, "", place);
    show(place);
    // The link that was followed is gone with the list.
    if (listed) find(narrow.matches ? "#back" : "#reading").focus({ preventScroll: true });
  }

  function step(button) {
    if (button.classList.contains("over")) return;
    history.replaceState(history.state, "", button.value);
    show(button.value);
  }

  // The buttons are replaced at every step; whoever steps by keyboard stays on the one that was pressed.
  let stepping = "";

  function keepStep() {
    if (stepping && document.activeElement === document.body) find(stepping)?.focus();
  }

  document.addEventListener("focusin", (event) => {
    const button = event.target.closest(".step");
    stepping = button ? (button.classList.contains("after") ? ".step.after" : ".step.before") : "";
  });

  addEventListener("popstate", () => {
    if (history.state?.reading === "list") openList();
    else if (PLACE.test(location.hash)) show(location.hash);
    else {
      closeSheet();
      list(false);
    }
  });

  narrow.addEventListener("change", () => {
    if (!narrow.matches) closeSheet();
    scrollToQuote();
  });

  // Clicks and keys --------------------------------------------------------------------------------------------

  function openMenu(open) {
    root.classList.toggle("menu", open);
    nameParts();
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    openMenu(Boolean(on("#more")) && !menuOpen());
    if (on("#back")) return leave();
    // The quote in the address belongs to the conversation that ends here.
    if (on("#renew")) return history.replaceState(null, "", location.pathname);
    if (on("#articles")) {
      if (listing()) return leave();
      if (narrow.matches) history.pushState({ reading: "list" }, "", location.pathname);
      return openList();
    }
    const button = on(".step");
    if (button) return step(button);
    const link = on("a.pick") ?? on("#conversation .quote")?.querySelector("a.show");
    // A click that ends a selection of the quote's words is not meant to go anywhere.
    if (!link || (!on("a") && String(getSelection()))) return;
    event.preventDefault();
    follow(link.getAttribute("href"));
  });

  function close() {
    if (menuOpen()) {
      openMenu(false);
      find("#more").focus();
    } else if (sheetOpen() || listing()) leave();
    else if (find("#now .searching")) find("#stop").click();
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      if (close()) event.preventDefault();
    } else if (event.key === "Tab" && sheetOpen() && event.shiftKey && document.activeElement === find("#back")) {
      event.preventDefault();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !sheetOpen()) {
      if (event.target.closest("textarea, input[type=text], input:not([type])")) return;
      event.preventDefault();
      find("#question textarea")?.focus();
    }
  });

  // Connection -------------------------------------------------------------------------------------------------
  // Gradio tells of trouble in a box of its own, in English; when it reaches the server again, it loads the page anew.

  function sayTrouble() {
    const trouble = find(".toast-wrap .toast-body.error");
    let said = find("#trouble");
    if (!said && !trouble) return;
    if (!said) {
      said = document.createElement("p");
      said.id = "trouble";
      said.setAttribute("role", "status");
      find("#asking").prepend(said);
    }
    const lost = /connection/i.test(trouble?.textContent ?? "");
    const text = trouble ? (find(lost ? "#say-offline" : "#say-failed")?.textContent ?? "") : "";
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

  const seen = { article: null, headline: "", turn: null };

  new MutationObserver(() => {
    arrive();
    followLanguage();
    nameParts();
    sayTrouble();
    start();
    const article = find("#article .page");
    if (article !== seen.article) {
      seen.article = article;
      const headline = article?.querySelector(".headline").textContent;
      if (headline !== seen.headline) find("#reading").scrollTop = 0;
      seen.headline = headline;
      scrollToQuote();
    }
    const turn = find("#now .turn");
    if (turn !== seen.turn) {
      seen.turn = turn;
      if (turn) sayTurn(turn);
      keepFocus();
    }
    keepThread();
    keepStep();
    keepQuestionInView();
    for (const watch of watchers) watch();
  }).observe(root, { subtree: true, childList: true, characterData: true });

  window.qaBot = { find, set, tell, say, recall, remember, watch: (watcher) => watchers.push(watcher) };
})();
