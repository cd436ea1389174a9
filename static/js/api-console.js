// Starts the vendored console on the API's own description, in the colours of the page.

const place = document.getElementById("console");
const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");
const colour = () => {
  const isDark = root.dataset.theme === "dark" || (root.dataset.theme === "system" && system.matches);
  root.classList.toggle("dark-mode", isDark);
};

colour();
system.addEventListener("change", colour);
window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  displayRequestDuration: true,
});
