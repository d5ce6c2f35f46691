import { createJudge } from "../../judge";
import { Random, Simulation } from "../../judge/simulate";

const seconds = 600;
const [width, height, left, right, top, bottom] = [760, 340, 64, 150, 24, 44];
/** Powers of ten of the evidence that are shown; 0 is enough for a verdict. */
const [lowest, highest] = [-4, 1];

/** The evidence against twenty good and five bad canaries over time, as SVG. */
export function drawEvidence(): string {
  const good = Array.from({ length: 20 }, (_, index) => lineOf(0.01, index + 1, "good"));
  const bad = Array.from({ length: 5 }, (_, index) => lineOf(0.05, index + 101, "bad"));
  const marks = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index).map(
    (power) =>
      `<text class="mark" x="${left - 8}" y="${yOf(power) + 4}" text-anchor="end">${Number((10 ** power).toPrecision(1))}</text>`,
  );
  const times = [0, 120, 240, 360, 480, 600].map(
    (at) => `<text class="mark" x="${xOf(at)}" y="${height - bottom + 18}" text-anchor="middle">${at} s</text>`,
  );
  const end = width - right;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>Evidence against canaries over time: 20 as good as stable stay below 1, 5 with a fault of 5% rise above it</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #444 } .mark { font-size: 12px }
path { fill: none; stroke-width: 1.3 } .good { stroke: #8a9aa8; opacity: .7 } .bad { stroke: #c0392b; stroke-width: 2 }
.limit { stroke: #222; stroke-dasharray: 6 4 } .axis { stroke: #999 }
</style>
<rect width="${width}" height="${height}" fill="#fff"/>
<path class="axis" d="M${left} ${top}V${height - bottom}H${end}"/>
${[...marks, ...times].join("\n")}
<path class="limit" d="M${left} ${yOf(0)}H${end}"/>
<text x="${end + 8}" y="${yOf(0) + 4}">enough: rollback</text>
<text x="${end + 8}" y="${yOf(-1.5)}" style="fill:#6b7a88">20 good canaries</text>
<text x="${end + 8}" y="${yOf(0.6)}" style="fill:#c0392b">5 with a fault of 5%</text>
<text x="${left}" y="${height - 6}">10 requests/s, weight 20, stable fails 1%; evidence against the canary, as a part of what is needed</text>
${[...good, ...bad].join("\n")}
</svg>
`;
}

/** One rollout's evidence: to its verdict, or to the end. */
function lineOf(canary: number, seed: number, kind: "good" | "bad"): string {
  const judge = createJudge();
  const simulation = new Simulation(new Random(seed * 7919), {
    requests: 10,
    weight: 20,
    canary,
    stable: 0.01,
    burst: 1,
  });
  const points: string[] = [];
  for (let at = 0; at <= seconds;) {
    const counted = simulation.next(4);
    at += counted.intervals;
    const { verdict, evidence } = judge.observe({ at: at * 1000, weight: 20, ...counted });
    const power = Math.min(highest, Math.max(lowest, Math.log10(evidence.broken)));
    points.push(`${xOf(Math.min(at, seconds)).toFixed(1)} ${yOf(power).toFixed(1)}`);
    if (verdict === "broken") break;
  }
  return `<path class="${kind}" d="M${points.join("L")}"/>`;
}

function xOf(at: number): number {
  return left + (at / seconds) * (width - left - right);
}

function yOf(power: number): number {
  return top + ((highest - power) / (highest - lowest)) * (height - top - bottom);
}
