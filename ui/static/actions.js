// What a person does with an answer or with the conversation, besides asking: copy, link, judge, save, print; colours.
(() => {
  "use strict";

  const { find, set, tell, say, recall, remember, watch } = window.qaBot;
  const root = document.documentElement;
  // How long, in ms, a button says that it is done.
  const DONE = 2000;
  const LONGEST_WORD = 500;

  // Copying ----------------------------------------------------------------------------------------------------

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard for pages that came by plain http from another machine: the older way.
      const focused = document.activeElement;
      const sheet = document.createElement("textarea");
      sheet.value = text;
      document.body.append(sheet);
      sheet.select();
      document.execCommand("copy");
      sheet.remove();
      focused.focus();
    }
  }

  async function copyFrom(button) {
    const share = button.classList.contains("share");
    await copy(share ? new URL(button.value, location.origin + location.pathname).href : button.value);
    const done = button.querySelector(".done");
    button.classList.add("copied");
    done.hidden = false;
    setTimeout(() => {
      button.classList.remove("copied");
      done.hidden = true;
    }, DONE);
  }

  // Judging ----------------------------------------------------------------------------------------------------

  const said = (name) => find(`#say-${name}`).textContent;
  let kept = "";
  let thank = () => {};

  // Thanks are for what was kept: when it was not, the server says so itself.
  function thankIfKept() {
    const heard = find("#kept button")?.id;
    if (!heard || heard === kept) return;
    kept = heard;
    thank();
    thank = () => {};
  }

  function judge(button) {
    const vote = button.classList.contains("up") ? "up" : "down";
    for (const other of button.parentElement.querySelectorAll(".vote")) other.classList.toggle("chosen", other === button);
    pressVotes();
    tell("vote", JSON.stringify({ id: button.value, vote }));
    thank = () => say(said("thanks"));
    offerWord(button, vote);
  }

  function offerWord(button, vote) {
    find(".word")?.remove();
    const form = document.createElement("form");
    const label = document.createElement("label");
    const word = document.createElement("input");
    const send = document.createElement("button");
    form.className = "word";
    label.append(said("word"), word);
    word.type = "text";
    word.maxLength = LONGEST_WORD;
    word.autocomplete = "off";
    send.textContent = said("send");
    form.append(label, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!word.value.trim()) return form.remove();
      tell("vote", JSON.stringify({ id: button.value, vote, comment: word.value }));
      thank = () => {
        const thanks = document.createElement("p");
        thanks.className = "thanks";
        thanks.textContent = said("thanks");
        form.replaceWith(thanks);
        say(said("thanks"));
        button.focus();
      };
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      form.remove();
      button.focus();
    });
    button.closest(".turn").append(form);
  }

  function pressVotes() {
    for (const vote of document.querySelectorAll(".vote")) set(vote, "aria-pressed", vote.classList.contains("chosen"));
  }

  // Saving -----------------------------------------------------------------------------------------------------

  let saved = "";

  function download() {
    const file = find("#saved button");
    if (!file || file.id === saved) return;
    saved = file.id;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.value], { type: "text/markdown;charset=utf-8" }));
    link.download = `${document.title}.md`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), DONE);
  }

  // Colours ----------------------------------------------------------------------------------------------------
  // They follow the system until a person wants the others.

  const darkness = matchMedia("(prefers-color-scheme: dark)");

  function isDark() {
    return (root.dataset.colours ?? (darkness.matches ? "dark" : "light")) === "dark";
  }

  function paint() {
    const chosen = recall("localStorage", "colours");
    if (chosen === "dark" || chosen === "light") root.dataset.colours = chosen;
    else delete root.dataset.colours;
    set(find("#dark"), "aria-pressed", isDark());
  }

  function switchColours() {
    const dark = !isDark();
    remember("localStorage", "colours", dark === darkness.matches ? "" : dark ? "dark" : "light");
    paint();
  }

  paint();
  darkness.addEventListener("change", paint);
  addEventListener("storage", paint);

  // ------------------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("button.copy, button.share")) copyFrom(on("button"));
    else if (on("button.vote")) judge(on("button"));
    else if (on("#print")) print();
    else if (on("#dark")) switchColours();
  });

  watch(() => {
    pressVotes();
    set(find("#dark"), "aria-pressed", isDark());
    download();
    thankIfKept();
  });
})();
