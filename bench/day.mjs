// node bench/day.mjs SERVER SEED PARENTS SECONDS LINKS ACKNOWLEDGED: a day of a survey of the whole
// country, in so many seconds. LINKS is a file with a path (/S/CODE) a line. What was thanked for is
// written to ACKNOWLEDGED, a line each: number as uuid, tab, the words of the answer. Figures as
// JSON on stdout.
//
// Open loop: when each parent does what stands in the plan (day_plan.mjs), drawn beforehand from the
// seed, and every wait is counted from the planned time, whether or not the one before has been
// answered by then. So a server that stalls is charged with all who would have come meanwhile
// (coordinated omission: G. Tene, "How NOT to measure latency").
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { plan } from './day_plan.mjs';
import { Parent } from './day_parent.mjs';

const [server, seed, parents, seconds, links, acknowledgedFile] = process.argv.slice(2);
const paths = readFileSync(links, 'utf8').trim().split('\n');
const [host, port] = server.split(':');

const PATIENCE_MS = 60_000; // after the last planned step

const book = {
  waits: { page: [], step: [], send: [], drip: [], again: [] }, // milliseconds
  thanked: [], // [uuid, words]
  retries: 0,
  repeats: 0, // thanked with 200: it had been stored before
  left: 0, // closed the page without sending, as planned
  failures: {}, // what came instead, by what it was
  open: 0,
  openMost: 0,
  fail(what) {
    this.failures[what] = (this.failures[what] ?? 0) + 1;
  },
};

function summary(list) {
  const sorted = Float64Array.from(list).sort();
  const at = (p) => (sorted.length === 0 ? null : sorted[Math.max(0, Math.round((p / 100) * sorted.length) - 1)]);
  return { count: sorted.length, p50_ms: at(50), p99_ms: at(99), p999_ms: at(99.9), max_ms: at(100) };
}

const people = plan({ seed: Number(seed), parents: Number(parents), ms: Number(seconds) * 1000, paths });
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const cpu = process.cpuUsage();
const begun = performance.now() + 200;
const clock = () => performance.now() - begun;

// All who are due come; then the next look.
let next = 0;
let active = 0;
await new Promise((resolve) => {
  const look = () => {
    const now = clock();
    for (; next < people.length && people[next].at <= now; next++) {
      active++;
      const parent = new Parent({ host, port: Number(port), clock, book, person: people[next] });
      parent.live().finally(() => {
        active--;
      });
    }
    const over = next === people.length && active === 0;
    const late = next === people.length && now > Number(seconds) * 1000 + PATIENCE_MS;
    if (late) book.failures['not done in time'] = active;
    if (over || late) resolve();
    else setTimeout(look, 1);
  };
  look();
});

const tookMs = clock();
const { user, system } = process.cpuUsage(cpu);
writeFileSync(acknowledgedFile, book.thanked.map((row) => `${row.join('\t')}\n`).join(''));
const failed = Object.values(book.failures).reduce((sum, count) => sum + count, 0);
console.log(
  JSON.stringify({
    seed: Number(seed),
    parents: people.length,
    municipalities: paths.length,
    seconds: Number(seconds),
    ran_s: tookMs / 1000,
    busiest_second: busiest(),
    waits: Object.fromEntries(Object.entries(book.waits).map(([name, list]) => [name, summary(list)])),
    acknowledged: book.thanked.length,
    left: book.left,
    retries: book.retries,
    repeats: book.repeats,
    failed,
    failures: book.failures,
    connections_most: book.openMost,
    generator: {
      cpu_share: (user + system) / 1000 / tookMs,
      delay_p99_ms: delay.percentile(99) / 1e6,
      delay_max_ms: delay.max / 1e6,
    },
  }),
);
process.exit(0);

// Parents who opened the page in the fullest second.
function busiest() {
  const counts = new Map();
  for (const { at } of people) counts.set(Math.floor(at / 1000), (counts.get(Math.floor(at / 1000)) ?? 0) + 1);
  return Math.max(...counts.values());
}
