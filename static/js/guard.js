// Asks before one leaves a form with changes that are not saved.

const state = (form) => {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(fields).toString();
};

for (const form of document.querySelectorAll("form[data-guard]")) {
  const before = state(form);
  // A form that comes back with errors holds changes from the start.
  const isReturned = form.querySelector(".error-summary") !== null;
  let isSent = false;
  form.addEventListener("submit", () => (isSent = true));
  window.addEventListener("pageshow", () => (isSent = false));
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && (isReturned || state(form) !== before)) event.preventDefault();
  });
}
