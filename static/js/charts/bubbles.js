/* Creators by followers and average views, both logarithmic; the bubble is as large as the number of posts. */
import { EXACT, SHORT } from "./ink.js";
import { NARROW, frame, tip, tooltip, words } from "./frame.js";

const axis = (name, colors, more) => ({
  type: "log", name, nameTextStyle: words(colors), axisTick: { show: false }, axisLine: { show: false },
  splitLine: { lineStyle: { color: colors.line } }, axisLabel: words(colors, { hideOverlap: true, formatter: (value) => SHORT.format(value) }), ...more,
});
/* Room for half the smallest and twice the largest. */
const ends = (values) => ({ min: Math.max(Math.min(...values) / 2, 0.5), max: Math.max(...values) * 2 });

export const height = () => 380;

export const bubbles = (data, colors, width) => {
  const points = data.creators.map((one) => ({ ...one, x: Math.max(one.followers, 1), y: Math.max(one.views, 1) })).sort((a, b) => b.posts - a.posts);
  const most = Math.max(...points.map((point) => point.posts));
  const largest = width < NARROW ? 34 : 54;
  return {
    ...frame(),
    grid: { left: 8, right: 56, top: 26, bottom: 42 },
    tooltip: tooltip({
      trigger: "item",
      formatter: ({ dataIndex }) => {
        const one = points[dataIndex];
        return tip(`${EXACT.format(one.views)} views a post`, one.creator, `${EXACT.format(one.followers)} followers`, one.posts === 1 ? "1 post" : `${EXACT.format(one.posts)} posts`);
      },
    }),
    xAxis: axis("followers", colors, { ...ends(points.map((point) => point.x)), nameLocation: "middle", nameGap: 26 }),
    yAxis: axis("average views a post", colors, { ...ends(points.map((point) => point.y)), position: "right", nameTextStyle: words(colors, { align: "right" }) }),
    series: [{
      type: "scatter",
      data: points.map((point) => [point.x, point.y, point.posts]),
      symbolSize: (value) => 9 + Math.sqrt(value[2] / most) * (largest - 9),
      itemStyle: { color: colors.main, opacity: 0.55, borderColor: colors.surface, borderWidth: 1 },
      label: { show: true, position: "right", distance: 3, formatter: ({ dataIndex }) => points[dataIndex].creator, ...words(colors, { color: colors.ink2 }) },
      labelLayout: { hideOverlap: true },
      emphasis: { itemStyle: { opacity: 0.85 } },
    }],
  };
};
