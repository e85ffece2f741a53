// Anonymised rows in every format, opened by the programs that people open them with, and reviewed
// comments that go with them: apart.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvObjects, csvRows } from './lib/csv.mjs';
import { checkout, Hjemsvar, run } from './lib/hjemsvar.mjs';
import { Console, headingOf } from './lib/staff.mjs';
import { importOk } from './lib/transfer.mjs';

const formats = ['csv', 'jsonl', 'sav', 'dta', 'xlsx', 'zip'];
const comments = ['Tak, Mette var god', 'Alt godt, æøå', 'Må aldrig ud', 'Noget slemt', 'Ingen har læst det'];

let hjemsvar;
let folder;
let round;
let release;
let rows; // of the plain CSV

const words = (format, ...more) =>
  ['answers', 'export', '--round', round, '--format', format, '--profile', 'anonymised', ...more];
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function tool(program, ...flags) {
  const env = { ...process.env, HOME: folder, LC_ALL: 'C.UTF-8' };
  const done = await run(program, flags, { env, cwd: folder });
  assert.equal(done.code, 0, `${program}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

before(async () => {
  hjemsvar = await Hjemsvar.create();
  folder = join(hjemsvar.folder, 'anonymised');
  await mkdir(folder);
  ({ round } = await hjemsvar.createRound('--municipality', '101,217,479,787'));
  await importOk(hjemsvar, round, await readFile(join(checkout, 'tests/fixtures/disclosure/answers.csv'), 'utf8'));
  for (const [i, comment] of comments.entries())
    await hjemsvar.sql(`UPDATE submission SET answers = answers || jsonb_build_object('q10', '${comment}')
      WHERE round = ${round} AND id = (SELECT id FROM submission WHERE round = ${round} ORDER BY id OFFSET ${i * 9} LIMIT 1)`);
  await hjemsvar.sql(`UPDATE submission SET answers = answers || '{"q1_text": "bedstemor"}'
    WHERE id = (SELECT id FROM submission WHERE round = ${round} AND answers ->> 'q1' = '3' LIMIT 1)`);
  const list = JSON.parse(await hjemsvar.ok('comments', 'list', '--round', round, '--json', '--state', 'all')).comments;
  const decided = { Tak: ['--mask', '2'], Alt: ['--publishable'], Må: ['--never'], Noget: ['--concern'], bedstemor: ['--publishable'] };
  for (const { comment, text } of list) {
    const verdict = decided[text.split(/[, ]/)[0]];
    if (verdict) await hjemsvar.ok('comments', 'decide', comment, '--round', round, ...verdict);
  }
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  const out = join(folder, 'package.zip');
  const done = await hjemsvar.cli(words('zip', '--comments', 'reviewed', '--out', out));
  assert.equal(done.code, 0, done.stderr);
  release = /release (\d+)/.exec(done.stderr)[1];
  assert.match(done.stderr, /2 reviewed comments apart from the rows, words left out of 1/);
  await tool('unzip', '-q', 'package.zip');
  rows = csvRows(await readFile(join(folder, 'answers_wide.csv'), 'utf8'));
  for (const format of formats)
    if (format !== 'zip')
      await hjemsvar.ok(...words(format, '--release', release, '--out', join(folder, `a.${format}`), '--comments-out', join(folder, `${format}.comments.csv`)));
});
after(() => hjemsvar?.drop());

test('a release gives the same bytes again, whatever the time zone', async () => {
  for (const format of ['csv', 'zip']) {
    const out = join(folder, `again.${format}`);
    const apart = format === 'zip' ? [] : ['--comments-out', join(folder, 'again.comments.csv')];
    const done = await hjemsvar.cli(words(format, '--release', release, '--out', out, ...apart), { env: { TZ: 'Asia/Tokyo' } });
    assert.equal(done.code, 0, done.stderr);
    const first = join(folder, format === 'zip' ? 'package.zip' : `a.${format}`);
    assert.equal(sha256(await readFile(out)), sha256(await readFile(first)), format);
    if (format !== 'zip')
      assert.deepEqual(await readFile(join(folder, 'again.comments.csv')), await readFile(join(folder, 'comments.csv')));
  }
});

test('the console gives the files of the command line, comments apart, and makes releases with them', async () => {
  const desk = await Console.start(hjemsvar, { TZ: 'Asia/Tokyo' });
  try {
    await desk.account({ email: 'vive@example.dk', role: 'evaluator', name: 'Bo Holm' });
    const staff = await desk.signIn('vive@example.dk');
    const post = async (fields) => {
      await staff.get(`/rounds/${round}/exports`);
      return staff.post(`/rounds/${round}/releases`, fields);
    };
    const is = async (reply, name) => {
      assert.equal(reply.status, 200, headingOf(reply));
      assert.equal(sha256(reply.bytes), sha256(await readFile(join(folder, name))), name);
    };
    for (const format of ['zip', 'sav', 'dta', 'xlsx', 'jsonl'])
      await is(await post({ again: release, away_format: format }), format === 'zip' ? 'package.zip' : `a.${format}`);
    await is(await post({ again: release, part: 'comments' }), 'comments.csv');
    const [[end]] = await hjemsvar.sql('SELECT details FROM audit ORDER BY id DESC LIMIT 1');
    assert.deepEqual(JSON.parse(end), { format: 'csv', profile: 'anonymised', comments: 2 });
    assert.match((await staff.get('/audit')).text, /Fik 2 kommentarer ud til at give videre/);
    const page = await staff.get(`/rounds/${round}/exports`);
    assert.match(page.text, /Hent kommentarerne \(2\)/);
    const paper = await staff.get(`/rounds/${round}/releases/${release}/certificate.html`);
    assert.equal(paper.text, await readFile(join(folder, 'certificate.html'), 'utf8'));

    const alone = await post({ k: '3', with_descriptions: '1' });
    assert.equal(alone.status, 422);
    assert.match(alone.text, /id="with_comments-problem"/);
    assert.equal((await post({ k: '3', away_format: 'ods' })).status, 422);
    const fields = { k: '3', with_language: '1', with_comments: '1', with_descriptions: '1', why: 'Den første gik tabt' };
    const made = await post({ ...fields, away_format: 'zip' });
    assert.equal(made.status, 200, headingOf(made));
    const [[second]] = await hjemsvar.sql('SELECT max(id) FROM release');
    await hjemsvar.ok(...words('zip', '--release', second, '--out', join(folder, 'second.zip')));
    await is(made, 'second.zip');
    const files = join(folder, 'second');
    await tool('unzip', '-q', 'second.zip', '-d', files);
    const given = csvObjects(await readFile(join(files, 'comments.csv'), 'utf8'));
    assert.deepEqual(given.map(({ question }) => question).sort(), ['q10', 'q10', 'q1_text']);
    assert.ok('language' in csvObjects(await readFile(join(files, 'answers_wide.csv'), 'utf8'))[0]);
  } finally {
    await desk.stop();
  }
});

test('the package holds the rows of the certificate, its sums hold, and nothing finer', async () => {
  const sums = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).trim().split('\n').map((line) => line.split('  '));
  for (const [sum, name] of sums) assert.equal(sha256(await readFile(join(folder, name))), sum, name);
  const names = sums.map(([, name]) => name).sort();
  assert.deepEqual(names.filter((name) => /long/.test(name)), []);
  const codebook = await readFile(join(folder, 'codebook.html'), 'utf8');
  assert.doesNotMatch(codebook, /række for hvert barn/, 'there is no such file in the package');
  const certificate = JSON.parse(await readFile(join(folder, 'certificate.json'), 'utf8'));
  assert.equal(certificate.checksum, sha256(await readFile(join(folder, 'answers_wide.csv'))));
  assert.equal(certificate.comments.checksum, sha256(await readFile(join(folder, 'comments.csv'))));
  assert.deepEqual(await readFile(join(folder, 'a.csv')), await readFile(join(folder, 'answers_wide.csv')));
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  assert.equal(manifest.profile, 'anonymised');
  assert.equal(manifest.release, Number(release));
  assert.equal(manifest.k_reached, certificate.k_reached);
  assert.ok(!('period' in manifest) && !('filters' in manifest));
  for (const name of names.filter((name) => !/\.(xlsx|sav|dta|pdf)$/.test(name))) {
    const text = await readFile(join(folder, name), 'utf8');
    assert.doesNotMatch(text, /2026-W|2026-Q|received_week|flag_|external_id|Mette|slemt|aldrig ud|læst det|bedstemor/, name);
  }
});

test('comments stand apart from the rows: only reviewed ones, shuffled, with words left out', async () => {
  const text = await readFile(join(folder, 'comments.csv'), 'utf8');
  const given = csvObjects(text);
  assert.deepEqual(given.map(({ number }) => number), ['1', '2']);
  assert.deepEqual(given.map(({ question, comment }) => `${question} ${comment}`).sort(), [
    'q10 Alt godt, æøå',
    'q10 Tak, [udeladt] var god',
  ]);
  const page = await readFile(join(folder, 'certificate.html'), 'utf8');
  assert.match(page, /2 i en fil for sig selv; ord er udeladt i 1\. SHA-256: [0-9a-f]{64}/);
  assert.match(page, /k siger intet om dem/);
});

test('R reads .sav and .dta by haven, and the CSV by the syntax, as the CSV says it', async () => {
  await writeFile(join(folder, 'test.R'), `
library(haven)
plain <- read.csv("answers_wide.csv", encoding = "UTF-8")
same <- function(d, not_asked, withheld) {
  for (name in names(plain)) {
    mine <- plain[[name]]
    if (is.character(mine)) { stopifnot(identical(as.character(d[[name]]), mine)); next }
    codes <- ifelse(is.na(mine), not_asked, ifelse(mine == -1, withheld, mine))
    stopifnot(isTRUE(all.equal(as.numeric(d[[name]]), as.numeric(codes))))
  }
  cat("same", nrow(d), ncol(d), "\\n")
}
sav <- read_sav("answers_wide.sav", user_na = TRUE)
same(sav, -3, -1)
source("read_wide.R", encoding = "UTF-8"); same(answers, -3, -1)
for (d in list(sav, answers)) cat("missing", sort(attr(d$q5_2, "na_values")), "\\n")
dta <- read_dta("answers_wide.dta")
for (name in grep("^q", names(plain), value = TRUE)) {
  none <- if (grepl("^q9", name)) 99 else 9
  plain[[name]][which(plain[[name]] == none)] <- NA
}
same(dta, NA, NA)
cat("tags", sort(unique(na.omit(unlist(lapply(dta[sapply(dta, is.numeric)], na_tag))))), "\\n")
cat("labels", paste(names(attr(sav$municipality_code, "labels")), collapse = ";"), "\\n")
`);
  const said = await tool('Rscript', '--vanilla', '--encoding=UTF-8', 'test.R');
  assert.equal(said.split('\n').filter((line) => line.startsWith(`same 71 ${rows[0].length}`)).length, 3, said);
  assert.equal(said.split('\n').filter((line) => line.trim() === 'missing -3 -1 9').length, 2, said);
  assert.match(said, /tags a .*c/);
  assert.match(said, /labels .*Udeladt af hensyn til anonymitet/);
});

test('PSPP opens the .sav and runs the syntax of the package', async () => {
  for (const read of ['GET FILE="answers_wide.sav".', 'INSERT FILE="read_wide.sps".']) {
    await writeFile(join(folder, 'test.sps'), `${read}
SAVE TRANSLATE /OUTFILE="pspp.csv" /TYPE=CSV /REPLACE /FIELDNAMES /CELLS=VALUES.
DISPLAY DICTIONARY.
`);
    const said = await tool('pspp', '-O', 'format=txt', '-O', 'width=400', 'test.sps');
    assert.doesNotMatch(said, /error|warning/i);
    for (const seen of [/Udeladt af hensyn til anonymitet/, /q5_2 [^\n]*(-3; -1; 9|9; -3; -1)/])
      assert.ok(seen.test(said), `${read} ${seen}`);
    const [, ...read_rows] = csvRows((await readFile(join(folder, 'pspp.csv'), 'utf8')).replace(/\r?\n/g, '\r\n'));
    const text = rows[0].indexOf('municipality');
    const expected = rows.slice(1).map((row) => row.map((cell, i) => (cell === '' && i !== text ? '-3' : cell)));
    assert.deepEqual(read_rows.map((row) => row.map((cell) => cell.trim())), expected, read);
  }
});

test('LibreOffice opens the workbook with the same cells', async () => {
  const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1';
  await tool('soffice', '--headless', `-env:UserInstallation=file://${folder}/office`, '--convert-to', filter, 'answers_wide.xlsx');
  const data = await readFile(join(folder, 'answers_wide-Svar.csv'), 'utf8');
  assert.deepEqual(csvRows(data.replace(/(?<!\r)\n/g, '\r\n')), rows);
});

test('each line of the JSON says what the row of the CSV says', async () => {
  const lines = (await readFile(join(folder, 'a.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((line) => Object.values(line).map((value) => (value === null ? '' : String(value)))), rows.slice(1));
});

test('what cannot be is refused with a hint, and a comment decided otherwise is not given again', async () => {
  const cases = [
    [words('csv', '--comments', 'reviewed'), 64, /--comments-out FILE, or --format zip/],
    [words('zip', '--comments', 'reviewed', '--comments-out', join(folder, 'x')), 64, /leave it out/],
    [words('csv', '--comments', 'all'), 64, /reviewed/],
    [words('csv', '--with', 'descriptions'), 64, /--comments reviewed/],
    [words('csv', '--with', 'weeks'), 64, /language, descriptions/],
    [words('sav', '--dialect', 'excel'), 64, /--format csv/],
    [words('ods'), 64, /xlsx or zip/],
    [words('csv', '--release', release), 64, /--comments-out/],
    [words('csv', '--release', release, '--comments', 'reviewed'), 64, /leave out --k, --with and --comments/],
    [words('sav', '--out', join(folder, 'x.sav')), 77, /--release/],
  ];
  for (const [line, code, hint] of cases) {
    const done = await hjemsvar.cli(line);
    assert.equal(done.code, code, `${line}: ${done.stderr}`);
    assert.match(done.stderr, hint);
  }
  const [alt] = JSON.parse(await hjemsvar.ok('comments', 'list', '--round', round, '--json', '--state', 'publishable')).comments.filter(({ text }) => text.startsWith('Alt'));
  await hjemsvar.ok('comments', 'decide', alt.comment, '--round', round, '--never');
  const other = await hjemsvar.cli(words('zip', '--release', release, '--out', join(folder, 'y.zip')));
  assert.equal(other.code, 65);
  assert.match(other.stderr, /other decisions hold by now/);
  await hjemsvar.ok('comments', 'decide', alt.comment, '--round', round, '--undo');
  await hjemsvar.ok(...words('zip', '--release', release, '--out', join(folder, 'y.zip')));
});
