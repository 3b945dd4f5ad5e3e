// The charts are half a megabyte: fetched once, when the first chart comes into view.
let requested = false;

function fetchCharts() {
  if (requested) return;
  requested = true;
  const script = document.createElement("script");
  script.src = document.body.dataset.charts;
  document.head.append(script);
}

export function followCharts(root) {
  const charts = root.querySelectorAll("[data-chart]");
  if (!charts.length) return;
  if (window.drawChart) {
    charts.forEach(window.drawChart);
    return;
  }
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    fetchCharts();
  }, { rootMargin: "200px" });
  charts.forEach((chart) => seen.observe(chart));
}
