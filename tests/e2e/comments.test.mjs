// Parents' own words: read and decided on apart from everything else, at the command line and in
// the console.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import { answer, exportObjects, exportText, importRows } from './lib/transfer.mjs';

const named = 'Mette Holm var god, ring 22 33 44 55';

let hjemsvar;
let round;

before(async () => {
  hjemsvar = await Hjemsvar.create();
});

after(async () => {
  await hjemsvar?.drop();
});

beforeEach(async () => {
  ({ round } = await hjemsvar.createRound('--municipality', '217,101'));
  await importRows(hjemsvar, round, [
    answer({ q10: named, external_id: 'named' }),
    answer({ q10: 'Tak for hjælpen', municipality_code: 217, external_id: 'thanks' }),
    answer({ q10: 'شكرا يا مته', language: 'ar', external_id: 'arabic' }),
    answer({ q10: 'Noget slemt', q1: 3, q1_text: 'bedstemor', external_id: 'concern' }),
    answer({ external_id: 'silent' }),
  ]);
});

const list = async (...more) =>
  JSON.parse(await hjemsvar.ok('comments', 'list', '--round', round, '--json', ...more)).comments;
const all = () => list('--state', 'all');
const numberOf = async (start) => (await all()).find(({ text }) => text.startsWith(start)).comment;
const decide = (comment, ...flags) =>
  hjemsvar.cli(['comments', 'decide', comment, '--round', round, ...flags]);
const summary = async () => JSON.parse(await hjemsvar.ok('comments', 'summary', '--round', round, '--json'));

test('the list holds each text, its words, and nothing else of the answer', async () => {
  const comments = await all();
  assert.deepEqual(comments.map(({ field, text }) => `${field} ${text}`).sort(), [
    'q10 Mette Holm var god, ring [telefonnummer]',
    'q10 Noget slemt',
    'q10 Tak for hjælpen',
    'q10 شكرا يا مته',
    'q1_text bedstemor',
  ]);
  assert.deepEqual(comments.map(({ comment }) => comment), comments.map(({ comment }) => comment).sort());
  const named = comments.find(({ text }) => text.startsWith('Mette'));
  assert.deepEqual(named.words, ['Mette', 'Holm', 'var', 'god', 'ring']);
  assert.deepEqual(Object.keys(named).sort(), ['at', 'by', 'by_name', 'comment', 'decision', 'field', 'state', 'text', 'words']);
  const ids = (await hjemsvar.sql(`SELECT id FROM submission WHERE round = ${round}`)).flat();
  assert.ok(ids.every((id) => !JSON.stringify(comments).includes(id.slice(0, 8))));
  const [first, second] = comments;
  assert.deepEqual(await list('--state', 'all', '--limit', '1'), [first]);
  assert.deepEqual(await list('--state', 'all', '--limit', '1', '--after', first.comment), [second]);
  const text = await hjemsvar.ok('comments', 'list', '--round', round);
  assert.match(text, /words: 1 Mette, 2 Holm, 3 var, 4 god, 5 ring\n/);
});

test('what was decided is counted, holds in exports, and can be undone', async () => {
  const [mette, thanks, slemt] = [await numberOf('Mette'), await numberOf('Tak'), await numberOf('Noget')];
  for (const [comment, ...flags] of [[mette, '--mask', '1,2'], [thanks, '--publishable'], [slemt, '--concern']]) {
    const done = await decide(comment, ...flags);
    assert.equal(done.code, 0, done.stderr);
  }
  assert.deepEqual(await summary(), { round, waiting: 2, publishable: 1, mask: 1, never: 0, concern: 1 });
  const shown = async () => Object.fromEntries((await exportObjects(hjemsvar, round)).map(({ external_id, q10 }) => [external_id, q10]));
  assert.deepEqual(await shown(), {
    named: '[udeladt] var god, ring [telefonnummer]',
    thanks: 'Tak for hjælpen',
    arabic: 'شكرا يا مته',
    concern: '[holdt tilbage]',
    silent: '',
  });
  assert.doesNotMatch(await exportText(hjemsvar, round, '--format', 'jsonl'), /Mette|slemt/);

  assert.equal((await decide(mette, '--undo')).code, 0);
  assert.equal((await shown()).named, 'Mette Holm var god, ring [telefonnummer]');
  assert.deepEqual((await list('--state', 'mask')), []);
  const [one] = await list('--state', 'concern');
  assert.equal(one.by, 'operator');
  assert.match(one.at, /^20\d\d-\d\d-\d\dT/);
});

test('a concern shows what the evaluator has written on it', async () => {
  const slemt = await numberOf('Noget');
  const nothing = await decide(slemt, '--concern');
  assert.match(nothing.stderr, /settings set concern_procedure/);
  await hjemsvar.ok('settings', 'set', 'concern_procedure', 'Ring til lederen samme dag.');
  assert.match((await decide(slemt, '--concern')).stdout, /Ring til lederen samme dag\./);
});

test('a command that cannot be is refused with a hint, and nothing is decided', async () => {
  const mette = await numberOf('Mette');
  const cases = [
    [[mette], 64, /--publishable/],
    [[mette, '--never', '--concern'], 64, /more than one/],
    [[mette, '--mask', '6'], 64, /no word/],
    [[mette, '--mask', 'Mette'], 64, /no word/],
    [[mette, '--mask', ''], 64, /no word/],
    [['00000000000000000000', '--never'], 65, /comments list/],
    [["x' OR true", '--mask', '1'], 65, /comments list/],
    [[mette, '--undo'], 65, /nothing is decided/],
  ];
  for (const [words, code, hint] of cases) {
    const done = await decide(...words);
    assert.equal(done.code, code, `${words}: ${done.stderr}`);
    assert.match(done.stderr, hint);
  }
  for (const flags of [['--state', 'done'], ['--limit', '0'], ['--limit', '201']]) {
    const done = await hjemsvar.cli(['comments', 'list', '--round', round, ...flags]);
    assert.equal(done.code, 64);
    assert.match(done.stderr, /hint: /);
  }
  assert.equal((await summary()).waiting, 5);
});
