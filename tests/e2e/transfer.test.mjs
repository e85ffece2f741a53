import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvObjects, csvOf, csvRows, csvWrite } from './lib/csv.mjs';
import { build, Hjemsvar, run } from './lib/hjemsvar.mjs';
import * as transfer from './lib/transfer.mjs';

const { answer } = transfer;
const program = join(build, 'hjemsvar');

let hjemsvar; // shared: each test makes rounds of its own
before(async () => {
  hjemsvar = await Hjemsvar.create();
});
after(() => hjemsvar?.drop());

const importText = (...words) => transfer.importText(hjemsvar, ...words);
const importOk = (...words) => transfer.importOk(hjemsvar, ...words);
const exportText = (...words) => transfer.exportText(hjemsvar, ...words);
const exportObjects = (round) => transfer.exportObjects(hjemsvar, round);

const nasty = [
  'en "citeret" linje\nog en til',
  ';;,,""\n\n"',
  '=1+1',
  "'=1+1",
  "''",
  "'",
  '@SUM(A1)',
  '+kr. 12',
  '-',
  'مرحبا، «شكرًا» جزيلًا',
  'tab\tinden i',
  'emoji 👨‍👩‍👧 og 🇩🇰',
  '\ufeffmed mærke',
  'NULL',
  '\\N \\. \\t',
  'æ'.repeat(4000),
];

test('export, import into another round, export again: equal but for response_id and flags', async () => {
  const first = (await hjemsvar.createRound()).round;
  const rows = nasty.map((text, i) =>
    answer({
      municipality_code: i % 2 ? 101 : 217,
      language: ['da', 'en', ''][i % 3],
      received_week: '2026-W47',
      q10: text,
      external_id: `id ${i}`,
    }),
  );
  rows.push(answer({ q1: 3, q1_text: '=bonus;"mor"', q3: 3, q4_2: 2, q4_3: 9, q5_1: 9, external_id: 'many' }));
  rows.push(answer({ q9: 1, q9_first: 10, q9_check: 2, q2: 9, q7: '', external_id: 'turned' }));
  rows.push(answer({ q9: 99, external_id: 'unrated' }));
  rows.push(answer({ submitted_at: '2023-11-26T23:30Z', external_id: 'late' }));
  assert.deepEqual(await importOk(first, csvOf(rows)), { round: first, stored: rows.length, skipped: 0 });

  // Flags are made anew of what is there: an export holds no traces.
  const own = (row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !/^(response_id|flag_.*|weight)$/.test(name)));
  const content = (objects) =>
    objects.map(own).sort((a, b) => (a.external_id < b.external_id ? -1 : 1));
  const plain = await exportText(first);
  const excel = await exportText(first, '--dialect', 'excel');
  const exported = content(csvObjects(plain));
  assert.deepEqual(exported.map((row) => row.q10).filter(Boolean).sort(), nasty.slice().sort());
  assert.ok(excel.startsWith('\ufeffresponse_id;'));

  for (const [text, words, separator] of [[plain, [], ','], [excel, ['--dialect', 'excel'], ';']]) {
    const second = (await hjemsvar.createRound()).round;
    await importOk(second, text);
    assert.deepEqual(content(await exportObjects(second)), exported);
    const again = await exportText(second, ...words);
    const rowsOf = (file) => content(csvObjects(file.replace(/^\ufeff/, ''), separator));
    assert.deepEqual(rowsOf(again), rowsOf(text));
  }
});

test('an export has the columns of the contract, asked ones filled, ordered by response_id', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer({ q3: 2, q4_2: 2, q5_2: 5, q8_1: '' }), answer(), answer()]));
  const children = (question) => [1, 2, 3, 4, 5, 6].map((child) => `${question}_${child}`);
  const text = await exportText(round);
  const [header] = csvRows(text);
  assert.deepEqual(header, [
    'response_id', 'municipality_code', 'municipality', 'language', 'received_week',
    'q1', 'q1_text', 'q2', 'q3', ...children('q4'), ...children('q5'), ...children('q6'), 'q7',
    ...children('q8'), 'q9', 'q9_first', 'q9_check', 'q10',
    'flag_duplicate', 'flag_scale', 'flag_speed', 'flag_straightline', 'flag_empty', 'flag_burst',
    'weight', 'external_id',
  ]);
  const objects = csvObjects(text);
  const ids = objects.map((row) => row.response_id);
  assert.deepEqual(ids, ids.slice().sort());
  const row = objects.find((object) => object.q3 === '2');
  assert.deepEqual(
    [row.municipality_code, row.municipality, row.language, row.q4_1, row.q4_2, row.q4_3, row.q5_2],
    ['101', 'København', 'da', '1', '2', '', '5'],
  );
  assert.deepEqual([row.q6_2, row.q8_1, row.q8_2, row.q9_first, row.q9_check], ['9', '9', '', '10', '0']);
  assert.match(row.received_week, /^\d{4}-W\d\d$/);
});

test('JSONL has the same names, numbers as numbers and null for what was not asked', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer({ q10: 'a\n"b"', external_id: 'x' })]));
  const [header] = csvRows(await exportText(round));
  const lines = (await exportText(round, '--format', 'jsonl')).split('\n');
  assert.equal(lines.pop(), '');
  assert.equal(lines.length, 1);
  const row = JSON.parse(lines[0]);
  assert.deepEqual(Object.keys(row), header);
  assert.deepEqual(
    [row.municipality_code, row.q3, row.q4_1, row.q4_2, row.q1_text, row.q10, row.weight, row.flag_scale],
    [101, 1, 1, null, null, 'a\n"b"', 1, 0],
  );
  assert.equal(row.external_id, 'x');
});

test('an export to a file is whole, private, and leaves nothing else behind', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer()]));
  const before_ = (await readdir(hjemsvar.folder)).length;
  const path = await hjemsvar.file('answers.csv', 'what was here before');
  const link = join(hjemsvar.folder, 'link.csv');
  await symlink(path, link);
  assert.equal(await exportText(round, '--out', link), '');
  assert.equal(await readFile(path, 'utf8'), await exportText(round));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await readdir(hjemsvar.folder)).length, before_ + 2);

  const words = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal', '--out'];
  assert.equal((await hjemsvar.cli([...words, join(hjemsvar.folder, 'nowhere/a.csv')])).code, 73);
  assert.equal((await hjemsvar.cli([...words, hjemsvar.folder])).code, 73);
});

test('an export that finds the disk full is exit 74 and leaves what was there', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf(Array.from({ length: 20 }, () => answer({ q10: 'x'.repeat(4000) }))));
  const path = await hjemsvar.file('kept.csv', 'what was here before');
  const before_ = await readdir(hjemsvar.folder);
  const words = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal', '--out', path];
  const limited = `trap '' XFSZ; ulimit -f 16; exec "$@"`;
  const done = await run('bash', ['-c', limited, 'bash', program, ...words], { env: hjemsvar.env });
  assert.equal(done.code, 74, done.stderr);
  assert.match(done.stderr, /^hjemsvar: writing [^\n]+ failed: [^\n]+; hint: [^\n]+\n$/);
  assert.equal(await readFile(path, 'utf8'), 'what was here before');
  assert.deepEqual(await readdir(hjemsvar.folder), before_);
});

test('an export into what is no regular file writes there and leaves it what it is', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer()]));
  const fifo = join(hjemsvar.folder, 'fifo');
  assert.equal((await run('mkfifo', [fifo])).code, 0);
  const [text, out] = await Promise.all([run('cat', [fifo]), exportText(round, '--out', fifo)]);
  assert.equal(out, '');
  assert.equal(text.stdout, await exportText(round));
  assert.ok((await stat(fifo)).isFIFO());
});

test('a reader that leaves early is exit 74, not a crash', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = Array.from({ length: 200 }, () => answer({ q10: 'x'.repeat(4000) }));
  await importOk(round, csvOf(rows));
  const words = ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal'];
  const child = spawn(program, words.map(String), { env: hjemsvar.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (piece) => (stderr += piece));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code, signal] = await new Promise((resolve) => child.on('close', (...ending) => resolve(ending)));
  assert.deepEqual([code, signal], [74, null], stderr);
  assert.match(stderr, /^hjemsvar: writing stdout failed: [^\n]+\n$/);
});

/** Imports a file that is wrong: exit 65, nothing stored, the faults as [line, column]. */
async function faults(text, round) {
  const done = await importText(round, text);
  assert.equal(done.code, 65, done.stderr);
  assert.equal(done.stdout, '');
  assert.deepEqual(await exportObjects(round), []);
  const lines = done.stderr.trimEnd().split('\n');
  assert.match(lines.pop(), /^hjemsvar: stdin: \d+ rows? (is|are) wrong, nothing was imported; hint: /);
  return lines.map((line) => {
    const [, number, column] = /^stdin:(\d+): (?:([a-z_0-9]+|\(no name\)): )?./.exec(line);
    return [Number(number), column ?? ''];
  });
}

test('every kind of bad row is told by line and column, and nothing is stored', async () => {
  const { round } = await hjemsvar.createRound('--municipality', '101');
  const cases = [
    [{ municipality_code: '' }, 'municipality_code'],
    [{ municipality_code: 217 }, 'municipality_code'],
    [{ municipality_code: 'København' }, 'municipality_code'],
    [{ language: 'xx' }, 'language'],
    [{ received_week: '2025-W53' }, 'received_week'],
    [{ submitted_at: '2026-02-30T10:00' }, 'submitted_at'],
    [{ submitted_at: '20-11-2026' }, 'submitted_at'],
    [{ submitted_at: '2023-03-26T02:30' }, 'submitted_at'],
    // More than a day, which has 25 hours when summer time ends.
    [{ submitted_at: new Date(Date.now() + 26 * 3600_000).toISOString() }, 'submitted_at'],
    [{ submitted_at: '2990-01-01T00:00' }, 'submitted_at'],
    [{ seconds: '-1' }, 'seconds'],
    [{ seconds: 2592001 }, 'seconds'],
    [{ seconds: '1.5' }, 'seconds'],
    [{ q1: 4 }, 'q1'],
    [{ q1: 'mor' }, 'q1'],
    [{ q2: 3 }, 'q2'],
    [{ q3: '' }, 'q3'],
    [{ q3: 0 }, 'q3'],
    [{ q3: 7 }, 'q3'],
    [{ q4_2: 1 }, 'q4_2'],
    [{ q5_6: 9 }, 'q5_6'],
    [{ q5_1: 6 }, 'q5_1'],
    [{ q4_1: 2 }, 'q8_1'],
    [{ q4_1: '' }, 'q8_1'],
    [{ q1_text: 'bonusmor' }, 'q1_text'],
    [{ q1: 3, q1_text: 'x'.repeat(201) }, 'q1_text'],
    [{ q9: 11 }, 'q9'],
    [{ q9: '010' }, 'q9'],
    [{ q9_first: 10, q9_check: 2 }, 'q9_check'],
    [{ q9_first: 1, q9_check: 1 }, 'q9_check'],
    [{ q10: 'x'.repeat(4001) }, 'q10'],
    [{ external_id: 'x'.repeat(201) }, 'external_id'],
  ];
  // Between the bad rows stand good ones whose text has line ends of its own, so
  // that lines and rows differ.
  const rows = [];
  const expected = [];
  let line = 2;
  for (const [wrong, column] of cases) {
    rows.push(answer({ q10: 'to\nlinjer' }), answer(wrong));
    expected.push([line + 2, column]);
    line += 3;
  }
  assert.deepEqual(await faults(csvOf(rows), round), expected);
  assert.deepEqual(await faults(csvOf(rows, ';'), round), expected);
  assert.deepEqual(await faults('\ufeff' + csvOf(rows).replaceAll('\r\n', '\n'), round), expected);
});

test('all faults of one row are told', async () => {
  const { round } = await hjemsvar.createRound();
  const found = await faults(csvOf([answer({ municipality_code: 1, q1: 7, q5_1: 7, q9: 0 })]), round);
  assert.deepEqual(found.map(([, column]) => column).sort(), ['municipality_code', 'q1', 'q5_1', 'q9']);
});

test('bytes that are no text, and rows of the wrong length, are told', async () => {
  const { round } = await hjemsvar.createRound();
  const latin1 = Buffer.from('municipality_code,q3,q10\n101,1,bl\xe5\n101,1,nul\0inside\n101,1\n101,1,a,b\n', 'latin1');
  assert.deepEqual(await faults(latin1, round), [[2, 'q10'], [3, 'q10'], [4, ''], [5, '']]);
});

test('a header that is wrong is told, with the columns there are', async () => {
  const { round } = await hjemsvar.createRound();
  const cases = [
    ['municipality_code,q3,navn,q5_7\n101,1,x,1\n', [[1, 'navn'], [1, 'q5_7']]],
    ['municipality_code,q3,q3\n101,1,1\n', [[1, 'q3']]],
    ['q1,q2\n1,1\n', [[1, 'municipality_code'], [1, 'q3']]],
    ['\n\n"municipality_code",q1\n101,1\n', [[3, 'q3']]],
    ['municipality_code,q3,\n101,1,\n', [[1, '(no name)']]],
    ['municipality_code;q3,q1\n', [[1, ''], [1, 'q3']]],
  ];
  for (const [text, expected] of cases.slice(0, -1)) {
    assert.deepEqual(await faults(text, round), expected, text);
  }
  const done = await importText(round, cases[0][0]);
  assert.match(done.stderr, /stdin:1: navn: [^\n]*response_id, [^\n]*q9_check[^\n]*device/);
  const empty = await importText(round, '');
  assert.equal(empty.code, 65);
  assert.match(empty.stderr, /^hjemsvar: stdin is empty; hint: [^\n]+\n$/);
});

test('a quotation mark that is never closed, or stands wrong, is told with its row', async () => {
  const { round } = await hjemsvar.createRound();
  const start = 'municipality_code,q3,q10\n101,1,"a\nb"\n';
  assert.deepEqual(await faults(`${start}101,1,"never closed\n101,1,x\n`, round), [[4, '']]);
  assert.deepEqual(await faults(`${start}101,1,a"b\n`, round), [[4, '']]);
  const long = `${start}101,1,"${'never closed\n'.repeat(400000)}`;
  assert.deepEqual(await faults(long, round), [[4, '']]);
});

test('the first thousand faults are told, the rest counted', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = Array.from({ length: 1200 }, () => answer({ q1: 7 }));
  const done = await importText(round, csvOf(rows));
  assert.equal(done.code, 65);
  const lines = done.stderr.trimEnd().split('\n');
  assert.equal(lines.length, 1002);
  assert.equal(lines[1000], 'stdin: 200 more like these');
  assert.match(lines[1001], /1200 rows are wrong/);
});

test('all line ends are understood, empty lines and rows passed over', async () => {
  const header = 'municipality_code,q3,q10';
  for (const end of ['\n', '\r\n', '\r']) {
    const { round } = await hjemsvar.createRound();
    const text = [header, '101,1,a', '', ',,', '101,1,"b', 'c"', '101,1, d '].join(end);
    assert.equal((await importOk(round, text)).stored, 3);
    const texts = (await exportObjects(round)).map((row) => row.q10).sort();
    assert.deepEqual(texts, ['a', 'b\nc', 'd']);
    const bad = [header, '101,1,"b', 'c"', '', '101,7,d'].join(end);
    const { round: other } = await hjemsvar.createRound();
    assert.deepEqual(await faults(bad, other), [[5, 'q3']]);
  }
});

test('columns in any order, optional ones left out, read-over ones not looked at', async () => {
  const { round } = await hjemsvar.createRound();
  const text = csvWrite([
    ['weight', 'q3', 'response_id', 'municipality', 'flag_burst', 'municipality_code'],
    ['heavy', 2, 'no uuid', 'Atlantis', 'maybe', 101],
  ]).replaceAll(',', ' , ');
  await importOk(round, text);
  const [row] = await exportObjects(round);
  assert.deepEqual(
    [row.municipality, row.q3, row.q4_1, row.q4_2, row.q8_1, row.q9, row.weight, row.flag_burst],
    ['København', '2', '9', '9', '', '99', '1', ''],
  );
  assert.match(row.response_id, /^[0-9a-f-]{36}$/);
});

test('an external_id with the same content is skipped, with other content refused', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = [answer({ external_id: 'a' }), answer({ external_id: 'b', q10: 'to' }), answer()];
  assert.deepEqual(await importOk(round, csvOf(rows)), { round, stored: 3, skipped: 0 });
  assert.deepEqual(await importOk(round, csvOf(rows.slice(0, 2))), { round, stored: 0, skipped: 2 });
  const moved = answer({ external_id: 'b', q10: 'tre' });
  const done = await importText(round, csvOf([answer({ external_id: 'c' }), moved]));
  assert.equal(done.code, 65);
  assert.match(done.stderr, /^stdin:3: external_id: b is there already with other content/m);
  assert.equal((await exportObjects(round)).length, 3);

  const { round: other } = await hjemsvar.createRound();
  const twice = await importText(other, csvOf([answer({ external_id: 'a' }), answer({ external_id: 'a', q1: 1 })]));
  assert.equal(twice.code, 65);
  assert.match(twice.stderr, /^stdin:3: external_id: a is there already/m);
  const same = [answer({ external_id: 'a' }), answer({ external_id: 'a' })];
  assert.deepEqual(await importOk(other, csvOf(same)), { round: other, stored: 1, skipped: 1 });
});

test('the week is part of the content, whether a time or the week itself tells it', async () => {
  const { round } = await hjemsvar.createRound();
  const of = (more) => csvOf([answer({ external_id: 'a', ...more })]);
  await importOk(round, of({ submitted_at: '2023-11-24T14:05' }));
  assert.equal((await importOk(round, of({ received_week: '2023-W47' }))).skipped, 1);
  assert.equal((await importText(round, of({ received_week: '2023-W48' }))).code, 65);
  assert.equal((await importOk(round, await exportText(round))).skipped, 1);
});

test('rows that a second import would store again are counted', async () => {
  const { round } = await hjemsvar.createRound();
  const soon = new Date(Date.now() + 23 * 3600_000).toISOString();
  const text = csvOf([answer({ submitted_at: soon }), answer({ external_id: 'a' }), answer()]);
  const done = await importText(round, text);
  assert.equal(done.code, 0, done.stderr);
  const warning = 'have no external_id: importing this file again would store them again';
  assert.equal(done.stderr, `hjemsvar: 2 rows ${warning}\n`);
  const again = await importText(round, csvOf([answer({ external_id: 'a' })]));
  assert.deepEqual([again.code, again.stderr], [0, '']);
});

test('a taken external_id is told together with the other faults of the file', async () => {
  const { round } = await hjemsvar.createRound();
  await importOk(round, csvOf([answer({ external_id: 'a' })]));
  const rows = [answer({ external_id: 'a', q1: 1 }), answer({ q1: 7 })];
  const done = await importText(round, csvOf(rows));
  assert.equal(done.code, 65);
  assert.match(done.stderr, /^stdin:2: external_id: /m);
  assert.match(done.stderr, /^stdin:3: q1: /m);
  assert.match(done.stderr, /2 rows are wrong/);
});

test('an answer is in the week that its time or week says', async () => {
  const { round } = await hjemsvar.createRound();
  const rows = [
    [{ submitted_at: '2023-11-26T23:30:00Z' }, '2023-W48'],
    [{ submitted_at: '2023-11-26 23:30' }, '2023-W47'],
    [{ submitted_at: '2023-06-25T22:30+00:00', received_week: '2023-W01' }, '2023-W26'],
    [{ received_week: '2020-W53' }, '2020-W53'],
  ];
  await importOk(round, csvOf(rows.map(([more], i) => answer({ ...more, external_id: i }))));
  const weeks = Object.fromEntries((await exportObjects(round)).map((row) => [row.external_id, row.received_week]));
  assert.deepEqual(weeks, Object.fromEntries(rows.map(([, week], i) => [i, week])));
});

test('network and device are kept as tags of a traced round, and in no other', async () => {
  const { round } = await hjemsvar.createRound();
  const row = (external_id, network, device = '') =>
    answer({ external_id, network, device, seconds: 90, submitted_at: '2023-11-20T14:05:33' });
  const text = csvOf([
    row('v4', '192.0.2.7', 'phone'),
    row('mapped', '::ffff:192.0.2.7', 'phone'),
    row('v6', '2001:db8:1:2::1'),
    row('v6 same home', '2001:db8:1:2:ffff::9', 'tablet'),
    row('v6 other home', '2001:db8:1:3::1'),
    row('unknown', ''),
  ]);
  const traces = async (id) => {
    const rows = await hjemsvar.sql(
      `SELECT s.external_id, t.network, t.device, t.seconds, t.arrived_at AT TIME ZONE 'Europe/Copenhagen'
       FROM submission_trace t JOIN submission s ON s.round = t.round AND s.id = t.submission
       WHERE t.round = ${id}`,
    );
    return Object.fromEntries(rows.map(([name, ...rest]) => [name, rest]));
  };
  await importOk(round, text);
  const kept = await traces(round);
  assert.deepEqual(kept.v4, kept.mapped);
  assert.match(kept.v4[0], /^\d+$/);
  assert.deepEqual(kept.v4.slice(2), ['90', '2023-11-20 14:05:00']);
  assert.equal(kept.v6[0], kept['v6 same home'][0]);
  assert.notEqual(kept.v6[0], kept['v6 other home'][0]);
  assert.deepEqual(kept.unknown.slice(0, 2), ['', '']);

  const { round: untraced } = await hjemsvar.createRound('--traces', 'off');
  const quiet = await importText(untraced, text);
  assert.deepEqual([quiet.code, quiet.stderr], [0, '']);
  assert.deepEqual(await traces(untraced), {});

  const { round: keyless } = await hjemsvar.createRound();
  const done = await hjemsvar.cli(['answers', 'import', '-', '--round', keyless], {
    input: text,
    env: { HJEMSVAR_KEY_DIR: join(hjemsvar.folder, 'elsewhere') },
  });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /^hjemsvar: the trace key [^\n]+; hint: [^\n]+\n$/);
  assert.equal((await exportObjects(keyless)).length, 6);
});

test('an import that cannot be read is exit 74', async () => {
  const { round } = await hjemsvar.createRound();
  assert.equal((await hjemsvar.cli(['answers', 'import', '/nowhere.csv', '--round', round])).code, 74);
  assert.equal((await hjemsvar.cli(['answers', 'import', '/tmp', '--round', round])).code, 74);
});

test('a closed round still takes an import', async () => {
  const { round } = await hjemsvar.createRound();
  await hjemsvar.ok('round', 'close', round);
  const path = await hjemsvar.file('late.csv', csvOf([answer()]));
  const text = await hjemsvar.ok('answers', 'import', path, '--round', round);
  assert.equal(text, `round ${round}: 1 row stored, 0 skipped (same external_id, same content)\n`);
});
