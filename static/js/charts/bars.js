/* A ranking: one bar a row, its name before it and its number behind it. */
import { exact, short } from "./ink.js";
import { NARROW, bare, frame, tip, tooltip, words } from "./frame.js";

const ROW = 30;

export const height = (data) => data.rows.length * ROW + 12;

export const bars = (data, colors, width) => ({
  ...frame(),
  grid: { left: width < NARROW ? 104 : 172, right: 64, top: 4, bottom: 4 },
  tooltip: tooltip({
    trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: colors.faint } },
    formatter: ([point]) => {
      const row = data.rows[point.dataIndex];
      return tip(exact(row.value, data.unit), row.label, row.note);
    },
  }),
  xAxis: { type: "value", show: false },
  yAxis: {
    type: "category", inverse: true, data: data.rows.map((row) => row.label), ...bare,
    axisLabel: words(colors, { color: colors.ink2, fontSize: 12, align: "left", margin: width < NARROW ? 100 : 168, width: width < NARROW ? 92 : 156, overflow: "truncate" }),
  },
  series: [{
    type: "bar", barMaxWidth: 18, barMinHeight: 2,
    data: data.rows.map((row) => row.value),
    itemStyle: { color: colors.main, borderRadius: [0, 4, 4, 0] },
    label: { show: true, position: "right", ...words(colors, { color: colors.ink1, fontSize: 12 }), formatter: ({ dataIndex }) => (data.rows[dataIndex].rounded ? "≈" : "") + short(data.rows[dataIndex].value, data.unit) },
  }],
});
