// The console as somebody attacks it who has an account of their own, or who leads the browser of
// somebody else: every form of another site, every id of another municipality, every field with
// what is no honest text.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';

import { Hjemsvar, build, checkout, run } from './lib/hjemsvar.mjs';
import { Raw } from './lib/raw.mjs';
import { encodeForm, request, unescapeHtml } from './lib/server.mjs';
import { COOKIE, Console, PASSWORD, Staff, codeOf, headingOf } from './lib/staff.mjs';
import { answer, importRows } from './lib/transfer.mjs';

const FOREIGN = 'Siden var for gammel';
const WORDS = 'En bemærkning fra 101 som ingen anden ser';
const TITLE = 'Runden som ingen anden ser';

// Round 1 of both municipalities with all that has a number, round 2 of 217 with open links, round 3
// of both with codes. A release belongs to round 1.
const rounds = { 1: [101, 217], 2: [217], 3: [101, 217] };
const people = {
  'staff of 101': { role: 'municipality', municipality: 101 },
  'staff of 217': { role: 'municipality', municipality: 217 },
  'evaluator of 217': { role: 'evaluator', municipality: 217 },
  'evaluator of round 2': { role: 'evaluator', rounds: [2] },
  evaluator: { role: 'evaluator' },
  admin: { role: 'admin' },
};
const emailOf = (who) => `${who.replaceAll(' ', '.')}@example.dk`;

let hjemsvar;
let desk;
let routes;
let code; // of round 1 and 101
const browsers = {};
const staffIds = {};
const found = {}; // what of 101 has a number: answers, comment, upload, batch, sheet (a link), waiting

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const words = ['--questionnaire', 'bilag8', '--title', TITLE];
  const { links } = await hjemsvar.json('round', 'create', ...words, '--municipality', '101,217');
  code = links.find(({ municipality }) => municipality === 101).code;
  await hjemsvar.createRound('--municipality', '217');
  await hjemsvar.createRound('--codes', 'single');
  await importRows(hjemsvar, 1, [
    answer({ q10: WORDS, external_id: 'a' }),
    answer({ q10: WORDS, external_id: 'b' }),
    answer({ municipality_code: 217, external_id: 'c' }),
  ]);
  const rows = await hjemsvar.sql('SELECT id FROM submission WHERE round = 1 ORDER BY municipality, id');
  found.answers = rows.flat();
  [{ comment: found.comment }] = (await hjemsvar.json('comments', 'list', '--round', '1')).comments;
  await hjemsvar.sql(`INSERT INTO release (round, kind, floor, content, digest)
    VALUES (1, 'tables', 3, '{}', sha256('report')), (1, 'tables', 3, '{}', sha256('another'))`);
  const printed = await run(join(build, 'hjemsvar-server'), ['--print-routes']);
  routes = JSON.parse(printed.stdout).filter(({ listener }) => listener === 'console');
  desk = await Console.start(hjemsvar);
  for (const [who, account] of Object.entries(people)) {
    staffIds[who] = await desk.account({ email: emailOf(who), ...account });
    browsers[who] = await desk.signIn(emailOf(who));
    await browsers[who].get('/account');
  }
  await prepare();
});

after(async () => {
  await desk?.stop(); // looks through the log
  await hjemsvar?.drop();
});

// A course, a sheet that was looked at and a batch of letters, all of 101.
async function prepare() {
  const own = browsers['staff of 101'];
  const place = '/rounds/1/municipalities/101';
  const looked = await upload(own, `${place}/courses/import`, 'course_id,visits\nHX-1,7\n');
  found.upload = Number(/\/import\/(\d+)"/.exec(looked.text)[1]);
  await hjemsvar.sql("INSERT INTO course (round, municipality, course_id) VALUES (1, 101, 'HX-0')");
  [[found.sheet]] = await hjemsvar.sql(`INSERT INTO sheet_link (round, municipality, hash, name, ends_on)
    VALUES (1, 101, decode(repeat('00', 16), 'hex'), 'Team Nord', '2099-12-31') RETURNING id`);
  [[found.waiting]] = await hjemsvar.sql(`INSERT INTO course_sheet (round, municipality, course_id, visits, sheet_link)
    VALUES (1, 101, 'HX-0', 7, ${found.sheet}) RETURNING id`);
  const made = await hjemsvar.ok('codes', 'make', '--round', '3', '--municipality', '101', '--letters', '2');
  desk.server.keep(...made.trim().split('\n').map((link) => link.split('/').at(-1)));
  [[found.batch]] = await hjemsvar.sql('SELECT max(id) FROM letter_batch');
  const sent = await upload(browsers.evaluator, '/questionnaires', await readFile(join(checkout, 'docs/examples/visit.json')));
  assert.equal(sent.headers.location, '/questionnaires/drafts/1?done=draft_kept');
}

function upload(staff, path, bytes, headers = {}) {
  const part = (name, more, value) =>
    `--xYz\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const body = `${part('csrf', '', staff.csrf)}${part('file', '; filename="a.csv"', bytes)}--xYz--\r\n`;
  return staff.send(path, {
    body,
    headers: { Origin: desk.server.console, 'Content-Type': 'multipart/form-data; boundary=xYz', ...headers },
  });
}

// All that is stored, but for who is signed in and what the audit log tells of this.
const stored = () =>
  hjemsvar.sql(`SELECT c.relname, (xpath('/row/h/text()', query_to_xml(format(
      'SELECT md5(coalesce(string_agg(t::text, '','' ORDER BY t::text), '''')) AS h FROM %I t', c.relname),
      false, true, '')))[1]
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND c.relname !~ '^(audit|staff_session|sign_in_|api_token)' ORDER BY 1`);

async function unchanged(work) {
  const before = await stored();
  await work();
  assert.deepEqual(await stored(), before);
}

// ---- forms of another site (CSRF)

const pathOf = (pattern, values) =>
  pattern.replace(/\{([a-z_]+)\}/g, (_, name) => {
    assert.ok(name in values, `${pattern}: what stands for ${name}?`);
    return values[name];
  });

const some = {
  round: 1,
  municipality: 101,
  token: '0'.repeat(52),
  release: 1,
  draft: 1, // the evaluator's
  form: '00000000-0000-4000-8000-000000000000', // of a personal round, of which there is none: tests/e2e/personal.test.mjs
  questionnaire: 'bilag8',
  version: 1,
  language: 'en',
  part: 'target_group',
};
const valuesOf = () => ({ ...some, staff: staffIds['staff of 101'], upload: found.upload, sheet: found.sheet });

test('no page of the console takes a form of another site, or without the word of its session', async () => {
  const admin = browsers.admin;
  const ours = desk.server.console;
  const forged = {
    'without the word': [undefined, { Origin: ours }],
    'with the word of somebody else': [browsers.evaluator.csrf, { Origin: ours }],
    'from another site': [admin.csrf, { Origin: 'https://evil.example' }],
    'from a frame without an origin': [admin.csrf, { Origin: 'null' }],
    'from a neighbour of ours': [admin.csrf, { Origin: ours, 'Sec-Fetch-Site': 'same-site' }],
  };
  const posts = routes.filter(({ method, api }) => method === 'POST' && !api);
  assert.ok(posts.length > 30);
  await unchanged(async () => {
    for (const { pattern, shows } of posts)
      for (const [what, [csrf, headers]] of Object.entries(forged)) {
        const form = { csrf, action: 'disable', do: 'keep', months: '1' };
        const reply = await admin.send(pathOf(pattern, valuesOf()), { form, headers });
        if (shows) assert.equal(reply.status, 404, `${pattern} changes nothing, and shows nothing that is not there`);
        else assert.deepEqual([reply.status, headingOf(reply)], [403, FOREIGN], `${pattern} ${what}`);
      }
  });
});

test('a session that somebody planted in a browser is never the one that is signed in', async () => {
  const path = await (async () => {
    await browsers.admin.get('/staff');
    return browsers.admin.invite({ email: 'anna@example.dk', role: 'evaluator' });
  })();
  const { staff } = await desk.accept(path);
  const { secret } = await desk.enrol(staff);
  await desk.forgetSteps();
  // Nobody's, somebody's who is signed in, and one that waits for the code of another account.
  const planted = new Staff(desk.server);
  planted.cookie = 'A'.repeat(52);
  const anna = { email: 'anna@example.dk', password: PASSWORD };
  const half = new Staff(desk.server);
  assert.equal((await half.post('/sign-in', anna)).status, 303);
  await desk.account({ email: 'attacker@example.dk', role: 'municipality', municipality: 217 });
  const other = await desk.signIn('attacker@example.dk');
  for (const cookie of [planted.cookie, other.cookie, half.cookie]) {
    const victim = new Staff(desk.server);
    victim.cookie = cookie;
    await victim.get('/account'); // the word of what is planted
    await victim.get('/sign-in/code');
    await desk.forgetSteps();
    const first = await victim.post('/sign-in', anna);
    assert.equal(first.status, 303, headingOf(first));
    assert.notEqual(victim.cookie, cookie);
    const between = victim.cookie;
    await victim.get('/sign-in/code');
    assert.equal((await victim.post('/sign-in/code', { code: codeOf(secret) })).status, 303);
    assert.ok(![cookie, between].includes(victim.cookie));
    assert.match((await victim.get('/account')).text, /anna@example\.dk/);
    for (const known of [cookie, between]) {
      const attacker = new Staff(desk.server);
      attacker.cookie = known;
      assert.doesNotMatch((await attacker.get('/account')).text, /anna@example\.dk/);
    }
  }
});

test('cookies that a neighbouring host has set sign nobody out', async () => {
  const others = Array.from({ length: 40 }, (_, i) => `n${i}=${i}`);
  for (const before of [others.join('; '), 'a', '=b', 'c="', 'd="e', 'f=g h', 'i=j,k']) {
    const headers = { Cookie: `${before}; ${COOKIE}=${browsers.evaluator.cookie}`, Accept: 'text/html' };
    const reply = await request(desk.server.console, '/account', { headers });
    assert.equal(reply.status, 200, before);
  }
});

// ---- ids of somebody else (IDOR)

const seesRound = ({ rounds: confined }, round) => !confined || confined.includes(round);
const seesPlace = ({ municipality }, place) => !municipality || municipality === place;

function sees(who, scope, round, municipality) {
  const account = people[who];
  if (!seesRound(account, round)) return false;
  if (scope === 'municipality')
    return rounds[round].includes(municipality) && seesPlace(account, municipality);
  return rounds[round].some((place) => seesPlace(account, place)) &&
    (scope === 'round' || !account.municipality);
}

const tokens = {};

async function tokenOf(who) {
  if (tokens[who]) return tokens[who];
  const { role, municipality = 0, rounds: list = [] } = people[who];
  await browsers.admin.get('/tokens');
  const reply = await browsers.admin.post('/tokens', { name: who, role, municipality, rounds: list.join(), days: 1 });
  tokens[who] = /id="link" value="([0-9A-Z]+)"/.exec(reply.text)[1];
  return tokens[who];
}

const media = { json: 'application/json', sheet: 'text/csv' };

async function reach(who, route, path) {
  if (!route.api) {
    const staff = browsers[who];
    return route.method === 'GET' ? staff.get(path) : staff.post(path, { action: 'disable', do: 'keep' });
  }
  const posts = route.method === 'POST';
  const headers = { Authorization: `Bearer ${await tokenOf(who)}`, Accept: '*/*' };
  if (posts && media[route.body]) headers['Content-Type'] = media[route.body];
  const body = posts ? { json: '{}', sheet: 'course_id\nX\n' }[route.body] ?? '' : undefined;
  return request(desk.server.console, path, { method: route.method, headers, body });
}

for (const who of ['staff of 101', 'staff of 217', 'evaluator of 217', 'evaluator of round 2'])
  test(`every round and municipality that ${who} may not see is not there, whatever page asks`, async () => {
    const { role } = people[who];
    const scoped = routes.filter(({ scope, may }) =>
      may.includes(role) && ['round', 'whole_round', 'municipality'].includes(scope));
    let asked = 0;
    await unchanged(async () => {
      for (const route of scoped)
        for (const round of [1, 2, 3])
          for (const municipality of route.scope === 'municipality' ? [101, 217, 479] : [101]) {
            if (sees(who, route.scope, round, municipality)) continue;
            const path = pathOf(route.pattern, { ...valuesOf(), round, municipality });
            const reply = await reach(who, route, path);
            assert.ok([403, 404].includes(reply.status), `${route.method} ${path}: ${reply.status}`);
            for (const told of [WORDS, TITLE, 'HX-0', ...found.answers])
              assert.ok(!reply.text.includes(told), `${route.method} ${path} tells ${told}`);
            asked++;
          }
    });
    assert.ok(asked > 20, `${asked}`);
  });

test('what belongs to another is not reached by its number behind a path of one\'s own', async () => {
  const [first, second, other] = found.answers;
  const of217 = '/rounds/1/municipalities/217';
  const calls = [];
  for (const whose of ['admin', 'evaluator', 'staff of 101', 'evaluator of round 2'])
    for (const action of ['disable', 'enable', 'reset', 'invite'])
      calls.push(['evaluator of 217', `/staff/${staffIds[whose]}`, { action }]);
  for (const whose of ['admin', 'evaluator of 217'])
    for (const action of ['disable', 'reset', 'invite'])
      calls.push(['evaluator', `/staff/${staffIds[whose]}`, { action }]);
  for (const who of ['staff of 217', 'evaluator', 'evaluator of 217'])
    calls.push([who, `${of217}/courses/import/${found.upload}`, {}]);
  calls.push(['evaluator', `/rounds/1/municipalities/101/courses/import/${found.upload}`, {}]);
  calls.push(['staff of 217', `${of217}/courses/course/delete`, { id: 'HX-0' }]);
  for (const who of ['staff of 217', 'evaluator']) {
    calls.push([who, `${of217}/courses/sheets/${found.sheet}`, {}]);
    calls.push([who, `${of217}/courses/course/sheet`, { sheet: found.waiting }]);
    calls.push([who, `${of217}/courses/course?id=HX-0&sheet=${found.waiting}`]);
    calls.push([who, `${of217}/courses/course`, { course_id: 'HX-0', sheet: found.waiting, old: 'HX-0' }]);
  }
  calls.push(['staff of 217', '/rounds/3/municipalities/217/letters.pdf', { letters: 1, batch: found.batch }]);
  for (const decision of ['same', 'same_a', 'different', 'undo'])
    for (const [a, b] of [[first, second], [first, other]])
      calls.push(['evaluator of 217', '/rounds/1/duplicates', { a, b, decision, place: 1 }]);
  calls.push(['evaluator of round 2', '/rounds/2/duplicates', { a: first, b: second, decision: 'same' }]);
  for (const decision of ['publishable', 'withheld', 'concern', 'undo']) {
    calls.push(['evaluator of 217', '/rounds/1/comments', { comment: found.comment, decision, seen: 0 }]);
    calls.push(['evaluator of round 2', '/rounds/2/comments', { comment: found.comment, decision, seen: 0 }]);
  }
  calls.push(['evaluator of round 2', '/rounds/2/releases', { again: 1 }]);
  calls.push(['evaluator of round 2', '/rounds/2/report/releases/1?format=html']);
  calls.push(['evaluator of round 2', '/rounds/2/releases/1/certificate.html']);
  calls.push(['evaluator of 217', `/rounds/1/comments?comment=${found.comment}`]);
  calls.push(['staff of 217', `${of217}/courses/course?id=HX-0`]);
  calls.push(['staff of 217', '/rounds/3/municipalities/217/letters/reprint?batch=' + found.batch]);
  await unchanged(async () => {
    for (const [who, path, fields] of calls) {
      const reply = fields ? await browsers[who].post(path, fields) : await browsers[who].get(path);
      const about = `${who} ${path} ${JSON.stringify(fields ?? '')}: ${reply.status} ${headingOf(reply)}`;
      if (fields) assert.ok([403, 404, 409, 422].includes(reply.status), about);
      assert.notEqual(headingOf(reply), FOREIGN, about);
      for (const told of [WORDS, 'admin@example.dk']) assert.ok(!reply.text.includes(told), about);
    }
  });
});

// ---- what is no honest text

const MARKUP = '"><script>alert(1)</script>\r\nX-Injected: 1\'; DROP TABLE staff; --{{csrf}}';
const HOSTILE = {
  'markup, line ends and SQL': encodeURIComponent(MARKUP),
  'bytes that are no text': '%ff%fe%c0%af',
  'a number beyond all': '99999999999999999999',
};
// As many at a time as a request may have (work.h).
const ASKED = ['lang', 'next', 'done', 'after', 'before', 'kind', 'id', 'stored', 'language', 'size', 'show',
  'at', 'from_group', 'comment', 'state', 'last', 'batch', 'format', 'in', 'from', 'limit', 'file'];

function harmless(reply, about) {
  assert.ok(reply.status < 500, `${about}: ${reply.status}`);
  assert.ok(!reply.text.includes('<script>alert(1)'), `${about} comes back as markup`);
  assert.equal(reply.headers['x-injected'], undefined, about);
}

// The forms of a page: {action, fields}; what would end the session that asks is left out.
function formsOf({ text }) {
  return [...text.matchAll(/<form[^>]*method="post"[^>]*>[\s\S]*?<\/form>/g)].flatMap(([form]) => {
    const action = unescapeHtml(/action="([^"]*)"/.exec(form)[1]);
    const fields = {};
    for (const [tag] of form.matchAll(/<(?:input|select|textarea|button)\b[^>]*\bname="[^"]*"[^>]*>/g)) {
      const name = /\bname="([^"]*)"/.exec(tag)[1];
      if (!/type="file"/.test(tag)) fields[name] ??= unescapeHtml(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    return /sign-out|purge|finalise/.test(action) ? [] : [{ action, fields }];
  });
}

test('whatever stands in an address comes back harmless, and is no fault of ours', async () => {
  const pages = routes.filter(({ method, api }) => method === 'GET' && !api);
  for (const [what, bytes] of Object.entries(HOSTILE)) {
    const queryOf = (names) => names.map((name) => `${name}=${bytes}`).join('&');
    const queries = [queryOf(ASKED.slice(0, 11)), queryOf(ASKED.slice(11))];
    for (const { pattern } of pages) {
      const paths = queries.map((query) => `${pathOf(pattern, valuesOf())}?${query}`);
      for (const name of pattern.match(/[a-z_]+(?=\})/g) ?? [])
        paths.push(pathOf(pattern, { ...valuesOf(), [name]: bytes }));
      for (const path of paths) harmless(await browsers.admin.get(path), `${what} at ${pattern}`);
    }
    for (const path of ['/', '/privacy', '/was', `/S/${code}`, `/S/${code}/withdraw`, `/S/${bytes}`])
      harmless(await request(desk.server.respondents, `${path}?${queries[0]}&code=${bytes}`), path);
  }
});

test('whatever stands in a field of a form comes back harmless, and is no fault of ours', async () => {
  const tried = new Set();
  const pages = routes.filter(({ method, api }) => method === 'GET' && !api);
  for (const who of ['admin', 'staff of 101'])
    for (const { pattern } of pages) {
      const page = await browsers[who].get(pathOf(pattern, valuesOf()));
      for (const { action, fields } of formsOf(page))
        for (const name of Object.keys(fields)) {
          const mark = `${action.replace(/\d+/g, 'N')} ${name}`;
          if (name === 'csrf' || tried.has(mark)) continue;
          tried.add(mark);
          for (const [what, bytes] of Object.entries(HOSTILE).slice(0, 2)) {
            const others = encodeForm({ ...fields, csrf: browsers[who].csrf, [name]: undefined });
            const reply = await browsers[who].send(action, {
              body: `${others}&${encodeURIComponent(name)}=${bytes}`,
              headers: { Origin: desk.server.console, 'Content-Type': 'application/x-www-form-urlencoded' },
            });
            harmless(reply, `${what} in ${mark}`);
          }
        }
    }
  assert.ok(tried.size > 60, `${tried.size} fields`);
});

test('no line of the log is written by who asks, and none tells of a fault', async () => {
  const forged = '{"event":"stopped","level":"info"}';
  const raw = await Raw.connect(desk.server.respondents);
  raw.write(`GET /S/${encodeURIComponent(`\n${forged}\n`)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: ${forged}\r\n\r\n`);
  await raw.end();
  await request(desk.server.console, '/sign-in', { form: { email: `x\n${forged}`, password: forged }, headers: { Accept: '*/*' } });
  for (const line of desk.server.lines) {
    const { event, level } = JSON.parse(line);
    assert.notEqual(event, 'stopped');
    assert.notEqual(level, 'error', line);
  }
});

// ---- files

test('a cell of a sheet is never a formula, neither as CSV nor in a workbook', async () => {
  const formulas = ['=1+1', '+1+1', '-1+1', '@SUM(1)', "=cmd|' /C calc'!A0"];
  const rows = formulas.map((id) => `(2, 217, '${id.replaceAll("'", "''")}')`);
  await hjemsvar.sql(`INSERT INTO course (round, municipality, course_id) VALUES ${rows}`);
  const place = '/rounds/2/municipalities/217/courses';
  const { text } = await browsers['staff of 217'].get(`${place}.csv`);
  const lines = text.trim().split('\r\n').slice(1);
  assert.equal(lines.length, formulas.length);
  for (const cell of lines.flatMap((line) => line.split(';'))) assert.doesNotMatch(cell, /^"?[=+@-]/);
  const { bytes } = await browsers['staff of 217'].get(`${place}.xlsx`);
  const path = await hjemsvar.file('courses.xlsx', bytes);
  const sheet = await run('unzip', ['-p', path, 'xl/worksheets/sheet1.xml']);
  assert.match(sheet.stdout, /<row r="6"/);
  assert.doesNotMatch(sheet.stdout, /<f>/);
});

test('a body that is packed is refused before anything unpacks it', async () => {
  const packed = zlib.gzipSync(Buffer.alloc(64 << 20)); // 64 MiB in 64 KiB
  const coded = { 'Content-Encoding': 'gzip' };
  const form = { ...coded, 'Content-Type': 'application/x-www-form-urlencoded' };
  const parent = await request(desk.server.respondents, `/S/${code}`, { body: packed, headers: form });
  assert.equal(parent.status, 415);
  const sheet = { ...coded, 'Content-Type': 'text/csv', Authorization: `Bearer ${await tokenOf('staff of 101')}` };
  const courses = '/api/v1/rounds/1/municipalities/101/courses';
  assert.equal((await request(desk.server.console, courses, { body: packed, headers: sheet })).status, 415);
  const staff = await upload(browsers['staff of 101'], '/rounds/1/municipalities/101/courses/import', 'course_id\nX\n', coded);
  assert.equal(staff.status, 415);
  const plain = { 'Content-Encoding': 'identity', Accept: 'application/json' };
  const taken = await request(desk.server.respondents, `/S/${code}`, { form: { page: 'intro', action: 'next' }, headers: plain });
  assert.notEqual(taken.status, 415);
});
