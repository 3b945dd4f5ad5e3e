// Charts are drawn from the table beside them: what the eye sees and what a screen reader reads are one thing.
// <figure data-chart="bar|line|stack|rows"> holds <div class="chart-canvas"> and a <table>; the first column is
// the category, every further column a series. A cell may carry data-value when its text is formatted, a category
// data-short where there is little room.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const INK = "#1d2733";
const QUIET = "#5d6b7b";
const LINE = "#e6eaf0";
const COLOURS = ["#1456b8", "#c08a1e", "#5d6b7b"];
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const FEW = 16;
// The first series is plain; the others carry stripes, so that grey print tells them apart.
const PATTERNS = [
  { symbol: "none" },
  { symbol: "rect", color: "rgba(255,255,255,0.45)", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 },
  { symbol: "rect", color: "rgba(255,255,255,0.45)", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 },
];

function valueOf(cell) {
  const text = cell.dataset.value ?? cell.textContent.replace(/[,\s%]/g, "");
  return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
}

function readTable(table) {
  const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  return {
    categories: rows.map((row) => row.cells[0].dataset.short ?? row.cells[0].textContent.trim()),
    series: heads.map((name, index) => ({ name, data: rows.map((row) => valueOf(row.cells[index + 1])) })),
  };
}

function seriesOptions({ categories, series }, kind) {
  const few = categories.length <= FEW && series.length <= 2 && kind !== "stack";
  return series.map((one, index) => ({
    ...one,
    type: kind === "line" ? "line" : "bar",
    stack: kind === "stack" ? "all" : undefined,
    barMaxWidth: 22,
    barGap: "12%",
    symbolSize: 7,
    symbol: ["circle", "rect", "triangle"][index % 3],
    lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][index % 3] },
    itemStyle: { borderRadius: kind === "rows" ? [0, 2, 2, 0] : kind === "bar" ? [2, 2, 0, 0] : 0 },
    label: { show: few, position: kind === "rows" ? "right" : "top", color: INK, fontSize: 12 },
    labelLayout: { hideOverlap: true },
  }));
}

// The legend in one line where it fits, else one line for each series; the plot begins below it.
const LEGEND_ROW = 24;
const GAP = 20;
const MARK = 35;

function headOf({ series }, width) {
  if (series.length < 2) return { grid: { top: 24 } };
  const wide = series.reduce((sum, one) => sum + MARK + GAP + one.name.length * 12.5, 0);
  const stacked = wide > width;
  return {
    legend: { top: 0, left: 0, itemGap: stacked ? 8 : GAP, orient: stacked ? "vertical" : "horizontal", textStyle: { color: INK } },
    grid: { top: 16 + LEGEND_ROW * (stacked ? series.length : 1) },
  };
}

function optionsFor(table, kind, width) {
  const read = readTable(table);
  const head = headOf(read, width);
  const category = {
    type: "category",
    data: read.categories,
    inverse: kind === "rows",
    axisTick: { show: false },
    axisLine: { lineStyle: { color: "#8391a3" } },
    axisLabel: { color: QUIET, hideOverlap: true },
  };
  const value = { type: "value", minInterval: 1, axisLabel: { color: QUIET }, splitLine: { lineStyle: { color: LINE } } };
  return {
    color: COLOURS,
    textStyle: { fontFamily: FONT },
    animation: !("printing" in document.documentElement.dataset || window.matchMedia("(prefers-reduced-motion: reduce)").matches),
    animationDuration: 300,
    aria: { enabled: true, label: { enabled: false }, decal: { show: read.series.length > 1, decals: PATTERNS } },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: kind === "line" ? "line" : "shadow" } },
    legend: head.legend,
    grid: { left: 8, right: kind === "rows" ? 48 : 16, bottom: 8, containLabel: true, ...head.grid },
    xAxis: kind === "rows" ? value : category,
    yAxis: kind === "rows" ? category : value,
    series: seriesOptions(read, kind),
  };
}

window.drawChart = (figure) => {
  const canvas = figure.querySelector(".chart-canvas");
  const table = figure.querySelector("table");
  if (!canvas || !table || echarts.getInstanceByDom(canvas)) return;
  if (figure.dataset.chart === "rows") canvas.style.height = `${Math.max(8, table.tBodies[0].rows.length * 2 + 3)}rem`;
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  chart.setOption(optionsFor(table, figure.dataset.chart, canvas.clientWidth));
  new ResizeObserver(() => {
    chart.resize();
    chart.setOption(headOf(readTable(table), canvas.clientWidth));
  }).observe(canvas);
};

document.querySelectorAll("[data-chart]").forEach(window.drawChart);
