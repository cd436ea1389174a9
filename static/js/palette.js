// The command palette. Ctrl K (on a Mac: Command K) or the search field of the bar opens it; what is
// typed asks the server for options, and an answer that came too late is dropped.

import Combobox from "../vendor/combobox-nav/index.js";
import { later } from "./fragment.js";

const PAUSE_MS = 120;
const SLOW_MS = 300;

const dialog = document.querySelector("[data-palette]");
const omni = document.querySelector("[data-omni] input");

const start = () => {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector('[role="listbox"]');
  const count = dialog.querySelector("[data-count]");
  const combobox = new Combobox(input, list, {
    tabInsertsSuggestions: false,
    firstOptionSelectionMode: "selected",
  });
  let asked = 0;

  const show = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html").body;
    const said = answer.querySelector("[data-announce]");
    count.textContent = said?.textContent ?? "";
    said?.remove();
    list.replaceChildren(...answer.childNodes);
    combobox.resetSelection();
  };

  const ask = async () => {
    const mine = ++asked;
    const url = new URL(dialog.dataset.source, window.location.origin);
    url.searchParams.set("q", input.value.trim());
    const slow = setTimeout(() => dialog.toggleAttribute("data-waiting", true), SLOW_MS);
    try {
      const response = await fetch(url, { headers: { Accept: "text/html", "X-Fragment": "yes" } });
      const html = response.ok && !response.redirected ? await response.text() : "";
      if (mine === asked) show(html);
    } finally {
      clearTimeout(slow);
      if (mine === asked) dialog.removeAttribute("data-waiting");
    }
  };

  const open = (text = "") => {
    if (dialog.open) return;
    dialog.showModal();
    input.value = text;
    combobox.start();
    input.focus();
    ask();
  };

  const askLater = later(ask, PAUSE_MS);
  input.addEventListener("input", () => {
    asked += 1;
    askLater();
  });
  dialog.addEventListener("close", () => {
    combobox.stop();
    asked += 1;
    dialog.removeAttribute("data-waiting");
    if (omni) omni.value = "";
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  document.addEventListener("keydown", (event) => {
    const isCall = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!isCall || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  omni?.addEventListener("click", () => open(omni.value));
  omni?.addEventListener("input", () => open(omni.value));
  omni?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") open(omni.value);
  });
};

if (dialog) start();
