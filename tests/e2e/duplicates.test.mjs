// Answers of probably one person at the command line: found, decided by a reviewer, in the export.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { repeated, strangers } from './lib/families.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { sendJson, startServer, withdraw } from './lib/server.mjs';
import { answer, exportObjects, exportText, importRows } from './lib/transfer.mjs';

let hjemsvar;
before(async () => {
  hjemsvar = await Hjemsvar.create();
});
after(() => hjemsvar?.drop());

async function roundOf(rows, ...words) {
  const { round } = await hjemsvar.createRound('--municipality', '101', ...words);
  await importRows(hjemsvar, round, rows);
  return round;
}

const list = (round) => hjemsvar.json('duplicates', 'list', '--round', round);

/** response_id by external_id. */
async function ids(round, of = hjemsvar) {
  const rows = await of.sql(`SELECT external_id, id FROM submission WHERE round = ${round}`);
  return Object.fromEntries(rows);
}

async function byExternal(round, of = hjemsvar) {
  const rows = await exportObjects(of, round);
  return Object.fromEntries(rows.map((row) => [row.external_id, row]));
}

const decide = (round, ...words) => hjemsvar.json('duplicates', 'decide', '--round', round, ...words);

test('three answers of one parent are one cluster, with reasons, and weigh a third each', async () => {
  const round = await roundOf([...strangers(40), ...repeated()]);
  const id = await ids(round);
  const again = [id['again 0'], id['again 1'], id['again 2']].sort();

  const listed = await list(round);
  assert.equal(listed.round, round);
  assert.deepEqual(listed.clusters, [again]);
  const flagged = listed.pairs.filter((pair) => pair.flagged);
  assert.equal(flagged.length, 3);
  for (const pair of flagged) {
    assert.ok(pair.a < pair.b);
    assert.ok(pair.probability > 0.9 && pair.probability <= 1, `${pair.probability}`);
    assert.ok(pair.weight_bits > 5);
    const reasons = pair.reasons.join('\n');
    assert.match(reasons, /^same network/m);
    assert.match(reasons, /^sent \d minutes? apart$/m);
    assert.match(reasons, /^same text in question 10; 1 other answer has it$/m);
  }
  const probabilities = listed.pairs.map((pair) => pair.probability);
  assert.deepEqual(probabilities, [...probabilities].sort((a, b) => b - a), 'the likeliest first');
  assert.ok(probabilities.every((probability) => probability > 0.01));

  const rows = await byExternal(round);
  for (const [external, row] of Object.entries(rows)) {
    const repeat = external.startsWith('again');
    assert.equal(row.flag_duplicate, repeat ? '1' : '0', external);
    assert.equal(row.weight, repeat ? '0.333333' : '1', external);
  }
});

test('a mother and a father of one home are two answers', async () => {
  const [mother] = repeated();
  const father = { ...mother, q1: 1, external_id: 'father', submitted_at: '2026-11-12T20:31' };
  const round = await roundOf([...strangers(40), mother, father]);
  assert.deepEqual((await list(round)).clusters, []);
  const rows = await byExternal(round);
  assert.equal(rows.father.flag_duplicate, '0');
  assert.equal(rows['again 0'].weight, '1');
});

test('a reviewer parts, joins, says which one counts, and takes it back', async () => {
  const round = await roundOf([...strangers(40), ...repeated().slice(0, 2)]);
  const id = await ids(round);
  const [a, b] = [id['again 0'], id['again 1']];
  const other = id['family 0'];
  const weights = async () => {
    const rows = await byExternal(round);
    return ['again 0', 'again 1', 'family 0'].map((name) => `${rows[name].flag_duplicate} ${rows[name].weight}`);
  };
  assert.deepEqual(await weights(), ['1 0.5', '1 0.5', '0 1']);

  const decided = await decide(round, a, b, '--different', '--note', 'two sisters');
  assert.deepEqual(decided, { round, a, b, decision: 'different', counts: null });
  assert.deepEqual(await weights(), ['0 1', '0 1', '0 1']);
  let listed = await list(round);
  assert.deepEqual(listed.clusters, []);
  const pair = listed.pairs.find((found) => [a, b].includes(found.a) && [a, b].includes(found.b));
  assert.equal(pair.flagged, false);
  assert.equal(pair.decided.decision, 'different');
  assert.equal(pair.decided.note, 'two sisters');
  assert.equal(pair.decided.by, 'operator');

  await decide(round, b, other, '--same', '--counts', other.toUpperCase());
  assert.deepEqual(await weights(), ['0 1', '1 0', '1 1']);
  listed = await list(round);
  assert.deepEqual(listed.clusters, [[b, other].sort()]);

  await decide(round, a, b, '--undo');
  assert.deepEqual(await weights(), ['1 0.5', '1 0', '1 0.5'], 'joined by way of the second');
  await decide(round, other, b, '--undo');
  assert.deepEqual(await weights(), ['1 0.5', '1 0.5', '0 1']);
  await decide(round, a, b, '--undecided');
  assert.deepEqual(await weights(), ['1 0.5', '1 0.5', '0 1']);

  const history = await hjemsvar.sql(
    `SELECT count(*), count(undone_at), count(*) FILTER (WHERE actor = 'operator') FROM review WHERE round = ${round}`,
  );
  assert.deepEqual(history, [['3', '2', '3']], 'nothing is deleted');
  const audit = await hjemsvar.json('audit', 'list');
  const told = audit.filter((row) => row.action.startsWith('duplicates.') && row.round === round);
  assert.equal(told.length, 5);
  assert.doesNotMatch(JSON.stringify(told), new RegExp(`${a}|${b}|${other}|sisters`));
  assert.ok(told.every((row) => row.municipality === null));
});

test('flags are made anew when they are stale, and their time is told', async () => {
  const round = await roundOf(strangers(10));
  const computed = async () => (await hjemsvar.sql(`SELECT refreshed_at FROM quality_run WHERE round = ${round}`))[0]?.[0];
  assert.equal(await computed(), undefined);
  const first = await hjemsvar.cli(['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal']);
  assert.equal(first.code, 0);
  assert.match(first.stderr, /flags and weights were computed 20\d\d-/);
  const then = await computed();
  await exportText(hjemsvar, round);
  assert.equal(await computed(), then, 'nothing has changed');
  await importRows(hjemsvar, round, repeated());
  await exportText(hjemsvar, round);
  const later = await computed();
  assert.notEqual(later, then);
  const counts = await hjemsvar.json('duplicates', 'refresh', '--round', round);
  assert.notEqual(await computed(), later, 'when told to');
  assert.equal(counts.answers, 13);
  assert.equal(counts.flag_duplicate, 3);
  assert.equal(counts.weight.toFixed(6), '11.000000');
});

test('an upside-down scale, speed, straight lines, empty answers and bursts are flagged', async () => {
  const rows = strangers(40);
  const same = (code) => ({ q5_1: code, q6_1: code, q7: code, q8_1: code });
  const at = { submitted_at: '2026-11-19T10:00', seconds: 240 };
  rows.push(answer({ ...same(1), q9: 1, external_id: 'turned', ...at }));
  rows.push(answer({ ...same(1), q9: 10, q9_first: 1, q9_check: 2, external_id: 'asked', ...at }));
  rows.push(answer({ ...same(5), q9: 10, external_id: 'mirror', ...at }));
  rows.push(answer({ ...same(3), q9: 5, external_id: 'line', ...at }));
  rows.push(answer({ ...same(1), q9: 9, external_id: 'satisfied', ...at, submitted_at: '2026-11-18T10:00' }));
  rows.push(answer({ external_id: 'fast', seconds: 4, submitted_at: '2026-11-18T20:00' }));
  rows.push({ municipality_code: 101, q1: 2, q2: 1, q3: 1, q4_1: 1, external_id: 'empty', submitted_at: '2026-11-17T20:00' });
  rows.push(answer({ external_id: 'untimed' }));
  for (let i = 0; i < 12; i++) {
    rows.push({ ...strangers(12, 7)[i], external_id: `burst ${i}`, submitted_at: `2026-11-20T09:0${i % 5}` });
  }
  const found = await byExternal(await roundOf(rows));
  const flags = (name) =>
    ['scale', 'speed', 'straightline', 'empty', 'burst'].map((flag) => found[name][`flag_${flag}`] || '-').join('');
  assert.equal(flags('turned'), '10000');
  assert.equal(flags('asked'), '00000', 'who was asked on the phone is never flagged');
  assert.equal(flags('mirror'), '20000');
  assert.equal(flags('line'), '00100');
  assert.equal(flags('satisfied'), '00000', 'honest families agree with everything');
  assert.equal(flags('fast')[1], '1');
  assert.equal(flags('empty'), '---10', 'no scale, no time, no line to look at');
  assert.equal(flags('untimed')[1] + flags('untimed')[4], '--', 'what is not known is empty');
  for (let i = 0; i < 12; i++) {
    assert.equal(found[`burst ${i}`].flag_burst, '1');
  }
  assert.equal(Object.values(found).filter((row) => row.flag_burst === '1').length, 12);
});

test('works with traces off, and says what it rests on', async () => {
  const round = await roundOf([...strangers(40), ...repeated()], '--traces', 'off');
  const done = await hjemsvar.cli(['duplicates', 'list', '--round', round]);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /no answer of the round has a trace/);
  const rows = await byExternal(round);
  assert.ok(Object.values(rows).every((row) => row.flag_speed === '' && row.flag_burst === ''));
  assert.equal(rows['again 0'].flag_scale, '0');
});

test('people are shown reasons, and no probability, of fewer than 30 answers', async () => {
  const small = await roundOf([...strangers(6), ...repeated().slice(0, 2)]);
  const text = await hjemsvar.ok('duplicates', 'list', '--round', small);
  assert.match(text, /too few answers for a probability/);
  assert.doesNotMatch(text, /probability 0|bits/);
  assert.match(text, /^round \d+: 8 answers, 1 pair, 1 group of answers of probably one person$/m);
  const { pairs, clusters } = await list(small);
  assert.deepEqual(
    pairs.map(({ reasons_only, probability, chance, flagged }) => [reasons_only, probability, chance, flagged]),
    [[true, null, null, true]],
  );
  assert.ok(pairs[0].weight_bits > 5 && pairs[0].reasons.length > 0);
  assert.equal(clusters.length, 1);
  const large = await roundOf([...strangers(40), ...repeated().slice(0, 2)]);
  assert.match(await hjemsvar.ok('duplicates', 'list', '--round', large), /FLAGGED, probability [01]\.\d\d, /);
});

test('wrong use is told, with the exit code that says what is wrong', async () => {
  const round = await roundOf(repeated());
  const id = await ids(round);
  const [a, b] = [id['again 0'], id['again 1']];
  const missing = '00000000-0000-4000-8000-000000000000';
  const cases = [
    [['list'], 64, /--round/],
    [['list', '--round', 9999], 65, /there is no round 9999/],
    [['decide', '--round', round, a, '--same'], 64, /./],
    [['decide', '--round', round, a, b], 64, /no decision/],
    [['decide', '--round', round, a, b, '--same', '--different'], 64, /more than one/],
    [['decide', '--round', round, a, b, '--different', '--counts', 'A'], 64, /--counts belongs to --same/],
    [['decide', '--round', round, a, b, '--same', '--counts', 'C'], 64, /--counts is "C"/],
    [['decide', '--round', round, a, b, '--undo', '--note', 'x'], 64, /takes no note/],
    [['decide', '--round', round, a, a, '--same'], 64, /the same/],
    [['decide', '--round', round, a, 'x', '--same'], 64, /no response_id/],
    [['decide', '--round', round, a, missing, '--same'], 65, /no answer of round/],
    [['decide', '--round', round, a, b, '--undo'], 65, /nothing is decided/],
    [['decide', '--round', round, a, b, '--same', '--note', 'æ'.repeat(1001)], 65, /too long/],
    [['recall'], 64, /duplicates has no "recall"/],
  ];
  for (const [words, code, message] of cases) {
    const done = await hjemsvar.cli(['duplicates', ...words]);
    assert.equal(done.code, code, `${words.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, message);
    assert.equal(done.stderr.trim().split('\n').length, 1, done.stderr);
    assert.equal(done.stdout, '');
  }
  const { round: both } = await hjemsvar.createRound();
  await importRows(hjemsvar, both, [answer({ external_id: 'x' }), answer({ municipality_code: 217, external_id: 'y' })]);
  const two = await ids(both);
  const apart = await hjemsvar.cli(['duplicates', 'decide', '--round', both, two.x, two.y, '--same']);
  assert.equal(apart.code, 65);
  assert.match(apart.stderr, /two municipalities/);
});

test('an answer that is withdrawn takes pairs and decisions along', async (t) => {
  const { round, links } = await hjemsvar.createRound('--municipality', '101');
  const server = await startServer(hjemsvar);
  t.after(() => server.stop());
  const fields = { q1: 2, q2: 2, q3: 1, q5_1: 4, q6_1: 2, q7: 5, q9: 3, q10: 'Det samme igen' };
  const first = await sendJson(server, links[0].code, fields);
  await sendJson(server, links[0].code, fields);
  const rows = await hjemsvar.sql(`SELECT id FROM submission WHERE round = ${round} ORDER BY id`);
  await decide(round, rows[0][0], rows[1][0], '--same');
  await hjemsvar.ok('duplicates', 'refresh', '--round', round);
  const left = () => hjemsvar.sql(
    `SELECT (SELECT count(*) FROM flag WHERE round = ${round}), (SELECT count(*) FROM pair WHERE round = ${round}),
            (SELECT count(*) FROM review WHERE round = ${round})`,
  );
  assert.deepEqual(await left(), [['2', '1', '1']]);
  const withdrawn = await withdraw(server, links[0].code, first.json().receipt);
  assert.equal(withdrawn.status, 200);
  assert.deepEqual(await left(), [['1', '0', '0']]);
});
