// A head stays in sight only where its table need not scroll sideways; which is so, is seen here.

const regions = document.querySelectorAll(".table-region--list");

const look = (region) => {
  region.toggleAttribute("data-fits", region.firstElementChild.offsetWidth <= region.clientWidth);
};

if (regions.length) {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) look(target);
  });
  for (const region of regions) observer.observe(region);
}
