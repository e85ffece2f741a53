// Parents' own words: read and decided on apart from everything else, at the command line and in
// the console.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { launch } from './lib/browser.mjs';
import { click, deskPage, look, screens } from './lib/desk.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { Console, headingOf } from './lib/staff.mjs';
import { answer, exportObjects, exportText, importRows } from './lib/transfer.mjs';

const named = 'Mette Holm var god, ring 22 33 44 55';

let hjemsvar;
let desk;
let browser;
let evaluator;
let round;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'vive@example.dk', role: 'evaluator', name: 'Bo Lind' });
  await desk.account({ email: 'of-217@example.dk', role: 'evaluator', municipality: 217 });
  await desk.account({ email: '101@example.dk', role: 'municipality', municipality: 101 });
  evaluator = await desk.signIn('vive@example.dk');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
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

// ---- the console

const path = () => `/rounds/${round}/comments`;
const field = (reply, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(reply.text)?.[1];
const text = (reply) =>
  reply.text
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
const commentOf = (reply) => /<blockquote[^>]*>([^<]*)</.exec(reply.text)?.[1];
const post = (staff, page, more) =>
  staff.post(path(), { comment: field(page, 'comment'), seen: field(page, 'seen'), view: 'waiting', ...more });

test('the page shows one comment at a time, in the order of the queue, and nothing beside it', async () => {
  const queue = (await list()).map((comment) => comment.text);
  let page = await evaluator.get(path());
  assert.match(text(page), /Venter: 5 .*Kan offentliggøres: 0/);
  const seen = [];
  for (; commentOf(page) !== undefined; page = await evaluator.get(`${path()}?state=waiting&after=${field(page, 'comment')}`)) {
    seen.push(commentOf(page).replace('&#39;', "'"));
    assert.doesNotMatch(page.text, /København|Helsingør|2026|22 33/);
    assert.match(text(page), /Spørgsmål (10|1, beskrivelse)/);
  }
  assert.deepEqual(seen, queue);
  assert.match(text(page), /Der er ikke flere efter den, du sprang over/);
});

test('words are ticked and left out, with who and when, and the decision is undone', async () => {
  const mette = await numberOf('Mette');
  const page = await evaluator.get(`${path()}?comment=${mette}`);
  assert.deepEqual([...page.text.matchAll(/<label for="w(\d)">([^<]+)/g)].map(([, n, word]) => `${n} ${word}`), [
    '1 Mette', '2 Holm', '3 var', '4 god', '5 ring',
  ]);
  assert.doesNotMatch(page.text, /22 33 44 55/);
  const unticked = await post(evaluator, page, { decision: 'mask' });
  assert.equal(unticked.status, 422);
  assert.match(text(unticked), /Sæt hak ved mindst ét ord/);
  const done = await post(evaluator, page, { decision: 'mask', w1: '1', w2: '1' });
  assert.equal(done.status, 303, headingOf(done));
  const next = await evaluator.get(done.headers.location);
  assert.match(text(next), /Afgørelsen er gemt/);
  assert.notEqual(field(next, 'comment'), mette);
  const last = /href="([^"]+)">Se den kommentar/.exec(next.text)[1].replaceAll('&amp;', '&');
  const decided = await evaluator.get(last);
  assert.equal(commentOf(decided), '[udeladt] var god, ring [telefonnummer]');
  assert.match(text(decided), /Afgjort: Kan offentliggøres uden de valgte ord\. Bo Lind, \d\d\.\d\d\.20\d\d \d\d:\d\d\./);
  assert.match(decided.text, /id="w2" name="w2" value="1" checked/);

  const late = await post(evaluator, page, { decision: 'never' });
  assert.equal(late.status, 409);
  assert.match(text(late), /En nyere afgørelse/);
  const undone = await post(evaluator, decided, { decision: 'undo' });
  assert.match(text(await evaluator.get(undone.headers.location)), /Afgørelsen er fortrudt/);
  assert.equal((await summary()).waiting, 5);
  const told = await hjemsvar.sql(`SELECT action, details::text, coalesce(municipality::text, '') FROM audit
    WHERE round = ${round} AND actor_name = 'Bo Lind' AND action LIKE 'comments.%' ORDER BY id`);
  const read = ['comments.read', '{"comments": 1}', ''];
  assert.deepEqual(told[0], read, 'a page that shows a comment is told');
  const acts = told.filter(([action]) => action !== 'comments.read');
  assert.deepEqual(acts, [['comments.decide', '{"decision": "mask"}', ''], ['comments.undo', '{}', '']]);
});

test('a concern keeps the comment apart and shows what to do now', async () => {
  await hjemsvar.ok('settings', 'set', 'concern_procedure', 'Ring til lederen samme dag <b>.');
  const page = await evaluator.get(`${path()}?comment=${await numberOf('Noget')}`);
  const done = await post(evaluator, page, { decision: 'concern' });
  const kept = await evaluator.get(done.headers.location);
  assert.match(text(kept), /Kommentaren er lagt til side\. Læs nedenfor/);
  assert.match(kept.text, /<details class="box" open>[^]*Ring til lederen samme dag &lt;b&gt;\./);
  assert.equal((await summary()).concern, 1);
});

test('what cannot be decided is said, with the comment as it is', async () => {
  const page = await evaluator.get(path());
  const cases = [
    [{}, 422, /Vælg, hvad der skal ske/],
    [{ decision: 'delete' }, 422, /Vælg, hvad der skal ske/],
    [{ decision: 'waiting' }, 422, /Vælg, hvad der skal ske/],
    [{ decision: 'never', seen: 'x' }, 422, /Vælg, hvad der skal ske/],
    [{ decision: 'undo' }, 409, /ikke noget at fortryde/],
    [{ decision: 'never', comment: '00000000000000000000' }, 409, /trukket tilbage/],
  ];
  for (const [more, status, message] of cases) {
    const reply = await post(evaluator, page, more);
    assert.equal(reply.status, status, JSON.stringify(more));
    assert.match(text(reply), message);
    assert.match(reply.text, /role="alert"/);
  }
  assert.equal((await summary()).waiting, 5);
});

test('an evaluator of one municipality reads that one, and a municipality none', async () => {
  const confined = await desk.signIn('of-217@example.dk');
  const page = await confined.get(path());
  assert.equal(commentOf(page), 'Tak for hjælpen');
  assert.match(text(page), /Venter: 1 /);
  const foreign = await post(confined, page, { comment: await numberOf('Mette'), decision: 'publishable' });
  assert.equal(foreign.status, 409);
  const own = await desk.signIn('101@example.dk');
  for (const reply of [await own.get('/audit'), await own.get(path()), await post(own, page, { decision: 'never' })])
    assert.doesNotMatch(reply.text, /Tak for|Mette|comments\./);
  assert.equal((await own.get(path())).status, 403);
  assert.equal((await summary()).waiting, 5);
});

test('a finalised round can still be read, and what was decided holds without its time', async () => {
  await decide(await numberOf('Tak'), '--publishable');
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  await hjemsvar.ok('round', 'finalise', round, '--yes');
  assert.deepEqual(await summary(), { round, waiting: 4, publishable: 1, mask: 0, never: 0, concern: 0 });
  const page = await evaluator.get(`${path()}?state=publishable`);
  assert.match(text(page), /Afgjort: Kan offentliggøres\. .*, før runden blev gjort op/);
  assert.equal((await post(evaluator, await evaluator.get(path()), { decision: 'never' })).status, 303);
});

for (const [where, viewport] of screens) {
  test(`the page in a browser without script (${where})`, async () => {
    const page = await deskPage(browser, evaluator, viewport, { javaScriptEnabled: false });
    await page.goto(`${desk.server.console}/`);
    await click(page, `a[href="/rounds/${round}"]`);
    await click(page, `a[href="${path()}"]`);
    await look(page, 'comments');
    await page.goto(`${desk.server.console}${path()}?comment=${await numberOf('Mette')}`);
    await page.focus('summary');
    await page.keyboard.press('Enter');
    await page.focus('#w1');
    await page.keyboard.press('Space');
    await look(page, 'comments_words');
    await click(page, 'button[value=mask]');
    assert.match(await page.textContent('[role=status]'), /Afgørelsen er gemt/);
    await look(page, 'comments_next');
    await click(page, 'button[value=concern]');
    await look(page, 'comments_concern');
    await page.goto(`${desk.server.console}${path()}?state=never`);
    await look(page, 'comments_none');
    await page.context().close();
  });
}
