// The panel of the widget: a conversation, and as its second view the article that a quote comes from.
// Every text is put in as text, never as markup. What is asked and answered is told in docs/api.md.
(() => {
  "use strict";

  const find = (selector) => document.querySelector(selector);
  const data = JSON.parse(find("#data").textContent);
  const page = document.documentElement;
  const [main, form, box, send, reading, article] = ["main", "form", "textarea", "form button", "#reading", "article"]
    .map(find);
  const narrow = matchMedia("(max-width: 640px) and (pointer: coarse)");
  // Longest short answers, in characters, that read well in the large size, and words that stay on one line.
  const LARGE = 30;
  const TOGETHER = 24;
  // In ms: how long to wait for another tab to say that a kept conversation is its own, and until waiting is long.
  const CLAIM = 150;
  const WAIT = 500;

  let lang = page.lang;
  let words = data.words[lang];
  let title = "";
  let greeting = "";
  let host = "";
  let state = { conversation: null, turns: [] };
  let live = null;
  let held = "";

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function draw(name) {
    const space = "http://www.w3.org/2000/svg";
    const icon = document.createElementNS(space, "svg");
    icon.setAttribute("aria-hidden", "true");
    icon.append(document.createElementNS(space, "use"));
    icon.firstChild.setAttribute("href", `#${name}`);
    return icon;
  }

  function name(button, label, icon) {
    button.setAttribute("aria-label", label);
    button.title = label;
    if (icon) button.replaceChildren(draw(icon));
    return button;
  }

  // Offsets count code points, and so does a list of them.
  const cut = (points, start, end) => points.slice(start, end).join("");

  // Colour: an accent that is given is moved until it can be read as text (WCAG 2.2, 4.5:1) ---------------------------

  function shine(colour) {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  }

  function readable(colour, paper, towards) {
    for (let step = 0; ; step += 0.04) {
      const mixed = colour.map((part) => Math.round(part + (towards - part) * Math.min(step, 1)));
      const [dim, bright] = [shine(mixed), shine(paper)].sort((one, other) => one - other);
      if (bright / dim >= 4.6 || step > 1) return `rgb(${mixed})`;
    }
  }

  const hex = /^(?:[\da-f]{3}){1,2}$/i.exec(new URLSearchParams(location.search).get("color"))?.[0];
  if (hex) {
    const colour = (hex.length > 3 ? hex : hex.replace(/./g, "$&$&")).match(/../g).map((pair) => parseInt(pair, 16));
    page.style.setProperty("--accent-light", readable(colour, [255, 253, 248], 0));
    page.style.setProperty("--accent-dark", readable(colour, [32, 30, 27], 255));
  }

  // The conversation is kept for this tab alone ---------------------------------------------------------------------

  const KEPT = "qa-bot";
  const others = new BroadcastChannel(KEPT);

  function keep() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ ...state, lang, at: Date.now() }));
    } catch {
      // A browser that keeps nothing for frames: then it lives as long as the page does.
    }
  }

  function recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT));
      return kept && Date.now() - kept.at < data.minutes * 60000 ? kept : null;
    } catch {
      return null;
    }
  }

  // A copied tab comes with a copy of what was kept; whoever had the conversation first goes on with it.
  others.addEventListener("message", ({ data: { claim, taken } }) => {
    if (claim && claim === state.conversation) others.postMessage({ taken: claim });
    if (taken && taken === state.conversation) begin();
  });

  async function restore() {
    const kept = recall();
    if (!kept) return;
    state = { conversation: kept.conversation, turns: kept.turns };
    if (kept.lang in data.words) speak(kept.lang);
    if (!state.conversation) return;
    others.postMessage({ claim: state.conversation });
    await new Promise((go) => setTimeout(go, CLAIM));
  }

  function begin() {
    live?.hangUp.abort();
    live = null;
    held = "";
    state = { conversation: null, turns: [] };
    keep();
    render();
  }

  // An answer ---------------------------------------------------------------------------------------------------------

  const isQuoted = ({ short, quotes }) => short.startsWith("«") && quotes[0]?.text.includes(short.replace(/[«»]/g, ""));
  const source = ({ agency, title }) => (agency ? `${agency} — ${title}` : title);
  const alphabet = (text) => (/[а-яәіңғүұқөһ]/i.test(text) ? "kk" : "en");

  function showShort(text, language) {
    return make("p", { class: [...text].length <= LARGE ? "short large" : "short", lang: language }, text);
  }

  // The same place on the page that has the whole desk; a plain click opens it here.
  function linkTo(quote, kind, ...children) {
    const { article_id: id, start, end } = quote;
    const address = `.#${encodeURIComponent(id)}${end ? `:${start}-${end}` : ""}`;
    const onclick = (event) => follow(event, quote, link);
    const link = make("a", { class: kind, href: address, target: "_blank", onclick }, ...children);
    return link;
  }

  function showQuote(quote, more, named) {
    const points = [...quote.text];
    const [from, to] = [quote.mark_start - quote.start, quote.mark_end - quote.start];
    const strong = make("strong", { class: to - from <= TOGETHER ? "together" : null }, cut(points, from, to));
    const link = linkTo(
      quote,
      "source",
      named ? "" : make("span", { lang: alphabet(quote.title) }, `${source(quote)} `),
      make("u", {}, words.show),
    );
    const said = make("blockquote", { lang: alphabet(quote.text), class: more ? "more" : null });
    said.append("«", cut(points, 0, from), ...(to > from ? [strong] : []), cut(points, to), "»");
    return [said, link];
  }

  function showQuotes(quotes) {
    const named = new Set();
    return quotes.flatMap((quote, place) => {
      const shown = showQuote(quote, place > 0, named.has(quote.article_id));
      named.add(quote.article_id);
      return shown;
    });
  }

  const showAsks = (questions) =>
    questions.map((asked) => make("button", { type: "button", class: "ask", onclick: () => ask(asked) }, asked));

  function showFailure(turn) {
    const retry = () => {
      if (live) return;
      state.turns.splice(state.turns.indexOf(turn), 1);
      ask(turn.question);
    };
    const again = make("button", { type: "button", onclick: retry }, words.again);
    return [make("p", { class: "soft" }, explain(turn.failed)), again];
  }

  function showAnswer(turn) {
    if (turn.failed) return showFailure(turn);
    const theirs = data.words[turn.language];
    const spoken = turn.script === "Latn" ? `${turn.language}-Latn` : turn.language;
    const line = (kind, text) => (text ? [make("p", { class: kind, lang: spoken }, text)] : []);
    const { refusal, quotes, suggestions = [] } = turn;
    const courtesy = !refusal && !quotes.length;
    const offer = refusal ? theirs.can_ask : courtesy ? "" : theirs.go_on;
    const shown = [...(turn.lost ? [make("p", { class: "soft" }, words.lost)] : []), ...line("soft", turn.note)];
    if (refusal) {
      shown.push(...line("short", turn.answer));
      if (refusal.nearest) shown.push(...line("soft", theirs.nearest), ...showQuote(refusal.nearest));
    } else if (courtesy) shown.push(...line("purpose", turn.answer));
    else {
      if (!isQuoted(turn)) shown.push(showShort(turn.short, spoken));
      shown.push(...line("context", turn.context), ...showQuotes(quotes), showActions(turn));
    }
    if (suggestions.length) shown.push(...line("soft", offer), ...showAsks(suggestions.slice(0, 3)));
    return shown;
  }

  function showActions(turn) {
    const done = make("span", { role: "status" });
    const button = (label, icon, act) => name(make("button", { type: "button", class: "icon", onclick: act }), label, icon);
    const votes = ["up", "down"].map((vote) => {
      const label = vote === "up" ? words.useful : words.useless;
      const voting = button(label, vote, async () => {
        const { id, conversation } = turn;
        if (!(await call("feedback", { id, conversation, vote }).catch(() => null))?.ok) {
          done.textContent = words.failed;
          return;
        }
        turn.vote = vote;
        for (const other of votes) other.setAttribute("aria-pressed", other === voting);
        done.textContent = words.thanks;
        keep();
      });
      voting.setAttribute("aria-pressed", turn.vote === vote);
      return voting;
    });
    const copying = button(words.copy, "copy", async () => {
      await copy(write(turn), copying);
      done.textContent = words.copied;
    });
    return make("p", { class: "actions" }, copying, ...votes, done);
  }

  function write(turn) {
    const quoted = turn.quotes.map((quote) => `«${quote.text}» (${source(quote)})`);
    return [...(isQuoted(turn) ? [turn.context ?? ""] : [turn.answer]), ...quoted].filter(Boolean).join("\n");
  }

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard for pages that came by plain http: the older way.
      const sheet = make("textarea", { class: "unseen" });
      sheet.value = text;
      document.body.append(sheet);
      sheet.select();
      document.execCommand("copy");
      sheet.remove();
      button.focus();
    }
  }

  function showTurn(question, ...shown) {
    const heading = make("h2", {}, make("span", { class: "unseen" }, `${words.question}: `), question);
    return make("section", { class: "turn" }, heading, ...shown);
  }

  // The first screen, and all of it ---------------------------------------------------------------------------------

  const suggested = {};

  function welcome() {
    const shown = make("section", { class: "welcome" }, make("p", { class: "purpose" }, greeting || words.welcome));
    if (data.newest) {
      const { id, title, lang: language } = data.newest;
      const link = linkTo({ article_id: id }, null, make("cite", { lang: language }, title));
      shown.append(make("p", { class: "soft newest" }, `${words.newest} `, link));
    }
    suggested[lang] ??= fetch(`api/v1/suggestions?lang=${lang}`).then((got) => (got.ok ? got.json() : Promise.reject()));
    suggested[lang].then(
      ({ questions }) => shown.append(...showAsks(questions.slice(0, 4))),
      () => delete suggested[lang],
    );
    return shown;
  }

  function render() {
    const shown = state.turns.map((turn) => showTurn(turn.question, ...showAnswer(turn)));
    if (live) shown.push(live.section);
    main.replaceChildren(...(shown.length ? shown : [welcome()]));
    name(find("#anew"), words.fresh, "fresh").hidden = shown.length === 0;
    name(send, live ? words.stop : words.ask, live ? "stop" : "send");
  }

  function speak(chosen) {
    lang = page.lang = chosen;
    words = data.words[lang];
    document.title = find("h1").textContent = title || words.title;
    const other = Object.keys(data.words).find((known) => known !== lang);
    const change = find("#language");
    change.textContent = data.words[other].name;
    change.lang = other;
    name(find("#shut"), words.close, "close");
    find("#return").replaceChildren(draw("back"), words.back);
    box.placeholder = words.ask_hint;
    box.setAttribute("aria-label", words.ask_label);
    main.setAttribute("aria-label", words.conversation);
    reading.setAttribute("aria-label", words.article);
  }

  function scroll(side, element, gap) {
    side.scrollTop += element.getBoundingClientRect().top - side.getBoundingClientRect().top - gap;
  }

  // Just below the rule between two turns.
  const scrollToTurn = (section) => scroll(main, section.firstChild, 17);

  // Said to those who listen instead of looking.
  const say = (...parts) => find("#said").replaceChildren(...parts);

  // Asking ------------------------------------------------------------------------------------------------------------

  function call(path, body, signal) {
    const headers = { "content-type": "application/json" };
    return fetch(`api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  // Server-sent events: an event name and one line of JSON each, parted by an empty line.
  async function* listen(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const fields = Object.fromEntries(event.split("\n").map((line) => line.split(/: ?(.*)/s)));
        if (fields.data) yield [fields.event, JSON.parse(fields.data)];
      }
    }
  }

  // What went wrong is remembered by its name, and said in the language of the moment.
  function recognise(problem, question) {
    if (problem.status === 429) return "often";
    if (problem.status === 503) return "busy";
    const short = [...question].length <= box.maxLength;
    return short && problem.type?.endsWith("question-invalid") ? "wordless" : "failed";
  }

  function explain(failed) {
    if (failed === "often") return words.often;
    if (failed === "busy") return words.busy;
    if (failed === "stopped") return words.stopped;
    if (failed === "silent") return words.silent;
    return failed === "wordless" ? words.wordless : words.failed;
  }

  async function ask(asked) {
    const question = asked.trim();
    if (!question || live) return;
    const short = make("p", { class: "short" });
    const context = make("p", { class: "context" });
    const wait = make("p", { class: "soft wait" }, words.searching);
    const section = showTurn(question, wait, short, context);
    section.setAttribute("aria-busy", "true");
    const mine = (live = { hangUp: new AbortController(), section });
    say("");
    setTimeout(() => wait.isConnected && say(words.searching), WAIT);
    render();
    scrollToTurn(section);
    // Whoever asks from here goes on typing; a question of the page's takes nobody's focus.
    if (narrow.matches) box.blur();
    else if (document.hasFocus()) box.focus();
    const asking = state.conversation;
    let text = "";
    let answered = null;
    let failed = "";
    try {
      const body = { question, ...(asking && { conversation: asking }) };
      const response = await call("ask/stream", body, mine.hangUp.signal);
      if (!response.ok) failed = recognise(await response.json().catch(() => response), question);
      else
        for await (const [event, got] of listen(response)) {
          if (event === "token") {
            wait.remove();
            text += got.text;
            const [first, ...more] = text.split("\n");
            short.textContent = first;
            context.textContent = more.join("\n");
          } else if (event === "quote") section.append(...showQuote(got));
          else if (event === "done") answered = got;
          else if (event === "error") failed = recognise(got.problem, question);
        }
      if (!answered) failed ||= "silent";
    } catch {
      failed = mine.hangUp.signal.aborted ? "stopped" : "silent";
    }
    if (live !== mine) return;
    live = null;
    if (answered) settle({ ...answered, lost: Boolean(asking && asking !== answered.conversation) });
    else {
      show({ question, failed });
      say(explain(failed));
    }
    tellHost("answered");
    if (!held) return;
    const next = held;
    held = "";
    ask(next);
  }

  function show(turn) {
    state.turns.push(turn);
    keep();
    render();
    scrollToTurn(main.lastChild);
  }

  function settle(answered) {
    state.conversation = answered.conversation;
    show(answered);
    const quoted = answered.quotes.map(({ text }) => make("span", { lang: alphabet(text) }, `«${text}» `));
    say(make("span", { lang: answered.language }, `${answered.answer} `), ...quoted);
  }

  // The article -------------------------------------------------------------------------------------------------------

  const articles = new Map();
  let opener = null;

  function follow(event, quote, link) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    read(quote, link);
  }

  async function read({ article_id: id, start = 0, end = 0 }, link) {
    opener = link;
    article.replaceChildren();
    turnTo(true);
    find("#return").focus();
    try {
      if (!articles.has(id)) {
        const got = await fetch(`api/v1/articles/${encodeURIComponent(id)}`);
        if (!got.ok) throw new Error(got.statusText);
        articles.set(id, await got.json());
      }
      if (opener === link) set(articles.get(id), start, end);
    } catch {
      if (opener === link) article.replaceChildren(make("p", { role: "status" }, words.silent));
    }
  }

  function set(of, start, end) {
    const day = /^\d{4}-\d\d-\d\d/.exec(of.published)?.[0];
    const date = day ? new Date(day).toLocaleDateString(lang, { dateStyle: "long", timeZone: "UTC" }) : of.published;
    const byline = [of.agency, of.place, date].filter(Boolean).join(" · ");
    article.replaceChildren(make("h2", {}, of.title), make("p", { class: "soft" }, byline));
    article.lang = of.lang;
    let at = 0;
    for (const line of of.text.split("\n")) {
      const points = [...line];
      const [from, to] = [start - at, end - at].map((offset) => Math.min(Math.max(offset, 0), points.length));
      const mark = from < to ? [make("mark", {}, cut(points, from, to))] : [];
      if (line.trim()) article.append(make("p", {}, cut(points, 0, from), ...mark, cut(points, Math.max(from, to))));
      at += points.length + 1;
    }
    if (/^https?:/.test(of.url)) {
      const link = make("a", { href: of.url, target: "_blank", rel: "noopener noreferrer", lang }, words.original);
      article.append(make("p", {}, link));
    }
    article.scrollTop = 0;
    const marked = article.querySelector("mark");
    if (marked) scroll(article, marked, article.clientHeight / 5);
  }

  function turnTo(open) {
    reading.hidden = !open;
    for (const behind of [find("header"), main, form]) behind.inert = open;
  }

  function leave() {
    turnTo(false);
    (opener?.isConnected ? opener : box).focus();
    opener = null;
  }

  // The page around, if there is one: only the one that shows us, and only from a site on the list --------------------

  function tellHost(kind) {
    if (host) parent.postMessage({ qaBot: kind }, host);
  }

  addEventListener("message", async (event) => {
    if (event.source !== parent || parent === window || !data.origins.includes(event.origin)) return;
    const { qaBot, ...more } = event.data ?? {};
    if (qaBot === "set") {
      host = event.origin;
      find("#shut").hidden = false;
      title = more.title ?? "";
      greeting = more.greeting ?? "";
      speak(lang);
      await restored;
      if (greeting && !state.turns.length) render();
    } else if (qaBot === "open") {
      await restored;
      if (more.focus) (!reading.hidden ? find("#return") : narrow.matches ? find("h1") : box).focus();
      // The page's own first question is none to go on with, and what is asked meanwhile waits its turn.
      const wanted = more.question || (state.turns.length || live ? "" : more.opening);
      if (!wanted) return;
      if (live) held = wanted;
      else ask(wanted);
    }
  });

  // Keys and buttons --------------------------------------------------------------------------------------------------

  function fit() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (live) return live.hangUp.abort();
    const question = box.value;
    box.value = "";
    fit();
    ask(question);
  });
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!live) form.requestSubmit();
  });
  find("#anew").addEventListener("click", () => {
    if (state.conversation) {
      const old = encodeURIComponent(state.conversation);
      fetch(`api/v1/conversations/${old}`, { method: "DELETE", keepalive: true }).catch(() => {});
    }
    begin();
    box.focus();
  });
  find("#language").addEventListener("click", ({ target }) => {
    speak(target.lang);
    render();
    keep();
  });
  find("#shut").addEventListener("click", () => tellHost("close"));
  find("#return").addEventListener("click", leave);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      if (reading.hidden) tellHost("close");
      else leave();
    } else if (event.key === "/" && reading.hidden && !event.ctrlKey && !event.metaKey && event.target !== box) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Tab" && host) {
      // Round and round: Esc is the way out.
      const stops = [...document.querySelectorAll("a, button, textarea, [tabindex='0']")].filter(
        (stop) => stop.getClientRects().length && !stop.closest("[inert]"),
      );
      const [first, last] = event.shiftKey ? [stops.at(-1), stops[0]] : [stops[0], stops.at(-1)];
      if (![last, document.body, find("h1")].includes(document.activeElement)) return;
      if (document.activeElement === find("h1") && !event.shiftKey) return;
      event.preventDefault();
      first.focus();
    }
  });

  addEventListener("pageshow", ({ persisted }) => {
    // Back from the browser's memory of the page: this tab may have asked on meanwhile, on another page.
    if (!persisted) return;
    state = recall() ?? { conversation: null, turns: [] };
    render();
  });

  speak(lang);
  const restored = restore();
  restored.then(render);
  if (parent !== window) parent.postMessage({ qaBot: "hello" }, "*");
})();
