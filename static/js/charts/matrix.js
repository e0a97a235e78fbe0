/* Campaign × campaign: the number of shared videos, the darker the larger their share. */
import { EXACT } from "./ink.js";
import { NARROW, bare, frame, tip, tooltip, words } from "./frame.js";

const ROW = 38;
/* From this share on a cell is colored so strongly that its number is written in the color of the page. */
const DARK_FROM = 0.75;

export const height = (data) => data.labels.length * ROW + 96;

export const matrix = (data, colors, width) => {
  const left = width < NARROW ? 92 : 160;
  const cells = data.pairs.flatMap((pair) => {
    const label = { color: pair.share > DARK_FROM ? colors.surface : colors.ink1 };
    return [[pair.b, pair.a], [pair.a, pair.b]].map(([x, y]) => ({ value: [x, y, pair.share ?? 0], pair, label }));
  });
  const room = (width - left) / data.labels.length;
  return {
    ...frame(),
    grid: { left, right: 4, top: 4, bottom: 84 },
    tooltip: tooltip({
      trigger: "item",
      formatter: ({ data: cell }) => tip(
        cell.pair.videos === 1 ? "1 shared video" : `${EXACT.format(cell.pair.videos)} shared videos`,
        `${data.labels[cell.pair.a]} and ${data.labels[cell.pair.b]}`,
        cell.pair.share === null ? "neither has a video" : `${EXACT.format(cell.pair.share * 100)}% of both together`,
        cell.pair.creators === 1 ? "1 shared creator" : `${EXACT.format(cell.pair.creators)} shared creators`,
      ),
    }),
    visualMap: { show: false, dimension: 2, min: 0, max: 1, inRange: { color: [colors.sunken, colors.main] } },
    xAxis: { type: "category", data: data.labels, ...bare, axisLabel: words(colors, { interval: 0, rotate: room < 90 ? 40 : 0, width: 84, overflow: "truncate" }) },
    yAxis: { type: "category", inverse: true, data: data.labels, ...bare, axisLabel: words(colors, { color: colors.ink2, fontSize: 12, align: "left", margin: left - 4, width: left - 12, overflow: "truncate" }) },
    series: [{
      type: "heatmap", progressive: 0, data: cells, itemStyle: { borderColor: colors.surface, borderWidth: 2, borderRadius: 5 },
      label: {
        show: room > 26, formatter: ({ data: cell }) => (cell.pair.videos ? EXACT.format(cell.pair.videos) : "·"), fontSize: 11,
      },
      emphasis: { itemStyle: { borderColor: colors.ink1, borderWidth: 1.5 } },
    }],
  };
};
