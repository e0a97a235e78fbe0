/* Series over buckets: area for one, lines for several, stacked bars for the parts of a whole; dashed is the period
   before, hatched is still running, hollow is a first reading, flags are annotations. */
import { bucketName, bucketWord, exact, hatch, short } from "./ink.js";
import { FLAG_ROOM, NARROW, flags, flagWords, frame, tip, tooltip, words } from "./frame.js";
import { labelled } from "./days.js";

const colorOf = (line, colors) => {
  if (line.role === "compare") return colors.compare;
  return line.color === null ? colors.other : colors.series[line.color];
};

/* Steps into and out of cut or running buckets are dashed. */
const split = (line) => {
  const cut = (index) => line.partial[index] ?? false;
  const whole = line.values.map((value, index) => (cut(index) ? null : value));
  const dashed = line.values.map((value, index) => (cut(index) || cut(index - 1) || cut(index + 1) ? value : null));
  return [whole, line.partial.some(Boolean) ? dashed : null];
};

const endLabel = (line, ink) => ({
  show: true, formatter: line.label, color: ink, fontSize: 11, distance: 6, width: 104, overflow: "truncate",
});

const lines = (data, colors, labels) => data.lines.flatMap((line) => {
  const ink = colorOf(line, colors);
  const isCompare = line.role === "compare";
  const [whole, dashed] = isCompare ? [line.values, null] : split(line);
  const alone = (index) => line.values[index - 1] == null && line.values[index + 1] == null;
  const shared = {
    type: "line", symbol: "emptyCircle", showSymbol: true, itemStyle: { color: ink, borderWidth: 1.5 }, labelLayout: { moveOverlap: "shiftY" },
    symbolSize: (_, { dataIndex }) => (line.baseline[dataIndex] || alone(dataIndex) ? 7 : 0), z: isCompare ? 2 : 3,
  };
  const area = data.lines.filter((one) => one.role !== "compare").length === 1 && !isCompare ? { color: colors.area } : undefined;
  const result = [{
    ...shared, name: line.label, data: whole, areaStyle: area,
    lineStyle: { color: ink, width: isCompare ? 1.5 : 2, type: isCompare ? [4, 4] : "solid" },
    endLabel: labels && !dashed ? endLabel(line, ink) : undefined,
  }];
  if (dashed) {
    result.push({
      ...shared, name: line.label, data: dashed, lineStyle: { color: ink, width: 2, type: [3, 3] },
      areaStyle: area, itemStyle: { ...shared.itemStyle, decal: area ? hatch(colors.hatch) : undefined },
      symbolSize: (_, { dataIndex }) => (line.partial[dataIndex] ? 6 : 0), endLabel: labels ? endLabel(line, ink) : undefined,
    });
  }
  return result;
});

const stack = (data, colors) => data.lines.map((line) => ({
  name: line.label, type: "bar", stack: "parts", barCategoryGap: "22%", barMaxWidth: 34,
  data: line.values.map((value, index) => (line.partial[index]
    ? { value, itemStyle: { opacity: 0.75, decal: hatch(colors.surface) } }
    : value)),
  itemStyle: { color: colorOf(line, colors), borderColor: colors.surface, borderWidth: 0.5 },
}));

const tipOf = (data, index) => {
  const { main } = data;
  const about = (line) => (line.rounded[index] ? "≈ " : "") + exact(line.values[index] ?? null, data.unit);
  const of = (line) => `${line.label}: ${about(line)}`;
  const notes = flagWords(data.flags, index);
  const state = [main.partial[index] && (index === data.buckets.length - 1 ? "still running" : "part of the bucket"), main.baseline[index] && "first reading"].filter(Boolean).join(" · ");
  const name = bucketName(data.buckets[index], data.granularity);
  const before = data.lines.find((line) => line.role === "compare");
  const prior = before && before.buckets[index] && `${bucketName(before.buckets[index], data.granularity)}: ${exact(before.values[index], data.unit)}`;
  const many = data.lines.length > (before ? 2 : 1);
  if (many) return tip(name, ...data.lines.filter((line) => line.role !== "compare").map(of), prior, state, ...notes);
  return tip(about(main), name, prior && `Before, ${prior}`, main.values[index] === null && "not known", state, ...notes);
};

export const height = () => 340;

export const timeline = (data, colors, width) => {
  const several = data.lines.length > 1 && !data.stacked;
  const labels = several && width >= NARROW;
  const series = (data.stacked ? stack : lines)(data, colors, labels);
  if (data.flags.length && series.length) series[0].markLine = flags(data.flags, colors);
  return {
    ...frame(),
    grid: { left: 46, right: labels ? 124 : 10, top: data.flags.length ? FLAG_ROOM : 10, bottom: 26 },
    tooltip: tooltip({
      trigger: "axis", formatter: (points) => tipOf(data, points[0].dataIndex),
      axisPointer: { type: data.stacked ? "shadow" : "line", lineStyle: { color: colors.ink, type: "dashed" }, shadowStyle: { color: colors.faint } },
    }),
    xAxis: {
      type: "category", data: data.buckets, boundaryGap: data.stacked, axisTick: { show: false },
      axisLine: { onZero: false, lineStyle: { color: colors.line } },
      axisLabel: words(colors, { hideOverlap: true, margin: 10, interval: labelled(data.buckets.length, width < NARROW ? 4 : 7), formatter: (bucket) => bucketWord(bucket, data.granularity) }),
    },
    yAxis: {
      type: "value", scale: data.level, splitNumber: 4, minInterval: data.unit === "count" ? 1 : undefined,
      axisLabel: words(colors, { formatter: (value) => short(value, data.unit) }), splitLine: { lineStyle: { color: colors.line } },
    },
    series,
  };
};
