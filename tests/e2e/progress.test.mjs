// Long work of the command line: a bar on a terminal, nothing where there is none.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { csvOf } from './lib/csv.mjs';
import { Hjemsvar, build, run } from './lib/hjemsvar.mjs';
import { answer } from './lib/transfer.mjs';

const BAR = /\r\[(#*) *\] +(\d+) %/g;
const GONE = '\r\x1b[K';

let hjemsvar;
let commands;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  await hjemsvar.createRound();
  await hjemsvar.createRound('--codes', 'single');
  await hjemsvar.ok('municipality', 'set', '217', '--contact', 'Anne Holm', '--phone', '49 28 28 28');
  const rows = Array.from({ length: 300 }, (_, i) => answer({ external_id: `p${i}` }));
  const answers = await hjemsvar.file('answers.csv', csvOf(rows));
  const out = (name) => ['--out', join(hjemsvar.folder, name)];
  const single = ['--round', '2', '--municipality', '217'];
  commands = [
    ['answers', 'import', answers, '--round', '1'],
    ['answers', 'export', '--round', '1', '--format', 'csv', '--profile', 'internal', ...out('back.csv')],
    ['codes', 'make', ...single, '--letters', '300', '--batch', 'Et', ...out('links')],
    ['letters', ...single, '--codes', '60', '--batch', 'To', ...out('letters.pdf')],
  ];
});

after(() => hjemsvar?.drop());

const quoted = (word) => `'${word}'`;

test('long work shows how far it has come on a terminal, and takes the bar away', async () => {
  for (const words of commands) {
    const line = [join(build, 'hjemsvar'), ...words].map(quoted).join(' ');
    const done = await run('script', ['-qec', line, '/dev/null'], { env: hjemsvar.env });
    const what = words.slice(0, 2).join(' ');
    assert.equal(done.code, 0, `${what}: ${done.stdout}`);
    const bars = [...done.stdout.matchAll(BAR)];
    assert.ok(bars.length > 0, `${what}: ${JSON.stringify(done.stdout)}`);
    const parts = bars.map(([, , percent]) => Number(percent));
    assert.deepEqual(parts, [...parts].sort((a, b) => a - b), what);
    for (const [, filled, percent] of bars)
      assert.ok(Math.abs(filled.length - (percent * 40) / 100) <= 1 && percent <= 100, what);
    const rest = done.stdout.slice(bars.at(-1).index + bars.at(-1)[0].length);
    assert.ok(rest.startsWith(GONE), `${what}: ${JSON.stringify(rest)}`);
  }
});

test('no bar goes into a file or a pipe', async () => {
  const [, exported] = commands;
  const done = await hjemsvar.cli(exported);
  assert.equal(done.code, 0, done.stderr);
  assert.doesNotMatch(done.stderr + done.stdout, /\r|#|\x1b/);
});
