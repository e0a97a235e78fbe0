/* What every chart shares: font, motion, the tooltip's box, plain axes. */
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
export const NARROW = 560;
/* What flags need above the plot. */
export const FLAG_ROOM = 24;

export const frame = () => ({
  animation: !CALM.matches,
  animationDuration: 300,
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
});

export const tooltip = (options) => ({
  renderMode: "html", confine: true, padding: 0, borderWidth: 0, backgroundColor: "transparent",
  extraCssText: "box-shadow: none", transitionDuration: 0, ...options,
});

/* The first line is the number, the others say what it is of. */
export const tip = (head, ...lines) => {
  const box = document.createElement("div");
  box.className = "tip";
  const value = document.createElement("b");
  value.textContent = head;
  box.append(value);
  for (const words of lines.filter(Boolean)) {
    const line = document.createElement("span");
    line.textContent = words;
    box.append(line);
  }
  return box;
};

export const words = (colors, more = {}) => ({ color: colors.ink, fontSize: 11, ...more });

export const bare = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };

/* Annotations: a dotted line at their bucket with the first letter of their kind on top. */
export const flags = (notes, colors) => ({
  silent: true, symbol: "none", animation: false, lineStyle: { color: colors.flag, type: [2, 3], width: 1 },
  data: notes.map((flag) => ({
    xAxis: flag.index,
    label: { formatter: flag.kind.slice(0, 1).toUpperCase(), position: "end", distance: 2, color: colors.onFlag, backgroundColor: colors.flag, fontSize: 10, fontWeight: 700, padding: [3, 5], borderRadius: 4 },
  })),
});
export const flagWords = (notes, index) => notes.filter((flag) => flag.index === index).map((flag) => `⚑ ${flag.text}`);
