// Adds and removes entries of a repeated group in place. Without it the buttons send the form, and
// the server shows it again with one entry more or less.

const NAMED = ["name", "id", "for", "aria-describedby", "value"];

const entriesOf = (group) => group.querySelectorAll(":scope > [data-entries] > [data-entry]");

const blank = (entry) => {
  for (const control of entry.querySelectorAll("input, select, textarea")) {
    if (control.matches("[type=checkbox], [type=radio]")) control.checked = false;
    else if (control.matches("select")) control.selectedIndex = 0;
    else control.value = "";
    control.removeAttribute("aria-invalid");
    delete control.dataset.ready;
  }
  for (const gone of entry.querySelectorAll(".field__error, .picker__list, [role=status]")) gone.remove();
};

const renumber = (entry, prefix, number) => {
  const pattern = new RegExp(`(^|\\s)${RegExp.escape?.(prefix) ?? prefix}-\\d+`, "g");
  for (const element of entry.querySelectorAll("*")) {
    for (const name of NAMED) {
      const isOther = name === "value" && !element.matches("button");
      const value = isOther ? null : element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(pattern, `$1${prefix}-${number}`));
    }
  }
};

const add = (group) => {
  const entries = entriesOf(group);
  const last = entries[entries.length - 1];
  const prefix = group.dataset.repeated;
  const used = [...entries].map((entry) => {
    const name = entry.querySelector("[name]").getAttribute("name");
    return Number(name.slice(prefix.length + 1).match(/^\d+/)?.[0] ?? 0);
  });
  const entry = last.cloneNode(true);
  renumber(entry, prefix, Math.max(...used) + 1);
  blank(entry);
  last.after(entry);
  entry.querySelector("input:not([type=hidden]), select, textarea")?.focus();
};

const remove = (group, entry) => {
  const entries = entriesOf(group);
  if (entries.length > 1) {
    entry.remove();
    group.querySelector(":scope > button[name=add]")?.focus();
  } else {
    blank(entry);
    entry.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-repeated] button:is([name=add], [name=remove])");
  const group = button?.closest("[data-repeated]");
  if (!group || !entriesOf(group).length) return;
  event.preventDefault();
  const entry = button.closest("[data-entry]");
  if (button.name === "add") add(group);
  else remove(group, entry);
  group.dispatchEvent(new Event("input", { bubbles: true }));
});
