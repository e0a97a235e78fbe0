/* Colors of tokens.css as ECharts understands them, and how numbers and days are written. */
export const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1, roundingMode: "trunc" });
export const EXACT = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
export const SERIES_COLORS = 10;

const day = (options) => new Intl.DateTimeFormat("en", { timeZone: "UTC", ...options });
const DAY = day({ month: "short", day: "numeric" });
const WEEKDAY = day({ weekday: "short", month: "short", day: "numeric" });
const MONTH = day({ month: "short", year: "numeric" });

/* The browser resolves light-dark() and oklch(); a canvas pixel gives what ECharts understands. */
const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const color = (figure, name, alpha = 1) => {
  const sample = document.createElement("span");
  sample.style.color = `var(${name})`;
  figure.append(sample);
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = getComputedStyle(sample).color;
  probe.fillRect(0, 0, 1, 1);
  sample.remove();
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
};

export const palette = (figure) => ({
  main: color(figure, "--chart-1"),
  area: color(figure, "--chart-1", 0.1),
  hatch: color(figure, "--chart-1", 0.55),
  compare: color(figure, "--chart-2"),
  flag: color(figure, "--chart-4"),
  onFlag: color(figure, "--on-flag"),
  good: color(figure, "--good"),
  bad: color(figure, "--bad"),
  line: color(figure, "--line"),
  strong: color(figure, "--line-strong"),
  ink: color(figure, "--ink-3"),
  ink1: color(figure, "--ink"),
  ink2: color(figure, "--ink-2"),
  surface: color(figure, "--surface"),
  sunken: color(figure, "--sunken"),
  faint: color(figure, "--chart-1", 0.12),
  series: Array.from({ length: SERIES_COLORS }, (_, number) => color(figure, `--series-${number + 1}`)),
  other: color(figure, "--chart-2"),
});

export const hatch = (ink) => ({
  symbol: "rect", rotation: -Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [2, 4], color: ink,
});

/* A bucket's label on the axis, and in full: a bucket is a local day, or an hour with its offset. */
export const bucketWord = (bucket, granularity) => {
  if (granularity === "hour") return bucket.slice(11, 16) === "00:00" ? DAY.format(new Date(bucket.slice(0, 10))) : bucket.slice(11, 16);
  return (granularity === "month" ? MONTH : DAY).format(new Date(bucket));
};
export const bucketName = (bucket, granularity) => {
  if (granularity === "hour") return `${WEEKDAY.format(new Date(bucket.slice(0, 10)))}, ${bucket.slice(11, 16)}`;
  if (granularity === "month") return MONTH.format(new Date(bucket));
  const name = WEEKDAY.format(new Date(bucket));
  return granularity === "week" ? `Week of ${name}` : name;
};

const SUFFIX = { percent: "%" };
export const short = (value, unit) => (value === null ? "–" : SHORT.format(value) + (SUFFIX[unit] ?? ""));
export const exact = (value, unit) => (value === null ? "–" : EXACT.format(value) + (SUFFIX[unit] ?? ""));
