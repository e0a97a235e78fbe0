/* Weekday × hour: the darker a cell, the more views its posts have on average. */
import { EXACT, SHORT } from "./ink.js";
import { bare, frame, tip, tooltip, words } from "./frame.js";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const clock = (hour) => `${String(hour).padStart(2, "0")}:00`;

export const height = () => 262;

export const heat = (data, colors) => {
  const rows = Array.from({ length: 7 }, (_, index) => (data.first_dow + index) % 7);
  const known = data.cells.map((cell) => Math.log1p(cell.avg_views ?? 0));
  const cells = data.cells.map((cell, index) => ({
    value: [cell.hour, rows.indexOf(cell.dow), known[index]],
    itemStyle: cell.avg_views === null ? { color: "transparent", borderColor: colors.strong, borderWidth: 1 } : undefined,
  }));
  const empty = rows.flatMap((_, row) => Array.from({ length: 24 }, (_, hour) => [hour, row]));
  return {
    ...frame(),
    grid: { left: 36, right: 4, top: 4, bottom: 24 },
    tooltip: tooltip({
      trigger: "item",
      formatter: ({ seriesIndex, dataIndex }) => {
        if (seriesIndex === 0) return "";
        const cell = data.cells[dataIndex];
        return tip(
          cell.avg_views === null ? "–" : `${EXACT.format(cell.avg_views)} views`,
          cell.avg_views === null ? "no views are known" : "on average",
          `${DAYS[cell.dow]}, ${clock(cell.hour)}–${clock((cell.hour + 1) % 24)}`,
          cell.post_count === 1 ? "1 post" : `${EXACT.format(cell.post_count)} posts`,
        );
      },
    }),
    visualMap: {
      show: false, seriesIndex: 1, dimension: 2, min: Math.min(...known) * 0.9, max: Math.max(...known, 1),
      inRange: { color: [colors.faint, colors.main] },
    },
    xAxis: { type: "category", data: Array.from({ length: 24 }, (_, hour) => clock(hour)), ...bare, axisLabel: words(colors, { interval: 2, formatter: (hour) => hour.slice(0, 2) }) },
    yAxis: { type: "category", inverse: true, data: rows.map((dow) => DAYS[dow].slice(0, 3)), ...bare, axisLabel: words(colors, { margin: 8 }) },
    series: [
      { type: "heatmap", progressive: 0, silent: true, data: empty.map((place) => [...place, 0]), itemStyle: { color: colors.sunken, borderColor: colors.surface, borderWidth: 2, borderRadius: 4 } },
      { type: "heatmap", progressive: 0, data: cells, itemStyle: { borderColor: colors.surface, borderWidth: 2, borderRadius: 4 }, emphasis: { itemStyle: { borderColor: colors.ink1, borderWidth: 1.5 } }, label: { show: false, formatter: ({ value }) => SHORT.format(value[2]) } },
    ],
  };
};
