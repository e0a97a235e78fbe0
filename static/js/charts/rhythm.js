/* One row per creator, a dot on each day with posts: rhythm and gaps at a glance. */
import { bucketName, bucketWord } from "./ink.js";
import { NARROW, frame, tip, tooltip, words } from "./frame.js";
import { labelled } from "./days.js";

const ROW = 28;

export const height = (data) => data.rows.length * ROW + 44;

export const rhythm = (data, colors, width) => {
  const points = data.rows.flatMap((row, index) => row.days.map(([day, posts]) => [day, index, posts]));
  const pace = (row) => (width < NARROW ? `${row.per_week.toFixed(1)}` : `${row.per_week.toFixed(1)} a week`);
  const left = width < NARROW ? 92 : 150;
  const shared = { type: "category", inverse: true, axisLine: { show: false }, axisTick: { show: false } };
  return {
    ...frame(),
    grid: { left, right: width < NARROW ? 34 : 72, top: 4, bottom: 26 },
    tooltip: tooltip({
      trigger: "item",
      formatter: ({ value: [day, row, posts] }) => tip(posts === 1 ? "1 post" : `${posts} posts`, data.rows[row].label, bucketName(data.days[day], "day")),
    }),
    xAxis: {
      type: "category", data: data.days, axisTick: { show: false }, axisLine: { show: false },
      axisLabel: words(colors, { hideOverlap: true, margin: 10, interval: labelled(data.days.length), formatter: (day) => bucketWord(day, "day") }),
    },
    yAxis: [
      { ...shared, data: data.rows.map((row) => row.label), splitLine: { show: true, lineStyle: { color: colors.line } }, axisLabel: words(colors, { color: colors.ink2, fontSize: 12, align: "left", margin: left - 4, width: left - 12, overflow: "truncate" }) },
      { ...shared, position: "right", splitLine: { show: false }, data: data.rows.map(pace), axisLabel: words(colors, { color: colors.ink1 }) },
    ],
    series: [
      { type: "scatter", data: points, symbolSize: (value) => Math.min(6 + value[2] * 2.5, 18), itemStyle: { color: colors.main, opacity: 0.8 } },
      { type: "scatter", yAxisIndex: 1, data: [] },
    ],
  };
};
