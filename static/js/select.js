// Boxes of a list: ranges with Shift, the whole page, all that match; the count is shown and said.
// Without script they are boxes of a form like any other.

import { later } from "./fragment.js";

const SAY_AFTER_MS = 400;
const numbers = new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: "latn" });
let last = null;

const boxes = (form) => [...form.elements].filter((one) => one.matches("[data-select]"));
const pageBoxes = (form) => {
  const table = boxes(form)[0]?.closest("table");
  return table ? [...table.querySelectorAll("[data-select-page]")] : [];
};
const say = later((form, text) => {
  form.querySelector("[data-announce]").textContent = text;
}, SAY_AFTER_MS);

const update = (form) => {
  const mine = boxes(form);
  const chosen = mine.filter((box) => box.checked).length;
  const all = form.querySelector("[data-select-all]");
  if (all?.checked && chosen < mine.length) all.checked = false;
  const { wordsOne, wordsAll, wordsNone, total } = form.dataset;
  const words = all?.checked ? wordsAll : chosen ? wordsOne : wordsNone;
  const text = words.replace("{}", numbers.format(all?.checked ? Number(total) : chosen));
  form.querySelector("[data-count]").textContent = text;
  say(form, text);
  for (const box of pageBoxes(form)) {
    box.checked = chosen > 0 && chosen === mine.length;
    box.indeterminate = chosen > 0 && chosen < mine.length;
  }
};

const setAll = (form, checked) => {
  for (const box of boxes(form)) box.checked = checked;
  const all = form.querySelector("[data-select-all]");
  if (all && !checked) all.checked = false;
  update(form);
};

const range = (form, from, to) => {
  const mine = boxes(form);
  const ends = [mine.indexOf(from), mine.indexOf(to)].sort((one, other) => one - other);
  if (ends[0] < 0) return;
  for (const box of mine.slice(ends[0], ends[1] + 1)) box.checked = to.checked;
};

const prepare = (form) => {
  const mine = boxes(form);
  for (const box of pageBoxes(form)) {
    box.hidden = false;
    box.addEventListener("change", () => setAll(form, box.checked));
  }
  const all = form.querySelector("[data-select-all]");
  if (all) all.closest("label").hidden = Number(form.dataset.total) <= mine.length;
  all?.addEventListener("change", () => setAll(form, all.checked));
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    setAll(form, false);
    mine[0]?.focus();
  });
  if (mine.some((box) => box.checked)) update(form);
};

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-select]") || !box.form) return;
  if (event.shiftKey && last?.form === box.form) range(box.form, last, box);
  last = box;
  update(box.form);
});
// Coming back to a page, browsers tick what was ticked.
window.addEventListener("pageshow", (event) => {
  for (const form of document.querySelectorAll("form[data-selection]")) {
    if (event.persisted) update(form);
  }
});
for (const form of document.querySelectorAll("form[data-selection]")) prepare(form);
