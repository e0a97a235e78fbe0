/* One video's growth by age: its own line over the band in which half of the creator's posts were, with their median. */
import { EXACT, SHORT } from "./ink.js";
import { frame, tip, tooltip, words } from "./frame.js";

const age = (hours) => {
  if (hours < 48) return `${hours} h`;
  const days = hours / 24;
  return Number.isInteger(days) ? `${days} days` : `${Math.floor(days)} days ${hours % 24} h`;
};

const tipOf = (data, index) => tip(
  data.values[index] === null ? "–" : `${EXACT.format(data.values[index])} views`,
  `${age(data.hours[index])} after posting`,
  data.values[index] === null && "not known",
  data.median[index] !== null && `Usual: ${SHORT.format(data.median[index])} (${SHORT.format(data.low[index])} to ${SHORT.format(data.high[index])})`,
);

const pairs = (data, values) => data.hours.map((hours, index) => [hours, values[index]]);

const band = (data, colors) => {
  const shared = { type: "line", stack: "usual", symbol: "none", lineStyle: { opacity: 0 }, silent: true, z: 1 };
  const spread = data.high.map((high, index) => (high === null ? null : high - data.low[index]));
  return [
    { ...shared, data: pairs(data, data.low) },
    { ...shared, data: pairs(data, spread), areaStyle: { color: colors.compare, opacity: 0.16 } },
    { type: "line", symbol: "none", data: pairs(data, data.median), lineStyle: { color: colors.compare, width: 1.5, type: [4, 4] }, itemStyle: { color: colors.compare }, z: 2 },
  ];
};

export const height = () => 320;

export const growth = (data, colors) => {
  const last = data.hours.at(-1) ?? 1;
  const step = last <= 48 ? 12 : last <= 168 ? 24 : last <= 720 ? 168 : undefined;
  return {
    ...frame(),
    grid: { left: 46, right: 14, top: 10, bottom: 26 },
    tooltip: tooltip({
      trigger: "axis", formatter: (points) => tipOf(data, points[0].dataIndex),
      axisPointer: { type: "line", lineStyle: { color: colors.ink, type: "dashed" } },
    }),
    xAxis: {
      type: "value", min: 0, max: last, interval: step, axisTick: { show: false }, splitLine: { show: false },
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: words(colors, { hideOverlap: true, margin: 10, formatter: (hours) => (hours === 0 ? "posted" : age(Math.round(hours))) }),
    },
    yAxis: {
      type: "value", splitNumber: 4, minInterval: 1, axisLine: { show: false }, axisTick: { show: false },
      axisLabel: words(colors, { formatter: (value) => SHORT.format(value) }), splitLine: { lineStyle: { color: colors.line } },
    },
    series: [
      ...band(data, colors),
      { type: "line", data: pairs(data, data.values), showSymbol: false, symbol: "emptyCircle", lineStyle: { color: colors.main, width: 2 }, itemStyle: { color: colors.main, borderWidth: 1.5 }, areaStyle: { color: colors.area }, z: 3 },
    ],
  };
};
