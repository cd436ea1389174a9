// Asks every few seconds how far work is that is under way, and goes on when it is over.

import { fetchPart } from "./fragment.js";

const EVERY_MS = 2000;
const WAITING = '[data-fragment="waiting"]';

const look = async (place) => {
  const url = place.dataset.waiting;
  const { response, part } = await fetchPart(url, [WAITING]);
  if (!part) return window.location.assign(response.url);
  if (part.dataset.done) return window.location.assign(part.dataset.done);
  // The region stays, so that what changes in it is said.
  if (part.textContent !== place.textContent) place.replaceChildren(...part.childNodes);
  return setTimeout(lookAgain, EVERY_MS, place);
};
const lookAgain = (place) => look(place).catch(() => setTimeout(lookAgain, 2 * EVERY_MS, place));

for (const place of document.querySelectorAll("[data-waiting]")) {
  if (place.dataset.waiting !== "#") setTimeout(lookAgain, EVERY_MS, place);
}
