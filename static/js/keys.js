// Single keys: "/" to search, "?" for help, "g" and a letter to go somewhere, j k x o in lists.
// Never while one types, never with a dialog open, and not at all when they are switched off.

import { takesText } from "./fragment.js";

const STORED = "single-keys";
const SECOND_KEY_MS = 1200;
const PLACES = {
  h: "/staff/",
  m: "/staff/organisations",
  c: "/staff/contacts",
  i: "/staff/imports",
  s: "/staff/change-sets",
  y: "/staff/history",
};

const help = document.getElementById("keys-dialog");
const isOn = () => localStorage.getItem(STORED) !== "off";
let wentAt = 0;

const row = () => document.activeElement?.closest("[data-row]");

const step = (by) => {
  const rows = [...document.querySelectorAll("[data-list] [data-row]")];
  const next = rows[row() ? rows.indexOf(row()) + by : by > 0 ? 0 : rows.length - 1];
  next?.querySelector("[data-open]")?.focus();
};

const goTo = (key) => {
  const link = PLACES[key] && document.querySelector(`.rail a[href="${PLACES[key]}"]`);
  link?.click();
};

const ACTS = {
  "/": () => document.querySelector("[data-omni] input")?.focus(),
  "?": () => help?.showModal(),
  g: () => (wentAt = Date.now()),
  j: () => step(1),
  k: () => step(-1),
  x: () => row()?.querySelector("[data-select]")?.click(),
  o: () => row()?.querySelector("[data-peek]")?.click(),
};

document.addEventListener("keydown", (event) => {
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
  if (!isPlain || event.defaultPrevented || !isOn() || takesText(event.target)) return;
  if (document.querySelector("dialog[open]:not([class*='--still'])")) return;
  const isSecond = Date.now() - wentAt < SECOND_KEY_MS;
  wentAt = 0;
  if (isSecond && PLACES[event.key]) goTo(event.key);
  else if (!ACTS[event.key]) return;
  else ACTS[event.key]();
  event.preventDefault();
});

const choice = help?.querySelector("[data-keys-switch]");
if (choice) {
  choice.checked = isOn();
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "off");
  });
}
