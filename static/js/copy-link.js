// Shows and serves buttons with data-copy: the text to copy, or nothing for the present address.
// The element with data-said inside the button is a polite live region that says when it is done.

const BACK_AFTER_MS = 3000;

const show = () => {
  for (const button of document.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
};

if (navigator.clipboard) {
  show();
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy || window.location.href);
    const words = button.querySelector("[data-said]");
    const before = words.textContent;
    if (before === button.dataset.done) return;
    words.textContent = button.dataset.done;
    setTimeout(() => (words.textContent = before), BACK_AFTER_MS);
  });
}
