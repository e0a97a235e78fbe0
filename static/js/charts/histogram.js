/* Bins on a 1-2-5 scale, side by side; percentiles stand as lines where they fall. */
import { EXACT, SHORT } from "./ink.js";
import { NARROW, frame, tip, tooltip, words } from "./frame.js";

const NAMES = { p10: "10%", p25: "25%", p50: "median", p75: "75%", p90: "90%", p99: "99%" };
const SHOWN_NARROW = ["p10", "p50", "p90"];

/* A number's place on the axis: bins are equally wide, inside one it is logarithmic. */
const place = (bins, value) => {
  const index = bins.findIndex((bin) => value < bin.to);
  const { from, to } = bins[index];
  return index + (from === 0 ? value : Math.log(value / from) / Math.log(to / from));
};

const percentiles = (data, colors, width) => Object.entries(data.percentiles)
  .filter(([name]) => width >= NARROW || SHOWN_NARROW.includes(name))
  .map(([name, value], index) => ({
    xAxis: place(data.bins, value),
    lineStyle: { color: name === "p50" ? colors.ink1 : colors.ink, type: name === "p50" ? "solid" : [3, 3], width: name === "p50" ? 1.5 : 1 },
    label: { formatter: `${NAMES[name]}\n${SHORT.format(value)}`, position: "end", distance: index % 2 ? 4 : 30, ...words(colors, { color: name === "p50" ? colors.ink1 : colors.ink, lineHeight: 13 }) },
  }));

export const histogram = (data, colors, width) => ({
  ...frame(),
  grid: { left: 4, right: 36, top: 66, bottom: 24 },
  tooltip: tooltip({
    trigger: "axis", axisPointer: { type: "none" },
    formatter: ([point]) => {
      const bin = data.bins[point.dataIndex];
      return tip(bin.count === 1 ? "1 post" : `${EXACT.format(bin.count)} posts`, `${EXACT.format(bin.from)} to ${EXACT.format(bin.to - 1)} views`);
    },
  }),
  xAxis: {
    type: "value", min: 0, max: data.bins.length, interval: 1, axisTick: { show: false }, splitLine: { show: false },
    axisLine: { lineStyle: { color: colors.line } },
    axisLabel: words(colors, { hideOverlap: true, formatter: (index) => SHORT.format(index < data.bins.length ? data.bins[index].from : data.bins.at(-1).to) }),
  },
  yAxis: { type: "value", position: "right", minInterval: 1, splitNumber: 3, axisLabel: words(colors), splitLine: { lineStyle: { color: colors.line } } },
  series: [{
    type: "bar", data: data.bins.map((bin, index) => [index + 0.5, bin.count]), barWidth: Math.max((width - 40) / data.bins.length - 3, 4),
    itemStyle: { color: colors.main, opacity: 0.8, borderRadius: [3, 3, 0, 0] },
    markLine: { silent: true, symbol: "none", animation: false, data: percentiles(data, colors, width) },
  }],
});
