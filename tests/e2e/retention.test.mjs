// The end of a round: what finalising tells first, how long answers are kept, the package for an
// archive, and their deletion.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvObjects } from './lib/csv.mjs';
import { checkout, Hjemsvar, run } from './lib/hjemsvar.mjs';
import { answer, importOk, importRows } from './lib/transfer.mjs';

let hjemsvar, folder, answers;
before(async () => {
  hjemsvar = await Hjemsvar.create();
  folder = await mkdtemp(join(tmpdir(), 'retention-'));
  answers = await readFile(join(checkout, 'tests/fixtures/disclosure/answers.csv'), 'utf8');
});
after(async () => {
  await hjemsvar?.drop();
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ env: { TMPDIR: folder } });
const past = (round) =>
  hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);

/** A closed round with the 71 answers and a course, for which a sheet waits; released: its rows were given away, too. */
async function closedRound({ released = false } = {}) {
  const { round } = await hjemsvar.createRound('--municipality', '101,217,479,787');
  await importOk(hjemsvar, round, answers);
  const sheet = await hjemsvar.file(
    'sheet.csv',
    'municipality_code,course_id,started_on,closed_on,outcome\n217,HX-77,2022-01-01,2022-03-31,completed\n',
  );
  await hjemsvar.ok('courses', 'import', sheet, '--round', round);
  await hjemsvar.sql(`WITH l AS (
      INSERT INTO sheet_link (round, municipality, hash, name, ends_on)
      VALUES (${round}, 217, substring(sha256('${round}') FOR 16), 'Team Nord', '2099-12-31') RETURNING id)
    INSERT INTO course_sheet (round, municipality, course_id, sheet_link) SELECT ${round}, 217, 'HX-77', id FROM l`);
  await hjemsvar.ok('round', 'close', round);
  await past(round);
  if (released)
    await hjemsvar.ok('answers', 'export', '--round', round, '--format', 'csv', '--profile', 'anonymised', '--out', join(folder, 'sent.csv'));
  return round;
}

/** The same, finalised, and past its retention. */
async function dueRound(options) {
  const round = await closedRound(options);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  await hjemsvar.ok('round', 'set', round, '--retain-months', '1');
  await hjemsvar.sql(`UPDATE round SET finalised_at = now() - interval '40 days' WHERE id = ${round}`);
  return round;
}

/** What of a purged round may be left. A new table belongs here only if it holds nothing of a parent
 * or a child; else round_purge() has to delete its rows (and docs/privacy/record.md to name it). */
const left = ['audit', 'letter_batch', 'letter_print', 'link', 'quality_run', 'release', 'round_archive', 'round_purge', 'setting'];

async function leavesNothing(round) {
  const tables = await hjemsvar.sql(`SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'round' AND table_name !~ '_[0-9]+$' ORDER BY 1`);
  for (const [table] of tables) {
    if (left.includes(table)) continue;
    const [[rows]] = await hjemsvar.sql(`SELECT count(*) FROM ${table} WHERE round = ${round}`);
    assert.equal(rows, '0', `${table} still has rows of a purged round`);
  }
}

const rowsOf = async (round) =>
  Number((await hjemsvar.sql(`SELECT count(*) FROM submission WHERE round = ${round}`))[0][0]);
const fate = ({ rounds }, round) => rounds.find((row) => row.round === round)?.outcome;

test('finalising says first how much goes and what is kept, and changes nothing until then', async () => {
  const { round } = await hjemsvar.createRound('--municipality', '101');
  await importRows(hjemsvar, round, [
    answer({ external_id: 'a', network: 'n', device: 'd', submitted_at: '2026-03-02T10:00', q10: 'Vi var meget glade for forløbet' }),
    answer({ external_id: 'b', network: 'n', device: 'd', submitted_at: '2026-03-02T10:04', q10: 'Vi var meget glade for forløbet' }),
    answer({ q1: 1, q9: 3 }),
  ]);
  await hjemsvar.ok('municipality', 'set', '101', '--contact', 'Åse Ærø', '--phone', '49280000');
  await hjemsvar.ok('letters', 'approve', '--language', 'da');
  await hjemsvar.ok('letters', '--round', round, '--municipality', '101', '--out', join(folder, 'letters.pdf'));
  const early = await hjemsvar.cli(['round', 'finalise', round, '--dry-run']);
  assert.equal(early.code, 77);
  assert.match(early.stderr, /hint: close it first/);
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.ok('duplicates', 'refresh', '--round', round);

  const plan = await hjemsvar.json('round', 'finalise', round, '--dry-run');
  const [[pairs]] = await hjemsvar.sql(`SELECT count(*) FROM pair WHERE round = ${round}`);
  assert.ok(Number(pairs) >= 1);
  assert.equal(plan.kept.answers, 3);
  assert.deepEqual(plan.gone, {
    traces: 2, numbers: 0, receipts: 0, external_ids: 2, withdrawn: 0, links: 1, codes: 0,
    pairs: Number(pairs), decisions: 0,
  });
  assert.equal(plan.letters, 1);
  assert.ok(plan.writing_until);
  assert.match(plan.warnings.join('\n'), /may be writing until[^]*lie in drawers/);

  const told = await hjemsvar.ok('round', 'finalise', round, '--dry-run');
  for (const what of [/cannot be taken back/, /made anew/, /kept: 3 answers/, /2 traces and their key/, /2 external ids/, /backups/])
    assert.match(told, what);
  assert.equal((await hjemsvar.json('round', 'show', round)).state, 'closed');
  await stat(join(hjemsvar.keys, `round-${round}.key`));

  await past(round);
  const done = await hjemsvar.cli(['round', 'finalise', round, '--yes']);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /2 traces and their key/);
  assert.doesNotMatch(done.stderr, /writing/);
});

test('how long a round is kept is set for it or for all, and shown', async () => {
  const { round } = await hjemsvar.createRound();
  const show = () => hjemsvar.json('round', 'show', round);
  assert.equal((await show()).kept_until, null);
  assert.match(await hjemsvar.ok('round', 'show', round), /kept +by the setting retention_months/);
  assert.equal((await hjemsvar.json('round', 'set', round, '--retain-until', '2031-12-31')).kept_until, '2031-12-31');
  assert.match(await hjemsvar.ok('round', 'show', round), /kept until +2031-12-31/);
  const months = await hjemsvar.json('round', 'set', round, '--retain-until', '', '--retain-months', '24');
  assert.deepEqual([months.retain_until, months.retain_months, months.kept_until], [null, 24, null]);
  for (const [words, code] of [
    [['--retain-until', '2031-02-29'], 64],
    [['--retain-until', '31-12-2031'], 64],
    [['--retain-months', '0'], 64],
    [['--retain-months', '3', '--retain-until', '2031-12-31'], 64],
    [['--retain-until', '2020-01-01'], 65],
  ]) {
    const wrong = await hjemsvar.cli(['round', 'set', round, ...words]);
    assert.equal(wrong.code, code, `${words}: ${wrong.stderr}`);
    assert.match(wrong.stderr, /hint: /);
  }
  assert.equal((await show()).retain_months, 24, 'what was refused changed nothing');

  await hjemsvar.ok('round', 'close', round);
  await past(round);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  const after = async (months) =>
    (await hjemsvar.sql(`SELECT ((finalised_at AT TIME ZONE 'Europe/Copenhagen') + interval '${months} months')::date
      FROM round WHERE id = ${round}`))[0][0];
  assert.equal((await show()).kept_until, await after(24));
  assert.equal((await hjemsvar.json('round', 'set', round, '--retain-months', '')).kept_until, null);
  const wrong = await hjemsvar.cli(['settings', 'set', 'retention_months', 'five years']);
  assert.equal(wrong.code, 64, wrong.stderr);
  await hjemsvar.ok('settings', 'set', 'retention_months', '60');
  assert.equal((await show()).kept_until, await after(60));
  await hjemsvar.ok('settings', 'set', 'retention_months', '');
});

test('a package for an archive holds what can be read in thirty years, with checksums', async () => {
  const round = await closedRound({ released: true });
  const out = join(folder, 'a.zip');
  const report = ['report', '--round', round, '--format', 'json', '--profile', 'published'];
  const published = await hjemsvar.ok(...report);
  const archive = (...words) => hjemsvar.cli(['round', 'archive', round, '--out', out, ...words], env());
  const early = await archive();
  assert.equal(early.code, 77);
  assert.match(early.stderr, /of a finalised round/);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  const refused = await archive('--profile', 'internal');
  assert.equal(refused.code, 77, 'the controller has not allowed it');
  assert.match(refused.stderr, /archive_rows/);
  await hjemsvar.ok('settings', 'set', 'archive_rows', 'internal');
  const done = await archive('--json');
  await hjemsvar.ok('settings', 'set', 'archive_rows', '');
  assert.equal(done.code, 0, done.stderr);
  const told = JSON.parse(done.stdout);
  assert.match(done.stderr, /1 registration sheets wait for their municipalities and are not in it; hint: use or drop/);
  const bytes = await readFile(out);
  assert.deepEqual([told.sha256, told.bytes], [createHash('sha256').update(bytes).digest('hex'), bytes.length]);
  assert.deepEqual(
    await hjemsvar.sql(`SELECT profile, encode(sha256, 'hex'), bytes FROM round_archive WHERE id = ${told.archive}`),
    [['internal', told.sha256, String(told.bytes)]],
  );
  assert.deepEqual((await readdir(folder)).filter((name) => /hjemsvar-archive/.test(name)), [], 'nothing is left behind');

  const unpacked = join(folder, 'unpacked');
  assert.equal((await run('unzip', ['-q', out, '-d', unpacked])).code, 0);
  const sums = await run('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: unpacked });
  assert.equal(sums.code, 0, sums.stdout);
  const inner = await run('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: join(unpacked, 'answers') });
  assert.equal(inner.code, 0, inner.stdout);
  const names = (await run('find', ['.', '-type', 'f'], { cwd: unpacked })).stdout.trim().split('\n');
  const listed = (await readFile(join(unpacked, 'SHA256SUMS'), 'utf8')).trim().split('\n');
  assert.equal(listed.length, names.length - 1, 'every file but the list itself');

  const text = (name) => readFile(join(unpacked, name), 'utf8');
  assert.equal(csvObjects(await text('answers/answers_wide.csv')).length, 71);
  assert.match(await text('answers/codebook_ddi.xml'), /<codeBook/);
  await text('answers/read_wide.R');
  assert.equal(csvObjects(await text('courses.csv'))[0].course_id, 'HX-77');
  const [release] = JSON.parse(await text('releases.json'));
  const sent = await readFile(join(folder, 'sent.csv'));
  assert.equal(createHash('sha256').update(sent).digest('hex'), release.sha256);
  const again = csvObjects(await text(`releases/${release.release}/answers_wide.csv`));
  assert.deepEqual(again, csvObjects(sent.toString()));
  assert.match(await text(`releases/${release.release}/certificate.html`), /<html/);
  const { number } = JSON.parse(published).release;
  assert.equal(await text(`releases/${number}/report.json`), published, 'the report that everybody has seen');
  assert.equal(await text(`releases/${number}/report.html`), await hjemsvar.ok(...report.map((word) => (word === 'json' ? 'html' : word)), '--release', number));
  assert.match(await text(`releases/${number}/report.pdf`), /^%PDF-1\./);
  assert.equal(JSON.parse(await text('questionnaire.json')).id, 'bilag8');
  assert.equal(JSON.parse(await text('round.json')).parents_were_told.purpose, 'test purpose');
  const events = (await text('audit.jsonl')).trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(events.some(({ action }) => action === 'round.finalise'));
  assert.ok(events.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash)));
  const readme = await text('README.txt');
  assert.match(readme.replace(/\s+/g, ' '), /ingen i kommunen havde taget stilling til, da pakken blev lavet: 1\./);
  assert.match(readme, /Rigsarkivet/);
  assert.match(readme, /test purpose/);
  assert.doesNotMatch(readme, /\{[a-z_]+\}/);
  assert.ok(readme.split('\n').every((line) => line.length <= 200));
  assert.match(await text('README.en.txt'), /thirty|many years/);
});

test('a package of anonymised rows alone has no other row, and no name of staff', async () => {
  const without = await dueRound();
  const nothing = await hjemsvar.cli(['round', 'archive', without, '--out', join(folder, 'n.zip')], env());
  assert.equal(nothing.code, 65);
  assert.match(nothing.stderr, /no anonymised rows/);
  const round = await dueRound({ released: true });
  const out = join(folder, 'b.zip');
  const done = await hjemsvar.cli(['round', 'archive', round, '--out', out], env());
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /anonymised/);
  const unpacked = join(folder, 'anonymised');
  await run('unzip', ['-q', out, '-d', unpacked]);
  const names = (await run('find', ['.', '-type', 'f', '-printf', '%P\n'], { cwd: unpacked })).stdout.trim().split('\n').sort();
  const id = JSON.parse(await readFile(join(unpacked, 'releases.json'), 'utf8'))[0].release;
  assert.deepEqual(names.filter((name) => !name.startsWith(`releases/${id}/`)), [
    'README.en.txt', 'README.txt', 'SHA256SUMS', 'audit.jsonl', 'questionnaire.json',
    'releases.json', 'round.json',
  ]);
  for (const name of ['README.txt', 'answers_wide.csv', 'answers_wide.sav', 'codebook.html', 'codebook_ddi.xml', 'read_wide.R', 'certificate.json'])
    assert.ok(names.includes(`releases/${id}/${name}`), name);
  assert.doesNotMatch(await readFile(join(unpacked, 'audit.jsonl'), 'utf8'), /actor_name/);
});

test('answers past their retention are deleted once they are archived, and not before', async () => {
  const round = await dueRound({ released: true });
  const young = await closedRound();
  const { round: open } = await hjemsvar.createRound();
  await hjemsvar.sql(`UPDATE round SET retain_until = '2020-01-01' WHERE id = ${open}`);

  const dry = await hjemsvar.json('purge', '--dry-run');
  assert.equal(fate(dry, round), 'no_archive');
  assert.equal(fate(dry, open), 'not_finalised');
  assert.equal(fate(dry, young), undefined);
  const refused = await hjemsvar.cli(['purge']);
  assert.equal(refused.code, 77);
  assert.match(refused.stderr, new RegExp(`not deleted: round ${round} .*hint: hjemsvar round archive ${round}`));
  assert.equal(await rowsOf(round), 71);
  await hjemsvar.sql(`UPDATE round SET retain_until = NULL WHERE id = ${open}`);

  const packed = await hjemsvar.cli(['round', 'archive', round, '--out', join(folder, 'c.zip'), '--json'], env());
  assert.equal(packed.code, 0, packed.stderr);
  const { archive, sha256 } = JSON.parse(packed.stdout);
  const told = await hjemsvar.cli(['purge', '--dry-run']);
  assert.match(told.stdout, new RegExp(`would be deleted: round ${round} .*71 answers, 1 courses: archive ${archive} .*${sha256}`));
  assert.equal(await rowsOf(round), 71, 'a rehearsal deletes nothing');

  const done = await hjemsvar.cli(['purge', '--json']);
  const others = fate(JSON.parse(done.stdout), round);
  assert.equal(others, 'deleted');
  assert.equal(await rowsOf(round), 0);
  assert.equal(await rowsOf(young), 71);
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM course WHERE round = ${round}`), [['0']]);
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM quality_figure WHERE round = ${round}`), [['0']]);
  assert.deepEqual(
    await hjemsvar.sql(`SELECT answers, courses, archive FROM round_purge WHERE round = ${round}`),
    [['71', '1', String(archive)]],
  );
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) > 0 FROM release WHERE round = ${round}`), [['t']]);
  assert.deepEqual(
    await hjemsvar.sql(`SELECT action, details FROM audit WHERE round = ${round} AND id > (
      SELECT max(id) FROM audit WHERE round = ${round} AND action = 'round.archive') ORDER BY id`),
    [['round.purge', `{"answers": 71, "archive": ${archive}, "courses": 1}`]],
    'one row, not one a course',
  );
  assert.equal((await hjemsvar.json('audit', 'verify')).sound, true);

  await leavesNothing(round);
  assert.match(await hjemsvar.ok('round', 'show', round), /purged +\d{4}/);
  const late = await hjemsvar.cli(['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal']);
  assert.equal(late.code, 65);
  assert.match(late.stderr, /deleted for good on \d{4}-/);
  const sheet = join(hjemsvar.folder, 'sheet.csv');
  const again = await hjemsvar.cli(['courses', 'import', sheet, '--round', round]);
  assert.notEqual(again.code, 0, 'what comes in now would never be deleted');
  assert.deepEqual(await hjemsvar.sql(`SELECT count(*) FROM course WHERE round = ${round}`), [['0']]);
  assert.equal((await hjemsvar.cli(['round', 'set', round, '--retain-months', '9'])).code, 77);
  assert.equal(fate(await hjemsvar.json('purge', '--dry-run'), round), undefined);
});

test('a course that changed, or a release made since, makes the package too old; a reason can take its place', async () => {
  const round = await dueRound({ released: true });
  const { code } = await hjemsvar.cli(['round', 'archive', round, '--out', join(folder, 'd.zip')], env());
  assert.equal(code, 0);
  assert.equal(fate(await hjemsvar.json('purge', '--dry-run'), round), 'would_delete');
  await hjemsvar.sql(`UPDATE course SET changed_at = now() + interval '1 second' WHERE round = ${round}`);
  assert.equal(fate(await hjemsvar.json('purge', '--dry-run'), round), 'no_archive');
  const [[released]] = await hjemsvar.sql(`SELECT max(id) FROM release WHERE round = ${round}`);
  await hjemsvar.sql(`UPDATE course SET changed_at = now() - interval '1 day' WHERE round = ${round}`);
  assert.equal(fate(await hjemsvar.json('purge', '--dry-run'), round), 'would_delete');
  await hjemsvar.sql(`UPDATE release SET made_at = now() + interval '1 second' WHERE id = ${released}`);
  assert.equal(fate(await hjemsvar.json('purge', '--dry-run'), round), 'no_archive');
  for (const words of [['--without-archive', round], ['--reason', 'x'], ['--without-archive', round, '--reason', ' ']])
    assert.equal((await hjemsvar.cli(['purge', ...words])).code, 64, `${words}`);
  const young = await closedRound();
  const undue = await hjemsvar.cli(['purge', '--without-archive', young, '--reason', 'Vi vil']);
  assert.equal(undue.code, 77);
  assert.equal(await rowsOf(young), 71);
  const why = 'Arkivet har svaret, at runden ikke skal bevares';
  const done = await hjemsvar.cli(['purge', '--without-archive', round, '--reason', why, '--json']);
  assert.equal(fate(JSON.parse(done.stdout), round), 'deleted', done.stderr);
  assert.equal(await rowsOf(round), 0);
  assert.deepEqual(
    await hjemsvar.sql(`SELECT archive, why FROM round_purge WHERE round = ${round}`),
    [['', why]],
  );
  const [[details]] = await hjemsvar.sql(`SELECT details FROM audit WHERE round = ${round} AND action = 'round.purge'`);
  assert.equal(JSON.parse(details).without_archive, true);
});
