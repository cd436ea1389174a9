// Shows a quick look in the panel at the side. The link leads to the same as a page of its own.

import { fetchPart } from "./fragment.js";

const panel = document.querySelector("[data-peek-panel]");
const body = panel?.querySelector("[data-peek-body]");
let asked = 0;

const look = async (link) => {
  const mine = ++asked;
  const open = panel.querySelector("[data-peek-open]");
  open.href = link.dataset.peek || link.href;
  body.replaceChildren();
  body.setAttribute("aria-busy", "true");
  if (!panel.open) panel.showModal();
  try {
    const found = await fetchPart(link.href, ['[data-fragment="peek"]', "#main"]);
    if (mine !== asked) return;
    if (!found.response.ok || !found.part) throw new Error(found.response.status);
    body.replaceChildren(...found.part.childNodes);
    body.scrollTop = 0;
  } catch {
    body.textContent = panel.dataset.late;
  }
  body.removeAttribute("aria-busy");
};

if (panel) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-peek]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    look(link);
  });
  panel.addEventListener("click", (event) => {
    if (event.target === panel) panel.close();
  });
  panel.addEventListener("close", () => {
    asked += 1;
  });
}
