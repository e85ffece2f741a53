import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvObjects } from './lib/csv.mjs';
import { checkout, Hjemsvar } from './lib/hjemsvar.mjs';
import { answer, importOk, importRows } from './lib/transfer.mjs';

let hjemsvar, folder, answers;
before(async () => {
  hjemsvar = await Hjemsvar.create();
  folder = await mkdtemp(join(tmpdir(), 'anonymised-'));
  answers = await readFile(join(checkout, 'tests/fixtures/disclosure/answers.csv'), 'utf8');
});
after(async () => {
  await hjemsvar?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Closes a round and lets the time pass in which parents may still be writing. */
async function close(round) {
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
}

/** A closed round with the 71 answers. */
async function closedRound() {
  const { round } = await hjemsvar.createRound('--municipality', '101,217,479,787');
  await importOk(hjemsvar, round, answers);
  await close(round);
  return round;
}

const words = (round, ...more) =>
  ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'anonymised', ...more];
const anonymise = (round, ...more) => hjemsvar.cli(words(round, ...more));

/** Rows by what others can know of somebody. */
function classes(rows) {
  const sizes = new Map();
  for (const row of rows) {
    const key = Object.entries(row)
      .filter(([name]) => /^(municipality|language|q[1-4])(_|$)/.test(name))
      .map(([, value]) => value)
      .join('|');
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return [...sizes.values()];
}

test('71 answers leave so that at least k are alike, with a certificate', async () => {
  for (const k of [3, 5, 10]) {
    const round = await closedRound();
    const certificate = join(folder, `k${k}.json`);
    const done = await anonymise(round, '--k', k, '--certificate', certificate);
    assert.equal(done.code, 0, done.stderr);
    const rows = csvObjects(done.stdout);
    assert.equal(rows.length, 71);
    assert.ok(Math.min(...classes(rows)) >= k);
    assert.deepEqual(rows.map((row) => row.response_id), rows.map((_, i) => String(i + 1)));
    for (const name of ['received_week', 'language', 'q10', 'q1_text', 'external_id', 'weight']) {
      assert.ok(!(name in rows[0]), name);
    }
    const q7 = csvObjects(answers.replaceAll('\n', '\r\n')).map((row) => row.q7).sort();
    assert.deepEqual(rows.map((row) => row.q7).sort(), q7, 'what identifies nobody is all there');

    const told = JSON.parse(await readFile(certificate, 'utf8'));
    assert.equal(told.k_asked, k);
    assert.equal(told.k_reached, Math.min(...classes(rows)));
    assert.equal(told.classes, classes(rows).length);
    assert.equal(told.below_after, 0);
    assert.ok(told.uniques_before > 0);
    assert.match(done.stderr, /release \d+: 71 rows, k = \d+/);
  }
});

// docs/disclosure.md shows what the same answers become with three k, and one certificate whole.
test('the certificates of 71 answers are those of the documentation', async () => {
  const said = await readFile(join(checkout, 'docs/disclosure.md'), 'utf8');
  const cells = (name) => new RegExp(`^\\| ${name}[^|]*\\|(.*)\\|$`, 'm').exec(said)[1].split('|').map((cell) => cell.trim());
  const percent = (share) => `${Math.round(share * 100)} %`;
  const shown = {
    'k reached': (told) => `${told.k_reached}`,
    'groups of equal rows': (told) => `${told.classes}`,
    'rows that were alone': (told) => `${told.uniques_before}, ${told.uniques_after}`,
    'rows in groups under k': (told) => `${told.below_before}, ${told.below_after}`,
    'rows with single values': (told) => `${told.touched}`,
    'information lost': (told) => percent(told.loss),
  };
  for (const number of [5, 6, 7, 8, 9])
    shown[`q${number}: answers withheld`] = ({ questions }) => {
      const { kept, lost, l } = questions.find(({ name }) => name === `q${number}`);
      return `${lost} of ${kept + lost}; ${l}`;
    };
  const round = await closedRound();
  const names = ['--override-by', 'Bo Lind', '--override-why', 'til dokumentationen'];
  for (const [i, k] of [3, 10, 5].entries()) {
    const json = join(folder, `doc${k}.json`);
    const done = await anonymise(round, '--k', k, '--certificate', json, ...(i > 0 ? names : []));
    assert.equal(done.code, 0, done.stderr);
    const told = JSON.parse(await readFile(json, 'utf8'));
    for (const [name, value] of Object.entries(shown))
      assert.equal(cells(name)[[3, 5, 10].indexOf(k)], value(told), `k = ${k}: ${name}`);
    if (k !== 5) continue;
    const text = join(folder, 'doc.txt');
    await hjemsvar.ok(...words(round, '--release', told.release, '--certificate', text, '--out', join(folder, 'doc.csv')));
    const certificate = await readFile(text, 'utf8');
    assert.ok(said.includes(certificate.slice(certificate.indexOf('Metode og resultat'))), certificate);
  }
});

test('a release can be had again byte for byte, and no second version of it', async () => {
  const round = await closedRound();
  const first = await anonymise(round, '--with', 'language');
  assert.equal(first.code, 0, first.stderr);
  assert.ok('language' in csvObjects(first.stdout)[0]);
  const release = /release (\d+)/.exec(first.stderr)[1];

  const again = await anonymise(round, '--release', release);
  assert.equal(again.stdout, first.stdout);

  const other = await anonymise(round, '--k', '3');
  assert.equal(other.code, 77);
  assert.match(other.stderr, new RegExp(`release ${release} gave the rows.*--release ${release}`));
  assert.equal(other.stdout, '');

  const nameless = await anonymise(round, '--k', '3', '--override-by', 'Bo Lind');
  assert.equal(nameless.code, 64);
  const text = join(folder, 'override.txt');
  const overridden = await anonymise(
    round, '--k', '3', '--override-by', 'Bo Lind', '--override-why', 'den første blev aldrig sendt', '--certificate', text,
  );
  assert.equal(overridden.code, 0, overridden.stderr);
  assert.match(await readFile(text, 'utf8'), /Bo Lind: den første blev aldrig sendt/);
});

test('a release of answers of which one was withdrawn since cannot be made again', async () => {
  const round = await closedRound();
  const first = await anonymise(round);
  const release = /release (\d+)/.exec(first.stderr)[1];
  await hjemsvar.sql(`UPDATE submission SET withdrawn = true, answers = NULL, language = NULL, digest = NULL
    WHERE id = (SELECT min(id::text)::uuid FROM submission WHERE round = ${round})`);
  const again = await anonymise(round, '--release', release);
  assert.equal(again.code, 65);
  assert.match(again.stderr, /cannot be made again: answers were withdrawn/);
  const fresh = await anonymise(round);
  assert.equal(fresh.code, 77, 'nor is one without it given away: the difference is one parent');
});

test('only a closed round is given away, and only as a whole', async () => {
  const { round } = await hjemsvar.createRound('--municipality', '101,217,479,787');
  await importOk(hjemsvar, round, answers);
  const open = await anonymise(round);
  assert.equal(open.code, 65);
  assert.match(open.stderr, /is open.*round close/);
  await hjemsvar.ok('round', 'close', round);
  assert.match((await anonymise(round)).stderr, /parents may be writing until/);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  const part = await anonymise(round, '--municipality', '101');
  assert.equal(part.code, 64);
  assert.match(part.stderr, /--municipality is not for --profile anonymised/);
  assert.equal((await anonymise(round, '--k', '2')).code, 64);
});

test('what cannot be reached is refused with what would help', async () => {
  const round = await closedRound();
  const much = await anonymise(round, '--k', '60');
  assert.equal(much.code, 65);
  const { groups } = /k = 60 cannot be reached: .*--k (?<k>\d+) can/.exec(much.stderr);
  assert.equal((await anonymise(round, '--k', groups.k)).code, 0);

  const few = (await hjemsvar.createRound()).round;
  await importRows(hjemsvar, few, [answer(), answer()]);
  await close(few);
  const none = await anonymise(few);
  assert.equal(none.code, 65);
  assert.match(none.stderr, /fewer than 3 answers/);
});

test('the certificate is a page in Danish with the words of its language', async () => {
  const round = await closedRound();
  const page = join(folder, 'certificate.html');
  const done = await anonymise(round, '--certificate', page, '--dialect', 'excel');
  assert.equal(done.code, 0, done.stderr);
  assert.ok(done.stdout.startsWith('\ufeffresponse_id;'));
  const html = await readFile(page, 'utf8');
  assert.match(html, /<html lang="da">/);
  assert.match(html, /k, som er nået \(den mindste gruppe\)/);
  assert.match(html, /Helsingør, Svendborg|udeladt i alle rækker/);
});

test('a definition stored by an older version says after migrate which answers identify', async () => {
  const round = await closedRound();
  await hjemsvar.sql("UPDATE questionnaire SET definition = definition - 'identifying'");
  const old = await anonymise(round);
  assert.equal(old.code, 65);
  assert.match(old.stderr, /hint: hjemsvar migrate/);
  await hjemsvar.ok('migrate');
  const done = await anonymise(round);
  assert.equal(done.code, 0, done.stderr);
});
