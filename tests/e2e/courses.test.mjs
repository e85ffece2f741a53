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

test('a problem is told with file, sheet, cell and column, and never with what stood there', async () => {
  const round = await newRound();
  const done = await hjemsvar.cli(['courses', 'import', fixture('wrong_kinds.xlsx'), '--round', round]);
  assert.equal(done.code, 65);
  assert.match(done.stderr, /wrong_kinds\.xlsx:Forløb 2022!B2: course_id: .*; hint: /);
  assert.match(done.stdout, /^not stored: M1 "Noter"$/m);
  assert.match(done.stderr, /5 errors, nothing was stored/);
  const cpr = await hjemsvar.cli(['courses', 'import', fixture('cpr_as_id.csv'), '--round', round]);
  assert.match(cpr.stderr, /cpr_as_id\.csv:2: course_id: looks like a CPR number; hint: /);
  assert.doesNotMatch(cpr.stderr + cpr.stdout, /010222|1234/);
  const text = await hjemsvar.cli(['courses', 'import', fixture('wrong_types.csv'), '--round', round]);
  assert.match(text.stderr, /referred_by: none of the texts.*Dagtilbud, Sundhedspleje, Familien selv/);
});

test('files that are no sheet say what they are and how to save them', async () => {
  const round = await newRound();
  const cases = {
    'old.xls': /old kind \(\.xls\); hint: save it as/,
    'password.xlsx': /password; hint: save a copy without it/,
    'windows1252.csv': /windows1252\.csv:1: .*Windows-1252; hint: save it as "CSV UTF-8/,
    'utf16.csv': /UTF-16; hint: /,
    'sheet.ods': /OpenDocument file; hint: /,
    'bomb.xlsx': /out of all proportion/,
    'entity.xlsx': /DOCTYPE/,
  };
  for (const [name, message] of Object.entries(cases)) {
    const done = await hjemsvar.cli(['courses', 'import', fixture(name), '--round', round]);
    assert.equal(done.code, 65, name);
    assert.match(done.stderr, message);
    assert.doesNotMatch(done.stderr, /root:/, 'nothing of another file');
  }
  const missing = await hjemsvar.cli(['courses', 'import', '/nowhere.csv', '--round', round]);
  assert.equal(missing.code, 74);
  const nobody = await hjemsvar.cli(['courses', 'import', fixture('good.csv'), '--round', 4711]);
  assert.equal(nobody.code, 65);
});

test('the same import again changes nothing and says so', async () => {
  const round = await newRound();
  const first = await imported(fixture('danish.csv'), round);
  assert.deepEqual([first.new, first.changed, first.unchanged], [3, 0, 0]);
  const content = await exported(round);
  const again = await imported(fixture('danish.csv'), round);
  assert.deepEqual([again.new, again.changed, again.unchanged], [0, 0, 3]);
  assert.deepEqual(await exported(round), content);
  const said = await hjemsvar.ok('courses', 'import', fixture('danish.csv'), '--round', round);
  assert.match(said, /3 courses read: 0 new, 0 changed, 3 as before/);
});

test('what was imported in Danish comes out in English, CSV and workbook alike', async () => {
  const round = await newRound();
  await imported(fixture('danish.csv'), round);
  const rows = await exported(round);
  assert.deepEqual(rows[1], {
    municipality_code: '217',
    course_id: '2022/1',
    referred_by: 'daycare',
    visitation_on: '2022-01-10',
    started_on: '2022-01-17',
    closed_on: '2022-06-30',
    outcome: 'completed',
    interrupted_reason: '',
    visits: '14',
    hours_total: '21.50',
    goal_agreement: '1',
    development_agreement: '2',
  });
  assert.equal((await hjemsvar.ok('courses', 'export', '--round', round, '--format', 'csv')).split('\r\n')[0], header);
  const excel = await hjemsvar.ok('courses', 'export', '--round', round, '--format', 'csv', '--dialect', 'excel');
  assert.match(excel, /^\ufeffmunicipality_code;.*\r\n[^]*;21,50;/);
  const own = await exported(round, '--municipality', 101);
  assert.deepEqual(own.map((row) => row.municipality_code), ['101']);
  const book = join(hjemsvar.folder, 'out.xlsx');
  await hjemsvar.ok('courses', 'export', '--round', round, '--format', 'xlsx', '--out', book);
  for (const file of [book, await hjemsvar.file('out.csv', excel)]) {
    const again = await imported(file, round);
    assert.deepEqual([again.new, again.changed, again.unchanged, again.warnings], [0, 0, 3, 0]);
  }
});

test('a template has drop-downs, is empty for an import, and a filled one is read', async () => {
  const round = await newRound();
  const path = join(hjemsvar.folder, 'template.xlsx');
  await hjemsvar.ok('courses', 'template', '--round', round, '--municipality', 217, '--out', path);
  const empty = await imported(path, round);
  assert.deepEqual([empty.state, empty.courses, empty.errors], ['refused', 0, 0]);
  assert.equal(Object.keys(empty.columns).length, 12);
  const sheet = await run('unzip', ['-p', path, 'xl/worksheets/sheet1.xml']);
  assert.match(sheet.stdout, /<dataValidation [^>]*type="list"[^>]*sqref="C2:C501"/);
  assert.match(sheet.stdout, /"Dagtilbud,Sundhedspleje,Familien selv,Andet kommunalt tilbud,Andet"/);
  assert.equal(sheet.stdout.match(/<dataValidation /g).length, 5);
  const filled = await imported(fixture('template_filled.xlsx'), round);
  assert.deepEqual([filled.state, filled.new, filled.warnings], ['stored', 2, 0]);
  const done = await hjemsvar.cli(['courses', 'template', '--round', round, '--municipality', 479, '--out', path]);
  assert.equal(done.code, 65);
});

test('a municipality imports its own only, and needs no column for it', async () => {
  const round = await newRound();
  const own = await importText('course_id,visits\n1,3\n', round, '--municipality', 217);
  assert.equal(own.new, 1);
  const none = await importText('course_id,visits\n1,3\n', round);
  assert.deepEqual(none.problems.filter((p) => p.level === 'error').map((p) => p.problem), ['no_municipality']);
  const other = await importText('course_id,municipality_code\n1,101\n', round, '--municipality', 217);
  assert.deepEqual(other.problems.filter((p) => p.level === 'error').map((p) => p.problem), ['not_yours']);
  assert.equal(await count(round), 1);
});

test('a sheet is found by its name', async () => {
  const round = await newRound();
  const named = await imported(fixture('excel.xlsx'), round, '--dry-run', '--sheet', 'Forløb 2022');
  assert.equal(named.courses, 2);
  assert.equal((await imported(fixture('excel.xlsx'), round, '--sheet', 'Ark9')).unreadable, 'no_such_sheet');
});

test('the summary counts by quarter and gives coverage as bounds', async () => {
  const round = await newRound();
  const rows = [1, 2, 3, 4, 5].map((i) => `217,${i},,,2022-01-01,2022-0${i}-15,completed,,,,,`);
  await importText(`${header}\n${rows.join('\n')}\n217,6,,,2022-01-01,2022-08-15,interrupted,,,,,\n`, round);
  const answers = Array.from({ length: 14 }, () => '217,2,1,1,1,1,2,3,8,10').join('\n');
  const done = await hjemsvar.cli(['answers', 'import', '-', '--round', round], {
    input: `municipality_code,q1,q2,q3,q4_1,q5_1,q6_1,q7,q8_1,q9\n${answers}\n`,
  });
  assert.equal(done.code, 0, done.stderr);
  // Counts are of last Monday.
  await hjemsvar.sql(`UPDATE submission SET received_on = received_on - 7 WHERE round = ${round}`);
  const { municipalities } = await hjemsvar.json('courses', 'summary', '--round', round);
  const own = municipalities.find((row) => row.municipality === 217);
  assert.deepEqual([own.courses, own.closed, own.interrupted, own.running], [6, 5, 1, 0]);
  assert.deepEqual(own.quarters, [
    { quarter: '2022-Q1', closed: 3, interrupted: 0 },
    { quarter: '2022-Q2', closed: 2, interrupted: 0 },
    { quarter: '2022-Q3', closed: 0, interrupted: 1 },
  ]);
  const { answers: step, answers_least, answers_most, n, sign } = own.coverage;
  assert.deepEqual([step, answers_least, answers_most, n, sign], ['10', 10, 18, 5, 'over_courses']);
  const period = await hjemsvar.json('courses', 'summary', '--round', round, '--from', '2022-04-01', '--to', '2022-06-30');
  assert.equal(period.municipalities.find((row) => row.municipality === 217).closed, 2);
  assert.match(await hjemsvar.ok('courses', 'summary', '--round', round), /217\s+Helsingør\s+6\s+0\s+5\s+1\s+10\s/);
});

test('a course is deleted by its id, and by nothing else', async () => {
  const round = await newRound();
  await imported(fixture('good.csv'), round);
  const words = ['courses', 'delete', 'F-1', '--round', round, '--municipality', 217];
  assert.equal((await hjemsvar.cli(words)).code, 0);
  assert.deepEqual((await exported(round)).map((row) => row.course_id), ['F-1', 'F-2']);
  assert.equal((await hjemsvar.cli(words)).code, 65);
});
