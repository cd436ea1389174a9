// Edits a fact where it stands: the pencil's page brings the form, Enter saves, Esc gives up. What
// cannot be done here (somebody else changed it, the session is over) goes on as a page.

import { fetchPart } from "./fragment.js";
import { takeOver } from "./toast.js";

const FORM = ['[data-fragment="field"]', "#main form"];
const kept = new WeakMap();

const focusIn = (form) => {
  const bad = form.querySelector('[aria-invalid="true"]');
  const control = bad ?? form.querySelector("input:not([type=hidden]), select, textarea");
  control?.focus();
  if (control?.matches("input[type=text]")) control.select();
};

const place = (fact, form) => {
  const value = fact.querySelector(".facts__value");
  if (!kept.has(fact)) kept.set(fact, [...value.childNodes]);
  fact.dataset.editing = "";
  value.replaceChildren(form);
  focusIn(form);
};

const giveUp = (fact) => {
  fact.querySelector(".facts__value").replaceChildren(...kept.get(fact));
  kept.delete(fact);
  delete fact.dataset.editing;
  fact.querySelector("[data-edit]")?.focus();
};

const begin = async (fact, link) => {
  const { response, part } = await fetchPart(link.href, FORM);
  if (response.ok && !response.redirected && part) place(fact, part);
  else window.location.assign(link.href);
};

const save = async (fact, form) => {
  const fields = new URLSearchParams(new FormData(form));
  form.setAttribute("aria-busy", "true");
  const sent = { method: "POST", body: fields };
  const { response, page, part } = await fetchPart(form.action, [`#${fact.id}`, FORM[0]], sent);
  if (part?.matches("[data-fact]")) {
    kept.delete(fact);
    fact.replaceWith(part);
    takeOver(page);
    part.querySelector("[data-edit]")?.focus();
  } else if (part && response.status !== 409) {
    place(fact, part);
  } else if (response.ok) {
    window.location.assign(response.url);
  } else {
    form.submit();
  }
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-fact] :is(a[data-edit], a[data-cancel])");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const fact = link.closest("[data-fact]");
  if (link.matches("[data-cancel]")) giveUp(fact);
  else begin(fact, link).catch(() => window.location.assign(link.href));
});

document.addEventListener("submit", (event) => {
  const fact = event.target.closest("[data-fact]");
  if (!fact || !kept.has(fact)) return;
  event.preventDefault();
  save(fact, event.target).catch(() => event.target.submit());
});

document.addEventListener("keydown", (event) => {
  const fact = event.target.closest?.("[data-fact]");
  if (!fact || !kept.has(fact) || event.isComposing) return;
  if (event.key === "Escape" && !event.defaultPrevented) giveUp(fact);
  if (event.key === "Enter" && event.ctrlKey) event.target.form?.requestSubmit();
});
