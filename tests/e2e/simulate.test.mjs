// The simulator of bench/: the same seed is the same file, its mix is what it
// says, and what it writes can be imported.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvObjects } from './lib/csv.mjs';
import { build, Hjemsvar, run } from './lib/hjemsvar.mjs';
import { exportObjects, importOk } from './lib/transfer.mjs';

const kinds = ['csv', 'people.csv', 'pairs.csv'];

const codes = Array.from({ length: 98 }, (_, i) => 101 + i);

let folder;
let many; // one large simulation, whose facts stay the same in repeats
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  const words = ['--municipality', codes.join(','), '--answers', 40, '--change-what', 'opinions'];
  const files = await simulate('--seed', 2, ...words);
  const people = csvObjects(files['people.csv']);
  many = {
    rows: csvObjects(files.csv),
    people,
    pairs: csvObjects(files['pairs.csv']),
    first: new Set(people.filter((row) => row.repeat === '0').map((row) => row.external_id)),
  };
});
after(() => rm(folder, { recursive: true, force: true }));

let made = 0;
/** The three files as texts, by kind. */
async function simulate(...words) {
  const prefix = join(folder, `run${++made}`);
  const done = await run(join(build, 'simulate'), [...words, prefix]);
  assert.equal(done.code, 0, done.stderr);
  return Object.fromEntries(
    await Promise.all(kinds.map(async (kind) => [kind, await readFile(`${prefix}.${kind}`, 'utf8')])),
  );
}

function share(items, holds) {
  return items.filter(holds).length / items.length;
}

function near(actual, expected, tolerance, what) {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not about ${expected}`);
}

test('the same seed gives the same files to the byte, another seed others', async () => {
  const [first, again, other] = await Promise.all([
    simulate('--seed', 7, '--answers', 60),
    simulate('--seed', 7, '--answers', 60),
    simulate('--seed', 8, '--answers', 60),
  ]);
  assert.deepEqual(again, first);
  for (const kind of kinds) {
    assert.notEqual(other[kind], first[kind], kind);
  }
});

test('households, parents and ratings are mixed as it says', () => {
  const rows = many.rows.filter((row) => many.first.has(row.external_id));
  near(share(rows, (row) => row.q1 === '1'), 0.28, 0.02, 'fathers');
  near(share(rows, (row) => row.q1 === '2'), 0.7, 0.02, 'mothers');
  const rated = rows.map((row) => Number(row.q9_first)).filter((q9) => q9 >= 1 && q9 <= 10);
  near(rated.reduce((sum, q9) => sum + q9, 0) / rated.length, 8.5, 0.1, 'mean of question 9');
  const couples = [...new Map(many.people.map((row) => [row.household, row.couple])).values()];
  near(share(couples, (couple) => couple !== 'none'), 0.3, 0.025, 'both parents answer');
  const both = couples.filter((couple) => couple !== 'none');
  near(share(both, (couple) => couple === 'same_sex'), 0.05, 0.02, 'same-sex couples');
});

test('six in a hundred parents repeat, in the places it says', () => {
  const repeaters = new Set(many.people.filter((row) => row.repeat === '1').map((row) => row.person));
  near(repeaters.size / many.first.size, 0.06, 0.01, 'repeat');
  const pairs = many.pairs.filter((pair) => pair.same === 'person');
  const ofFirst = pairs.filter((pair) => many.first.has(pair.a) || many.first.has(pair.b));
  near(share(ofFirst, (pair) => pair.shared === 'both'), 0.7, 0.06, 'same network and device');
  near(share(ofFirst, (pair) => pair.shared === 'neither'), 0.1, 0.04, 'neither');
  const rows = new Map(many.rows.map((row) => [row.external_id, row]));
  const rating = (id) => Number(rows.get(id).q9);
  const told = ofFirst.filter((pair) => rating(pair.a) !== 99);
  near(share(told, (pair) => rating(pair.a) !== rating(pair.b)), 0.15, 0.04, 'changed rating');
  for (const { a, b, shared } of pairs) {
    assert.equal(rows.get(a).q1, rows.get(b).q1, 'facts stay');
    assert.equal(rows.get(a).network === rows.get(b).network, ['both', 'network'].includes(shared));
    assert.equal(rows.get(a).device === rows.get(b).device, ['both', 'device'].includes(shared));
  }
});

test('some municipalities have one tablet that a share of families use', () => {
  const onTablet = many.people.filter((row) => row.tablet === '1');
  const having = new Set(onTablet.map((row) => row.external_id.split('-')[0]));
  near(having.size / codes.length, 0.15, 0.07, 'municipalities with a tablet');
  const rows = many.rows.filter((row) => having.has(row.municipality_code));
  near(onTablet.length / rows.length, 0.23, 0.07, 'answers given on it');
});

test('a simulated file is imported as it is, once', async () => {
  const hjemsvar = await Hjemsvar.create();
  try {
    const { csv } = await simulate('--municipality', '101,217', '--answers', 60);
    const { round } = await hjemsvar.createRound();
    assert.deepEqual(await importOk(hjemsvar, round, csv), { round, stored: 120, skipped: 0 });
    assert.deepEqual(await importOk(hjemsvar, round, csv), { round, stored: 0, skipped: 120 });
    const traces = await hjemsvar.sql(
      `SELECT count(*) FROM submission_trace WHERE network IS NOT NULL AND device IS NOT NULL`,
    );
    assert.deepEqual(traces, [['120']]);
    const exported = new Map((await exportObjects(hjemsvar, round)).map((row) => [row.external_id, row]));
    for (const row of csvObjects(csv)) {
      const { submitted_at, seconds, network, device, ...content } = row;
      const back = exported.get(row.external_id);
      for (const [column, value] of Object.entries(content)) {
        assert.equal(back[column], value, `${row.external_id} ${column}`);
      }
    }
  } finally {
    await hjemsvar.drop();
  }
});
