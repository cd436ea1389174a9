// Buttons for passkeys: shown where the browser knows them. What it answers is put into the form,
// which is then sent; data-options holds the question of the server, data-passkey "make" or "use".

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const known = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

const make = (options) =>
  navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  });

const use = (options) =>
  navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: known(options.allowCredentials),
    },
  });

const answerOf = ({ id, rawId, type, response }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
};

const offer = (place) => {
  const input = place.querySelector("input");
  const said = place.querySelector("[role=alert]");
  const form = place.closest("form");
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    said.hidden = true;
    // A passkey wants a name that one knows it by; nothing else in the form is needed beside it.
    const name = form.elements.namedItem("name");
    if (place.dataset.passkey === "make" && name && !name.reportValidity()) return;
    try {
      const ask = place.dataset.passkey === "make" ? make : use;
      const credential = await ask(JSON.parse(place.dataset.options));
      input.value = answerOf(credential);
      input.disabled = false;
      form.noValidate = true;
      form.requestSubmit();
    } catch {
      said.hidden = false;
    }
  });
};

if (window.PublicKeyCredential) {
  for (const place of document.querySelectorAll("[data-passkey]")) offer(place);
}
