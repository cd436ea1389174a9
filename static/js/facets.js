// The filter form works by itself with its button. This sends it on every change, lets htmx put the
// new results in place (focus stays, the address changes, the count is a live region), and waits
// until typing in the search box has paused.

const PAUSE_MS = 350;
let pause;

const live = (target) => target.form?.matches("form[data-live]") && target.form;

document.addEventListener("change", (event) => {
  const form = live(event.target);
  if (form && event.target.type !== "search") form.requestSubmit();
});

document.addEventListener("input", (event) => {
  const form = live(event.target);
  if (!form || event.target.type !== "search") return;
  clearTimeout(pause);
  pause = setTimeout(() => form.requestSubmit(), PAUSE_MS);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-live]")) return;
  clearTimeout(pause);
  const sheet = event.submitter?.closest("[popover]");
  if (sheet?.matches(":popover-open")) sheet.hidePopover();
});

// Empty fields would only lengthen the address that people copy.
document.addEventListener("htmx:config:request", (event) => {
  const values = event.detail.ctx.request.body;
  if (!(values instanceof FormData)) return;
  for (const [name, value] of [...values]) if (value === "") values.delete(name);
});
