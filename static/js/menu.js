// Popovers work without this. It adds arrow keys inside menus, and closes the phone's menu and
// filter sheet when the window grows wide enough to show them in place.

const WIDE = window.matchMedia("(min-width: 56.001rem)");

WIDE.addEventListener("change", () => {
  for (const open of document.querySelectorAll("[popover]:popover-open")) open.hidePopover();
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = event.target.closest?.(".menu");
  if (!step || !menu) return;
  const items = [...menu.querySelectorAll("a[href], button:not(:disabled)")];
  const next = items.indexOf(document.activeElement) + step;
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
});

document.addEventListener(
  "toggle",
  (event) => {
    if (event.newState === "open" && event.target.matches(".menu")) {
      event.target.querySelector("a[href], button")?.focus();
    }
  },
  true,
);
