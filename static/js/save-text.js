// Shows and serves the buttons that keep a text as a file (data-save) or print the page.

const save = ({ save: text, file }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
};

for (const button of document.querySelectorAll("button[data-save], button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (button.dataset.save) save(button.dataset);
    else window.print();
  });
}
