// Shows the answer below the form of an API operation; without this script it opens as a page.

const PROBLEM = "application/problem+json";

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const form = document.querySelector("form[data-api-form]");
const answer = document.querySelector("[data-api-answer]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const asked = new URL(form.action);
  asked.search = new URLSearchParams(new FormData(form));
  const part = (name) => answer.querySelector(`[data-api-${name}]`);
  try {
    const response = await fetch(asked, { headers: { Accept: `application/json, ${PROBLEM}` } });
    part("request").textContent = `curl "${response.url}"`;
    part("status").textContent = `${response.status} ${response.statusText}`.trim();
    part("body").textContent = pretty(await response.text());
  } catch {
    form.submit();
    return;
  }
  answer.hidden = false;
  answer.scrollIntoView({ block: "start" });
});
