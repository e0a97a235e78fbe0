/* Draws every <figure class="chart" data-chart="id of a JSON script"> with ECharts, in the colors of tokens.css. */
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const EXACT = new Intl.NumberFormat("en");
const DAY = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });
const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" });
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

/* The browser resolves light-dark() and oklch(); a canvas pixel gives what ECharts understands. */
const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const color = (figure, name, alpha = 1) => {
  const sample = document.createElement("span");
  sample.style.color = `var(${name})`;
  figure.append(sample);
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = getComputedStyle(sample).color;
  probe.fillRect(0, 0, 1, 1);
  sample.remove();
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
};

const palette = (figure) => ({
  main: color(figure, "--chart-1"),
  area: color(figure, "--chart-1", 0.1),
  hatch: color(figure, "--chart-1", 0.55),
  line: color(figure, "--line"),
  ink: color(figure, "--ink-3"),
  surface: color(figure, "--surface"),
});

const hatch = (colors) => ({
  symbol: "rect", rotation: -Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [2, 4], color: colors.hatch,
});

const tip = (data, points) => {
  const index = points[0].dataIndex;
  const box = document.createElement("div");
  box.className = "tip";
  const value = document.createElement("b");
  value.textContent = data.values[index] === null ? "–" : EXACT.format(data.values[index]);
  const words = [WEEKDAY.format(new Date(data.days[index]))];
  if (data.partial && index === data.days.length - 1) words.push("still running");
  if (data.baseline[index]) words.push("first reading");
  if (data.values[index] === null) words.push("not known");
  box.append(value, words.join(" · "));
  return box;
};

/* A level is a line over its area; the step into the running day is dashed over a hatched area. */
const levels = (data, colors) => {
  const last = data.values.length - 1;
  const closed = data.partial ? data.values.map((value, index) => (index === last ? null : value)) : data.values;
  const running = data.values.map((value, index) => (data.partial && index >= last - 1 ? value : null));
  const shared = { type: "line", showSymbol: true, symbol: "emptyCircle", lineStyle: { color: colors.main, width: 2 }, itemStyle: { color: colors.main, borderWidth: 1.5 } };
  const alone = (values, index) => values[index - 1] == null && values[index + 1] == null;
  const size = (values) => (_, point) => (data.baseline[point.dataIndex] || alone(values, point.dataIndex) ? 7 : 0);
  return [
    { ...shared, data: closed, symbolSize: size(data.values), areaStyle: { color: colors.area } },
    { ...shared, data: running, symbolSize: (_, point) => (point.dataIndex === last ? 6 : 0), lineStyle: { ...shared.lineStyle, type: [3, 3] }, itemStyle: { ...shared.itemStyle, decal: hatch(colors) }, areaStyle: { color: colors.area } },
  ];
};

const gains = (data, colors) => {
  const last = data.values.length - 1;
  const bars = data.values.map((value, index) => (data.partial && index === last
    ? { value, itemStyle: { color: colors.area, decal: hatch(colors), borderColor: colors.main, borderWidth: 1 } }
    : value));
  const markers = data.values.map((value, index) => (data.baseline[index] ? value ?? 0 : null));
  return [
    { type: "bar", data: bars, barMaxWidth: 22, barCategoryGap: "28%", itemStyle: { color: colors.main, borderRadius: [3, 3, 0, 0] } },
    { type: "scatter", data: markers, symbol: "emptyCircle", symbolSize: 8, itemStyle: { color: colors.main, borderWidth: 1.5 } },
  ];
};

/* About six labels, counted back from today, so that today always has one. */
const labelled = (count) => {
  const step = Math.ceil(count / 6);
  return (index) => (count - 1 - index) % step === 0;
};

const options = (data, colors) => ({
  animation: !CALM.matches,
  animationDuration: 300,
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
  grid: { left: 2, right: 46, top: 10, bottom: 26 },
  tooltip: {
    trigger: "axis", renderMode: "html", confine: true, padding: 0, borderWidth: 0,
    backgroundColor: "transparent", extraCssText: "box-shadow: none", transitionDuration: 0,
    formatter: (points) => tip(data, points),
    axisPointer: { type: data.kind === "level" ? "line" : "shadow", lineStyle: { color: colors.ink, type: "dashed" }, shadowStyle: { color: colors.area } },
  },
  xAxis: {
    type: "category", data: data.days, boundaryGap: data.kind !== "level",
    axisLine: { lineStyle: { color: colors.line } }, axisTick: { show: false },
    axisLabel: { color: colors.ink, fontSize: 11, hideOverlap: true, margin: 10, interval: labelled(data.days.length), formatter: (day) => DAY.format(new Date(day)) },
  },
  yAxis: {
    type: "value", position: "right", scale: data.kind === "level", splitNumber: 4, minInterval: 1,
    axisLabel: { color: colors.ink, fontSize: 11, margin: 8, formatter: (value) => SHORT.format(value) },
    splitLine: { lineStyle: { color: colors.line } },
  },
  series: (data.kind === "level" ? levels : gains)(data, colors),
});

const drawn = new Map();

const draw = (figure) => {
  const canvas = figure.querySelector(".chart-canvas");
  const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(options(data, palette(figure)));
  const watch = new ResizeObserver(() => chart.resize());
  watch.observe(canvas);
  drawn.set(figure, { chart, data, watch });
};

const refresh = () => {
  for (const [figure, { chart, watch }] of drawn) {
    if (figure.isConnected) continue;
    watch.disconnect();
    chart.dispose();
    drawn.delete(figure);
  }
  for (const figure of document.querySelectorAll("[data-chart]")) if (!drawn.has(figure)) draw(figure);
};

DARK.addEventListener("change", () => {
  for (const [figure, { chart, data }] of drawn) chart.setOption(options(data, palette(figure)), true);
});
document.addEventListener("htmx:afterSettle", refresh);
refresh();
