// Registration sheets by the command line program: every file of tests/fixtures/courses
// against what is expected of it, all or nothing, the same again, templates, exports.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvObjects } from './lib/csv.mjs';
import { checkout, Hjemsvar, run } from './lib/hjemsvar.mjs';

const folder = join(checkout, 'tests/fixtures/courses');
const header =
  'municipality_code,course_id,referred_by,visitation_on,started_on,closed_on,outcome,interrupted_reason,visits,hours_total,goal_agreement,development_agreement';

let hjemsvar; // shared: each test makes a round of its own
before(async () => {
  hjemsvar = await Hjemsvar.create();
});
after(() => hjemsvar?.drop());

const newRound = async () => (await hjemsvar.createRound()).round;
const fixture = (name) => join(folder, name);

/** The result of an import as an object, with its exit code. */
async function imported(file, round, ...words) {
  const done = await hjemsvar.cli(['courses', 'import', file, '--round', round, '--json', ...words]);
  assert.ok([0, 65].includes(done.code), done.stderr);
  return { code: done.code, ...JSON.parse(done.stdout) };
}

async function importText(text, round, ...words) {
  const input = ['courses', 'import', '-', '--round', round, '--json', ...words];
  const done = await hjemsvar.cli(input, { input: text });
  assert.ok([0, 65].includes(done.code), done.stderr);
  return { code: done.code, ...JSON.parse(done.stdout) };
}

const exported = async (round, ...words) =>
  csvObjects(await hjemsvar.ok('courses', 'export', '--round', round, '--format', 'csv', ...words));

const count = async (round) =>
  Number((await hjemsvar.sql(`SELECT count(*) FROM course WHERE round = ${round}`))[0][0]);

/** What a fixture's .expected says: one line for the outcome, one for each problem. */
function outcome(result) {
  const lines = [
    result.unreadable
      ? `unreadable ${result.unreadable}`
      : `${result.state} courses ${result.courses} errors ${result.errors} warnings ${result.warnings}`,
  ];
  for (const { cell, heading } of result.ignored) {
    lines.push(`ignored ${cell} ${heading}`);
  }
  for (const { level, problem, sheet, row, cell, column } of result.problems) {
    const place = [sheet, cell ?? (row || null)].filter(Boolean).join('!');
    lines.push([level, problem, place, column].filter(Boolean).join(' '));
  }
  return `${lines.join('\n')}\n`;
}

test('every file of the fixtures has the outcome that stands beside it', async () => {
  const names = (await readdir(folder)).filter((name) => /\.(csv|xlsx|xls|ods)$/.test(name));
  assert.ok(names.length > 30);
  for (const name of names) {
    const round = await newRound();
    const result = await imported(fixture(name), round, '--dry-run');
    const expected = join(folder, `${name}.expected`);
    if (process.env.TEST_WRITE_EXPECTED) {
      await writeFile(expected, outcome(result));
    }
    assert.equal(outcome(result), await readFile(expected, 'utf8'), name);
    assert.equal(result.code, result.state === 'preview' ? 0 : 65, name);
    assert.equal(await count(round), 0, name);
    const stored = await imported(fixture(name), round);
    assert.equal(stored.state, result.state === 'preview' ? 'stored' : 'refused', name);
    assert.equal(await count(round), result.state === 'preview' ? result.courses : 0, name);
  }
});
