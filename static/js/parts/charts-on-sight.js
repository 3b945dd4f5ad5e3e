// The charts are half a megabyte: fetched once, when the first chart comes into view, or before the page is printed.
let fetched = null;

function fetchCharts() {
  if (fetched) return fetched;
  fetched = new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.charts;
    script.addEventListener("load", resolve);
    script.addEventListener("error", resolve);
    document.head.append(script);
  });
  return fetched;
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

// Paper waits for no scrolling: everything is drawn first, at once and without unfolding.
export async function printPage() {
  if (document.querySelector("[data-chart]") && !window.drawChart) {
    document.documentElement.dataset.printing = "";
    await fetchCharts();
  }
  window.print();
}

// Ctrl+P does not wait: a chart that is not drawn yet is printed as its table.
export function openTablesForPrint() {
  window.addEventListener("beforeprint", () => {
    for (const chart of document.querySelectorAll("[data-chart]")) {
      if (!chart.querySelector(".chart-canvas svg")) chart.querySelector("details").open = true;
    }
  });
}
