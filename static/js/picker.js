// Makes a text field with data-picker offer what the server finds for it. Choosing writes
// "Name #12"; typing goes on as in any field.

import Combobox from "../vendor/combobox-nav/index.js";
import { later } from "./fragment.js";

const PAUSE_MS = 150;
const BLUR_MS = 150;
let number = 0;

const make = (input) => {
  const list = document.createElement("div");
  list.className = "picker__list";
  list.id = `picker-${++number}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  list.hidden = true;
  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  return { list, status };
};

const prepare = (input) => {
  input.dataset.ready = "";
  const { list, status } = make(input);
  const combobox = new Combobox(input, list, { firstOptionSelectionMode: "active" });
  let asked = 0;

  const close = () => {
    asked += 1;
    if (!list.hidden) combobox.stop();
    list.hidden = true;
  };
  const show = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html").body;
    const said = answer.querySelector("[data-announce]");
    status.textContent = said?.textContent ?? "";
    if (answer.querySelector('[role="option"]')) said?.remove();
    list.replaceChildren(...answer.childNodes);
    if (list.hidden) combobox.start();
    list.hidden = false;
    combobox.resetSelection();
  };
  const ask = later(async () => {
    const mine = ++asked;
    if (!input.value.trim()) return close();
    const url = new URL(input.dataset.source, window.location.origin);
    url.searchParams.set("q", input.value.trim());
    const response = await fetch(url, { headers: { Accept: "text/html", "X-Fragment": "yes" } });
    if (mine === asked && response.ok && !response.redirected) show(await response.text());
  }, PAUSE_MS);

  input.addEventListener("input", (event) => {
    if (event.isTrusted) ask();
  });
  list.addEventListener("combobox-commit", (event) => {
    const { value, text } = event.target.dataset;
    input.value = `${text} #${value}`;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  input.addEventListener("blur", () => setTimeout(close, BLUR_MS));
};

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("input[data-picker]:not([data-ready])")) prepare(event.target);
});
