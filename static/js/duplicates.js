// Warns while one types that a record may be there already. Sent by POST: names of people do not
// belong in addresses.

import { later } from "./fragment.js";

const PAUSE_MS = 400;
const SHORTEST = 3;

const prepare = (area) => {
  const form = area.closest("form");
  const names = area.dataset.fields.split(" ");
  let asked = 0;

  const ask = later(async () => {
    const mine = ++asked;
    const all = new FormData(form);
    const sent = new URLSearchParams({ csrf_token: all.get("csrf_token") ?? "" });
    for (const name of names) for (const value of all.getAll(name)) sent.append(name, value);
    if (!names.some((name) => (all.get(name) ?? "").trim().length >= SHORTEST)) return;
    const response = await fetch(area.dataset.source, {
      method: "POST",
      body: sent,
      headers: { Accept: "text/html", "X-Fragment": "yes" },
    });
    if (mine !== asked || !response.ok || response.redirected) return;
    const found = new DOMParser().parseFromString(await response.text(), "text/html").body;
    if (found.textContent.trim() !== area.textContent.trim()) {
      area.replaceChildren(...found.childNodes);
    }
  }, PAUSE_MS);

  form?.addEventListener("input", (event) => {
    if (names.includes(event.target.name)) ask();
  });
};

for (const area of document.querySelectorAll("[data-duplicates]")) prepare(area);
