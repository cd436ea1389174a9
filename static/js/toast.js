// Lets messages go after a while, unless one points at them or has focus there; errors stay.

const STAYS_MS = 8000;

const region = () => document.querySelector("[data-toasts]");

const letGo = (toast) => {
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), STAYS_MS));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
};

const prepare = (toast) => {
  const close = toast.querySelector("[data-toast-close]");
  if (close) close.hidden = false;
  if (toast.matches("[data-passing]")) letGo(toast);
};

/** Shows what another page had to say, e.g. the one that answered a form sent in the background. */
export const takeOver = (page) => {
  for (const toast of page.querySelectorAll("[data-toasts] > .toast")) {
    const mine = document.adoptNode(toast);
    region()?.append(mine);
    prepare(mine);
  }
};

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".toast").remove();
});
for (const toast of region()?.children ?? []) prepare(toast);
