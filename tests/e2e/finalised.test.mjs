// A finalised round, as somebody reads it who has the whole database: nothing links two answers, or
// an answer to a code.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { columnInserts } from './lib/dump.mjs';
import { repeated, strangers } from './lib/families.mjs';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { sendJson, startServer } from './lib/server.mjs';
import { answer, exportObjects, importRows } from './lib/transfer.mjs';

const note = 'en hemmelig note';
const phone = { q1: 2, q3: 1, q5_1: 1, q7: 1, q9: 9, q10: 'Tak' };

let hjemsvar;
let server;
let round; // of three municipalities, with open links
let coded; // with a code a letter
let before101; // the export of what is left later on
let secrets; // what led to an answer while the rounds ran
let groups; // ids of answers of one person each
let keys; // names of key files
let dump;
let tables; // rows of the dump by table

/** All that stands beside the answers of a round, as text. */
async function traits(of) {
  const rows = await hjemsvar.sql(
    `SELECT s.number, encode(s.receipt, 'hex'), encode(s.digest, 'hex'), s.external_id, t.arrived_at
     FROM submission s LEFT JOIN submission_trace t ON t.round = s.round AND t.submission = s.id
     WHERE s.round = ${of}`,
  );
  return rows.flat().filter((value) => value !== '');
}

const idsOf = async (of) =>
  Object.fromEntries(await hjemsvar.sql(`SELECT external_id, id FROM submission WHERE round = ${of} AND external_id <> ''`));

async function fillOpen(links) {
  const receipts = [];
  for (let i = 0; i < 6; i++) {
    const sent = await sendJson(server, links[0], phone);
    assert.equal(sent.status, 201, sent.text);
    receipts.push(sent.json().receipt);
  }
  const six = (await hjemsvar.sql(`SELECT id FROM submission WHERE round = ${round}`)).flat();
  const of = (municipality, rows) =>
    rows.map((row) => ({ ...row, municipality_code: municipality, external_id: `${municipality} ${row.external_id}` }));
  await importRows(hjemsvar, round, [
    ...of(101, [...strangers(30), ...repeated()]),
    ...of(217, [...strangers(12, 3), ...repeated()]),
    ...of(479, repeated().slice(0, 2)),
  ]);
  const id = await idsOf(round);
  const again = (municipality, count) => Array.from({ length: count }, (_, i) => id[`${municipality} again ${i}`]);
  groups = [six, again(101, 3), again(217, 3), again(479, 2)];
  return [...links, ...receipts];
}

async function fillCoded() {
  const place = ['--round', coded, '--municipality', '101', '--letters', '6'];
  const made = (await hjemsvar.ok('codes', 'make', ...place)).trim().split('\n');
  const codes = made.map((link) => link.replace('HTTPS://SVAR.EXAMPLE/S/', ''));
  for (const [i, code] of codes.entries()) {
    assert.equal((await sendJson(server, code, { q1: 1 + (i % 2), q3: 1, q7: 1 + (i % 4), q9: 5 + i })).status, 201);
  }
  const hashes = (await hjemsvar.sql(`SELECT encode(hash, 'hex') FROM code WHERE round = ${coded}`)).flat();
  assert.equal(hashes.length, 6);
  return [...codes.map((code) => code.slice(0, 10)), ...hashes];
}

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const made = await hjemsvar.createRound('--municipality', '101,217,479');
  round = made.round;
  ({ round: coded } = await hjemsvar.createRound('--codes', 'single', '--municipality', '101'));
  server = await startServer(hjemsvar);
  secrets = [note, ...(await fillOpen(made.links.map(({ code }) => code))), ...(await fillCoded())];
  secrets.push(...(await traits(round)), ...(await traits(coded)));
  const [a, b, c] = groups[1];
  await hjemsvar.ok('duplicates', 'decide', '--round', round, a, b, '--same', '--counts', 'A', '--note', note);
  await hjemsvar.ok('duplicates', 'decide', '--round', round, b, c, '--undecided');
  before101 = (await exportObjects(hjemsvar, round)).filter((row) => row.municipality_code === '101');
  await importRows(hjemsvar, round, [answer({ external_id: 'late' })]);
  for (const one of [round, coded]) {
    await hjemsvar.ok('round', 'close', one);
    await hjemsvar.ok('round', 'finalise', one, '--yes');
  }
  keys = await readdir(hjemsvar.keys);
  const { stdout: bindir } = await run('pg_config', ['--bindir']).catch(() => ({ stdout: '/usr/lib/postgresql/15/bin' }));
  dump = await run(join(bindir.trim(), 'pg_dump'), ['--column-inserts', '-d', hjemsvar.env.HJEMSVAR_DATABASE_URL]);
  assert.equal(dump.code, 0, dump.stderr);
  tables = columnInserts(dump.stdout);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

/** Finalised answers, as the dump has them. */
const answers = (of) => tables[`submission_final_${of}`];

test('the dump is of everything', async () => {
  const all = await hjemsvar.sql(
    `SELECT relname, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', relname), false, true, '')))[1]
     FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  assert.ok(all.length > 20);
  for (const [name, count] of all) {
    assert.equal(tables[name]?.length ?? 0, Number(count), name);
  }
  assert.equal(answers(round).length, 6 + 33 + 15 + 2 + 1);
  assert.equal(answers(coded).length, 6);
});

test('an answer stands in its own row alone, and no row names two', () => {
  const lines = dump.stdout.split('\n');
  const ids = [...answers(round), ...answers(coded)].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    const found = lines.filter((line) => line.includes(id));
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0], /^INSERT INTO public\.submission_final_\d+ /);
  }
});

test('what led to an answer while the round ran is nowhere', () => {
  assert.ok(secrets.length > 150, `${secrets.length}`);
  for (const secret of secrets) {
    assert.ok(!dump.stdout.includes(secret), `${secret} is gone`);
  }
  const gone = /^(submission|submission_trace|flag|pair|review)_\d+$/;
  assert.deepEqual(Object.keys(tables).filter((name) => gone.test(name)), []);
  assert.deepEqual(tables.code ?? [], []);
  assert.deepEqual(tables.quality_figure ?? [], [], 'sums with and without somebody');
  assert.deepEqual(keys, [], 'keys of traces');
});

test('rows stand in the order of their random ids, and the day is a quarter', () => {
  for (const of of [round, coded]) {
    const ids = answers(of).map(({ id }) => id);
    // A short row may go back to a page that a longer one did not fit in.
    const back = ids.filter((id, i) => i > 0 && id < ids[i - 1]);
    assert.ok(back.length < ids.length / 10, `${back.length} of ${ids.length} are out of order`);
    for (const row of answers(of)) {
      assert.match(row.received_on, /^\d{4}-(01|04|07|10)-01$/);
      for (const name of ['number', 'receipt', 'digest', 'external_id']) assert.equal(row[name], null, name);
    }
  }
});

test('nothing that is kept of the flags singles out the answers of one person', () => {
  // Three of the flags say nothing but what the answers beside them say; an import has no translation.
  const said = { id: null, answers: null, translation: null, flag_scale: null, flag_straightline: null, flag_empty: null };
  const kept = (row) => JSON.stringify({ ...row, ...said });
  for (const group of groups) {
    const rows = answers(round).filter(({ id }) => group.includes(id));
    assert.equal(rows.length, group.length);
    if (rows[0].municipality === '479') continue; // no others there to be taken for: below
    for (const row of rows) {
      const alike = answers(round).filter((other) => kept(other) === kept(row));
      assert.ok(alike.some(({ id }) => !group.includes(id)), `${kept(row)} is of ${alike.length}`);
    }
  }
});

test('flagged answers of a municipality share alike, and weigh as much as before', () => {
  const of = (municipality) => answers(round).filter((row) => row.municipality === municipality);
  const values = (rows, name) => [...new Set(rows.map((row) => row[name]))];
  const sum = (rows, name) => rows.reduce((total, row) => total + Number(row[name]), 0);

  const flagged = of('101').filter((row) => row.flag_duplicate === '1');
  assert.equal(flagged.length, 9);
  assert.equal(values(flagged, 'weight').length, 1, 'the weight of no group is its own');
  const rest = of('101').filter((row) => row.flag_duplicate === '0');
  assert.equal(rest.length, 31, 'also who came after the last export');
  assert.deepEqual(values(rest, 'weight'), ['1']);
  assert.equal(sum(of('101'), 'weight').toFixed(4), (sum(before101, 'weight') + 1).toFixed(4));
  assert.equal(sum(flagged, 'flag_duplicate'), sum(before101, 'flag_duplicate'));

  assert.deepEqual(values(of('217'), 'flag_duplicate'), [null], 'one group alone is not named');
  assert.equal(values(of('217'), 'weight').length, 1);
  assert.equal(sum(of('217'), 'weight').toFixed(4), '13.0000');
  assert.deepEqual(values(of('479'), 'flag_duplicate'), [null], 'of two answers nothing is told');
  assert.deepEqual(values(of('479'), 'weight'), ['1']);
  assert.deepEqual(values(answers(round), 'flag_burst'), [null]);
});

test('pairs and decisions are refused, and the export has what is left', async () => {
  const [[a, b]] = groups;
  for (const words of [['list'], ['decide', a, b, '--same'], ['refresh']]) {
    const done = await hjemsvar.cli(['duplicates', ...words, '--round', round]);
    assert.equal(done.code, 77, words.join(' '));
    assert.match(done.stderr, /finalised/);
  }
  const rows = await exportObjects(hjemsvar, round);
  assert.equal(rows.length, answers(round).length);
  assert.equal(rows.filter((row) => row.flag_duplicate === '1').length, 9);
  assert.ok(rows.every((row) => row.weight !== ''));
});
