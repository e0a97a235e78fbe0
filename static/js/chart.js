/* Draws every <figure class="chart" data-chart="id of a JSON script"> with ECharts, in the colors of tokens.css; its
   kind names the module. A [data-png] button in the same card saves the picture. */
import { palette } from "./charts/ink.js";
import { bars, height as barsHeight } from "./charts/bars.js";
import { bubbles, height as bubblesHeight } from "./charts/bubbles.js";
import { gain, level } from "./charts/days.js";
import { growth, height as growthHeight } from "./charts/growth.js";
import { heat, height as heatHeight } from "./charts/heat.js";
import { histogram } from "./charts/histogram.js";
import { matrix, height as matrixHeight } from "./charts/matrix.js";
import { outliers, height as outliersHeight } from "./charts/outliers.js";
import { rhythm, height as rhythmHeight } from "./charts/rhythm.js";
import { timeline, height as timelineHeight } from "./charts/timeline.js";

const KINDS = {
  level: { option: level },
  gain: { option: gain },
  bars: { option: bars, height: barsHeight },
  bubbles: { option: bubbles, height: bubblesHeight },
  growth: { option: growth, height: growthHeight },
  heat: { option: heat, height: heatHeight },
  histogram: { option: histogram },
  matrix: { option: matrix, height: matrixHeight },
  outliers: { option: outliers, height: outliersHeight },
  rhythm: { option: rhythm, height: rhythmHeight },
  timeline: { option: timeline, height: timelineHeight },
};
const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();

const paint = (figure, { chart, data, canvas }) => {
  chart.setOption(KINDS[data.kind].option(data, palette(figure), canvas.clientWidth), true);
};

const draw = (figure) => {
  const canvas = figure.querySelector(".chart-canvas");
  const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const { height } = KINDS[data.kind];
  if (height) canvas.style.height = `${height(data)}px`;
  const picture = { chart: window.echarts.init(canvas, null, { renderer: "canvas" }), data, canvas };
  let width = canvas.clientWidth;
  picture.watch = new ResizeObserver(() => {
    if (canvas.clientWidth === width) return;
    width = canvas.clientWidth;
    picture.chart.resize();
    paint(figure, picture);
  });
  drawn.set(figure, picture);
  paint(figure, picture);
  picture.watch.observe(canvas);
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

const save = (button) => {
  const figure = button.closest(".card").querySelector("[data-chart]");
  const link = document.createElement("a");
  link.download = `${button.dataset.png}.png`;
  link.href = drawn.get(figure).chart.getDataURL({ pixelRatio: 2, backgroundColor: palette(figure).surface });
  link.click();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-png]");
  if (button) save(button);
});
DARK.addEventListener("change", () => {
  for (const [figure, picture] of drawn) paint(figure, picture);
});
document.addEventListener("htmx:afterSettle", refresh);
refresh();
