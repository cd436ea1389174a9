// The links that choose light, dark or the system's colours reload the page. With this they change
// it at once and tell the server behind the scenes.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-theme-choice]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  document.documentElement.dataset.theme = link.dataset.themeChoice;
  for (const other of document.querySelectorAll("a[data-theme-choice]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  await fetch(link.href, { redirect: "manual" });
});
