/* Each post by its score; between the thresholds lies what is usual for its creator. */
import { EXACT, SHORT } from "./ink.js";
import { NARROW, frame, tip, tooltip, words } from "./frame.js";

const LANE = 34;

const lanes = (data) => [...new Set(data.posts.map((post) => post.creator))];

export const height = (data) => Math.max(lanes(data).length * LANE + 44, 130);

export const outliers = (data, colors, width) => {
  const names = lanes(data);
  const reach = Math.ceil(Math.max(...data.posts.map((post) => Math.abs(post.score)), data.threshold + 1));
  return {
    ...frame(),
    grid: { left: width < NARROW ? 96 : 150, right: 20, top: 8, bottom: 34 },
    tooltip: tooltip({
      trigger: "item",
      formatter: ({ data: point }) => {
        const post = data.posts[point.index];
        return tip(`${EXACT.format(post.views)} views`, post.title, `${post.creator}, usually ${SHORT.format(post.median)}`, `score ${post.score.toFixed(1)}`);
      },
    }),
    xAxis: {
      type: "value", min: -reach, max: reach, splitLine: { show: false }, axisTick: { show: false },
      axisLine: { show: false }, axisLabel: words(colors), name: "score", nameLocation: "middle", nameGap: 20, nameTextStyle: words(colors),
    },
    yAxis: {
      type: "category", inverse: true, data: names, axisLine: { show: false }, axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colors.line } },
      axisLabel: words(colors, { color: colors.ink2, fontSize: 12, align: "left", margin: width < NARROW ? 92 : 146, width: width < NARROW ? 84 : 130, overflow: "truncate" }),
    },
    series: [{
      type: "scatter",
      data: data.posts.map((post, index) => ({ value: [post.score, names.indexOf(post.creator)], index })),
      symbolSize: (_, { data: point }) => 8 + Math.min(Math.log10(1 + data.posts[point.index].views), 8) * 1.6,
      symbol: (value) => (value[0] > 0 ? "triangle" : "diamond"),
      itemStyle: { color: ({ value }) => (value[0] > 0 ? colors.good : colors.bad), opacity: 0.85, borderColor: colors.surface, borderWidth: 1 },
      markArea: { silent: true, itemStyle: { color: colors.sunken }, label: { show: true, position: "insideTop", ...words(colors) }, data: [[{ name: "usual", xAxis: -data.threshold }, { xAxis: data.threshold }]] },
    }],
  };
};
