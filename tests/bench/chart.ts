// The results as an SVG: for each metric that is marked for it, how fast everyone is beside the native program.
import type { Metric, Scenario, Variant } from "./scenario.ts";
import { median } from "./statistics.ts";
import { formatNumber, type Results, valuesOf } from "./table.ts";

const NAMES: Readonly<Record<Variant, string>> = { ours: "ws2", c: "native C", deno: "Deno", node: "Node", bun: "Bun" };
// Read on the card of the chart, which is light wherever the chart is shown.
const COLORS: Readonly<Record<Variant, string>> = {
  ours: "#0b57d0",
  c: "#1f2328",
  deno: "#6e7781",
  node: "#4f9d69",
  bun: "#d08b3c",
};
/** The native program is the line that the others are beside, and has no bar. */
const BARS: readonly Variant[] = ["ours", "deno", "node", "bun"];

const WIDTH = 880;
const MARGIN = 24;
const LABELS = 285;
const VALUES = 90;
const BAR = 12;
const BAR_STEP = 14;
const GROUP_GAP = 14;
const HEAD = 78;
const LINE = 18;

/** What a metric says of each variant: the median, and its speed as a part of the native program's. */
interface Group {
  readonly metric: Metric;
  readonly native: number;
  readonly bars: readonly { variant: Variant; value: number; speed: number }[];
}

function groups(scenarios: readonly Scenario[], results: Results): Group[] {
  return scenarios.flatMap(({ name, metrics }) =>
    metrics.filter(({ isCharted }) => isCharted).flatMap((metric) => {
      const value = (variant: Variant) => {
        const values = valuesOf(results, name, variant, metric.key);
        return values.length === 0 ? undefined : median(values);
      };
      const native = value("c");
      if (native === undefined) return [];
      const bars = BARS.flatMap((variant) => {
        const own = value(variant);
        if (own === undefined) return [];
        return { variant, value: own, speed: metric.better === "higher" ? own / native : native / own };
      });
      return { metric, native, bars };
    })
  );
}

function show(value: number, { unit }: Metric): string {
  return `${formatNumber(value)} ${unit === "1/s" ? "per s" : unit}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escape(content)}</text>`;
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${
    width.toFixed(1)
  }" height="${height}" fill="${fill}"/>`;
}

/**
 * Draws the chart.
 *
 * @param notes Lines that say what it was measured on.
 */
export function chart(scenarios: readonly Scenario[], results: Results, notes: readonly string[]): string {
  const drawn = groups(scenarios, results);
  const fastest = Math.max(1, ...drawn.flatMap(({ bars }) => bars.map(({ speed }) => speed)));
  const left = MARGIN + LABELS;
  const scale = (WIDTH - left - VALUES - MARGIN) / fastest;
  const parts: string[] = [];
  let y = HEAD;
  for (const { metric, native, bars } of drawn) {
    const height = bars.length * BAR_STEP;
    parts.push(
      text(left - 12, y + height / 2 - 3, metric.title, 'text-anchor="end"'),
      text(left - 12, y + height / 2 + 13, `${NAMES.c}: ${show(native, metric)}`, 'class="note" text-anchor="end"'),
    );
    bars.forEach(({ variant, value, speed }, index) => {
      const top = y + index * BAR_STEP;
      parts.push(
        rect(left, top, speed * scale, BAR, COLORS[variant]),
        text(WIDTH - MARGIN, top + BAR - 2, show(value, metric), `class="value ${variant}" text-anchor="end"`),
      );
    });
    y += height + GROUP_GAP;
  }
  const line = left + scale;
  const bottom = y - GROUP_GAP + 4;
  parts.push(
    `<path d="M${line.toFixed(1)} ${HEAD - 8}V${bottom}" stroke="${COLORS.c}" stroke-dasharray="4 3"/>`,
    text(line, HEAD - 14, NAMES.c, 'class="c" text-anchor="middle"'),
  );
  let key = left;
  for (const variant of BARS) {
    parts.push(rect(key, 30, BAR, BAR, COLORS[variant]), text(key + BAR + 6, 40, NAMES[variant]));
    key += BAR + 30 + 8 * NAMES[variant].length;
  }
  notes.forEach((note, index) => parts.push(text(MARGIN, bottom + 28 + index * LINE, note, 'class="note"')));
  const total = bottom + 28 + notes.length * LINE;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" width="${WIDTH}" height="${total}" role="img">
<title>Speed beside a native completion-port program: longer bars are faster</title>
<style>
text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.value { font-size: 11px }
.ours, .c { font-weight: 600 }
.note { font-size: 11px; fill: #57606a }
</style>
<rect width="${WIDTH}" height="${total}" rx="8" fill="#ffffff" stroke="#d0d7de"/>
${text(MARGIN, 40, "Longer is faster", 'class="title"')}
${parts.join("\n")}
</svg>
`;
}
