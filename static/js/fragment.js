// Parts of other pages. A page answers as it always does; the part that is wanted is cut out here.
// The header tells the server that the rest of the page will not be used.

/** The answer to a request, parsed: {response, page, part}; part is null when there is none. */
export const fetchPart = async (url, selectors, options = {}) => {
  const response = await fetch(url, {
    credentials: "same-origin",
    ...options,
    headers: { Accept: "text/html", "X-Fragment": "yes", ...options.headers },
  });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const part = selectors.map((selector) => page.querySelector(selector)).find(Boolean) ?? null;
  return { response, page, part: part && document.adoptNode(part) };
};

/** Calls `act` once, when no further call has come for `pause` milliseconds. */
export const later = (act, pause) => {
  let waiting;
  return (...values) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => act(...values), pause);
  };
};

/** Whether keys pressed here are meant as text. */
export const takesText = (element) =>
  element.isContentEditable ||
  element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");
