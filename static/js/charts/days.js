/* One series of days or weeks on a page of its own: a level as a line over its area, gains as bars. */
import { EXACT, SHORT, bucketName, bucketWord, hatch } from "./ink.js";
import { FLAG_ROOM, flags, flagWords, frame, tip, tooltip, words } from "./frame.js";

const tipOf = (data, index) => tip(
  data.values[index] === null ? "–" : (data.rounded[index] ? "≈ " : "") + EXACT.format(data.values[index]),
  [
    bucketName(data.days[index], data.granularity),
    data.partial && index === data.days.length - 1 && "still running",
    data.baseline[index] && "first reading",
    data.values[index] === null && "not known",
  ].filter(Boolean).join(" · "),
  ...flagWords(data.flags, index),
);

/* The step into the running day is dashed over a hatched area. */
const levels = (data, colors) => {
  const last = data.values.length - 1;
  const closed = data.partial ? data.values.map((value, index) => (index === last ? null : value)) : data.values;
  const running = data.values.map((value, index) => (data.partial && index >= last - 1 ? value : null));
  const shared = { type: "line", showSymbol: true, symbol: "emptyCircle", lineStyle: { color: colors.main, width: 2 }, itemStyle: { color: colors.main, borderWidth: 1.5 } };
  const alone = (values, index) => values[index - 1] == null && values[index + 1] == null;
  const size = (values) => (_, point) => (data.baseline[point.dataIndex] || alone(values, point.dataIndex) ? 7 : 0);
  return [
    { ...shared, data: closed, symbolSize: size(data.values), areaStyle: { color: colors.area } },
    { ...shared, data: running, symbolSize: (_, point) => (point.dataIndex === last ? 6 : 0), lineStyle: { ...shared.lineStyle, type: [3, 3] }, itemStyle: { ...shared.itemStyle, decal: hatch(colors.hatch) }, areaStyle: { color: colors.area } },
  ];
};

const gains = (data, colors) => {
  const last = data.values.length - 1;
  const bars = data.values.map((value, index) => (data.partial && index === last
    ? { value, itemStyle: { color: colors.area, decal: hatch(colors.hatch), borderColor: colors.main, borderWidth: 1 } }
    : value));
  const markers = data.values.map((value, index) => (data.baseline[index] ? value ?? 0 : null));
  return [
    { type: "bar", data: bars, barMaxWidth: 22, barCategoryGap: "28%", itemStyle: { color: colors.main, borderRadius: [3, 3, 0, 0] } },
    { type: "scatter", data: markers, symbol: "emptyCircle", symbolSize: 8, itemStyle: { color: colors.main, borderWidth: 1.5 } },
  ];
};

/* About six labels, counted back from today, so that today always has one. */
export const labelled = (count, most = 6) => {
  const step = Math.ceil(count / most);
  return (index) => (count - 1 - index) % step === 0;
};

const flagged = (series, data, colors) => {
  if (data.flags.length) series[0].markLine = flags(data.flags, colors);
  return series;
};

const draw = (series) => (data, colors) => ({
  ...frame(),
  grid: { left: 2, right: 46, top: data.flags.length ? FLAG_ROOM : 10, bottom: 26 },
  tooltip: tooltip({
    trigger: "axis",
    formatter: (points) => tipOf(data, points[0].dataIndex),
    axisPointer: { type: data.kind === "level" ? "line" : "shadow", lineStyle: { color: colors.ink, type: "dashed" }, shadowStyle: { color: colors.area } },
  }),
  xAxis: {
    type: "category", data: data.days, boundaryGap: data.kind !== "level",
    axisLine: { lineStyle: { color: colors.line } }, axisTick: { show: false },
    axisLabel: words(colors, { hideOverlap: true, margin: 10, interval: labelled(data.days.length), formatter: (day) => bucketWord(day, data.granularity) }),
  },
  yAxis: {
    type: "value", position: "right", scale: data.kind === "level", splitNumber: 4, minInterval: 1,
    axisLabel: words(colors, { margin: 8, formatter: (value) => SHORT.format(value) }),
    splitLine: { lineStyle: { color: colors.line } },
  },
  series: flagged(series(data, colors), data, colors),
});

export const level = draw(levels);
export const gain = draw(gains);
