// What every page of the workspace loads. Each part works by itself and leaves alone what it does
// not find; every page works without all of them.

import "./copy-link.js";
import "./dialog.js";
import "./drop.js";
import "./duplicates.js";
import "./guard.js";
import "./inline-edit.js";
import "./keys.js";
import "./palette.js";
import "./peek.js";
import "./picker.js";
import "./repeats.js";
import "./save-text.js";
import "./select.js";
import "./sticky-head.js";
import "./toast.js";
import "./waiting.js";

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("kbd[data-mac]")) key.textContent = key.dataset.mac;
}

// What must be mended is where reading goes on.
document.getElementById("error-summary")?.focus();
