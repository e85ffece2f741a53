// Every route of the console, walked by everybody: what is let in and what is refused equals
// what the route table declares.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Hjemsvar, build, run } from './lib/hjemsvar.mjs';
import { request } from './lib/server.mjs';
import { Console, Staff, headingOf } from './lib/staff.mjs';

let hjemsvar;
let desk;
let routes;

// Round 1 has municipalities 101 and 217, round 2 has 217 alone. The path asked for is that
// of round 1 and municipality 101.
const people = {
  anonymous: null,
  'another municipality': { role: 'municipality', municipality: 217 },
  'own municipality': { role: 'municipality', municipality: 101 },
  evaluator: { role: 'evaluator' },
  'evaluator of 101': { role: 'evaluator', municipality: 101 },
  'evaluator of 217': { role: 'evaluator', municipality: 217 },
  'evaluator of round 2': { role: 'evaluator', rounds: [2] },
  admin: { role: 'admin' },
};
const sees = {
  municipality: ['own municipality', 'evaluator', 'evaluator of 101', 'admin'],
  round: [
    'another municipality',
    'own municipality',
    'evaluator',
    'evaluator of 101',
    'evaluator of 217',
    'admin',
  ],
};
const segments = {
  '{round}': 1,
  '{municipality}': 101,
  '{token}': '999999',
  '{staff}': 999999,
  '{upload}': 999999,
  '{sheet}': 999999,
  '{release}': 999999,
  '{draft}': 999999,
  '{questionnaire}': 'bilag8',
  '{version}': 1,
  '{language}': 'en',
  '{form}': '00000000-0000-4000-8000-000000000000',
  '{part}': 'target_group',
};
const emailOf = (who) => `${who.replaceAll(' ', '.')}@example.dk`;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  await hjemsvar.createRound();
  await hjemsvar.createRound('--municipality', '217');
  const printed = await run(join(build, 'hjemsvar-server'), ['--print-routes']);
  assert.equal(printed.code, 0, printed.stderr);
  routes = JSON.parse(printed.stdout).filter(({ listener }) => listener === 'console');
  desk = await Console.start(hjemsvar);
  for (const [who, account] of Object.entries(people))
    if (account) await desk.account({ email: emailOf(who), ...account });
  await desk.account({ email: emailOf('helper'), role: 'admin' });
});

after(async () => {
  await desk?.stop();
  await hjemsvar?.drop();
});

const pathOf = ({ pattern }) =>
  pattern.replace(/\{[a-z_]+\}/g, (name) => {
    assert.ok(name in segments, `${pattern}: what stands for ${name}?`);
    return segments[name];
  });

function expected(route, who) {
  if (route.may.includes('anybody')) return 'in';
  if (who === 'half') return route.may.includes('half') ? 'in' : 'door';
  if (people[who] === null) return 'door';
  if (!route.may.includes(people[who].role)) return 'refused';
  if (route.scope === 'none') return 'in';
  const { municipality, rounds } = people[who];
  if (route.scope === 'all_rounds') return municipality || rounds ? 'refused' : 'in';
  if (route.scope === 'new_round') return rounds ? 'refused' : 'in';
  if (route.scope !== 'whole_round') return sees[route.scope].includes(who) ? 'in' : 'unknown';
  if (!sees.round.includes(who)) return 'unknown';
  return municipality ? 'refused' : 'in';
}

// What a page that is asked for by its own people may answer is the page's affair.
function verdict(route, reply, who) {
  const { status, headers } = reply;
  const heading = headingOf(reply);
  if (route.api) {
    if (status === 401) return 'door';
    if (status === 403) return 'refused';
  }
  const doors = ['/sign-in?next=', '/sign-in/code?next=', '/authenticator?next='];
  const door = doors.some((start) => headers.location?.startsWith(start));
  // Between password and code the two pages lead to each other.
  const halfway = ['/sign-in/code', '/authenticator'];
  if (halfway.includes(route.pattern) && halfway.includes(headers.location)) return 'in';
  // Who has no authenticator has no recovery codes either, and is sent to get both.
  if (route.pattern === '/account/recovery' && headers.location === '/authenticator') return 'in';
  const bare = ['/sign-in', '/sign-in/code', '/authenticator'].includes(headers.location);
  if (status === 303 && (door || bare)) return 'door';
  if (heading === 'Du er ikke logget ind') return 'door';
  if (heading === 'Det må du ikke') return 'refused';
  // A page that is let in may say itself that what it was asked for is not there.
  const nowhere = route.api || heading === 'Siden findes ikke';
  // A release that there is none of is nowhere also for who may ask for it.
  const asked = route.pattern.includes('{release}') && expected(route, who) === 'in';
  if (status === 404 && route.scope !== 'none' && nowhere && !asked) return 'unknown';
  assert.ok(status < 500, `${route.method} ${route.pattern}: ${status} ${heading}`);
  assert.notEqual(heading, 'Siden var for gammel');
  return 'in';
}

async function tokenFor(admin, account) {
  const { role, municipality = 0, rounds = [] } = account;
  const fields = { name: 'walk', role, municipality, rounds: rounds.join(), days: 1 };
  const reply = await admin.post('/tokens', fields);
  assert.equal(reply.status, 200, headingOf(reply));
  return /id="link" value="([0-9A-Z]+)"/.exec(reply.text)[1];
}

// What a program sends: nothing that would be stored.
const bodies = {
  none: {},
  json: { body: '{}', headers: { 'Content-Type': 'application/json' } },
  sheet: { body: '', headers: { 'Content-Type': 'text/csv' } },
};

function call(route, token) {
  const { body, headers } = route.method === 'GET' ? {} : bodies[route.body];
  return request(desk.server.console, pathOf(route), {
    method: route.method,
    headers: { Accept: 'application/json', ...headers, ...(token && { Authorization: `Bearer ${token}` }) },
    body,
  });
}

async function walk(who, route, staff) {
  const path = pathOf(route);
  const reply =
    route.method === 'GET' ? await staff.get(path) : await staff.post(path, { action: 'none' });
  return verdict(route, reply, who);
}

for (const who of [...Object.keys(people), 'half']) {
  test(`the routes as ${who} meets them`, async () => {
    const account = who === 'half' ? people.admin : people[who];
    const admin = await desk.signIn(emailOf('helper')); // who stays signed in
    await admin.get('/tokens');
    const met = {};
    const declared = {};
    for (const route of routes) {
      const name = `${route.method} ${route.pattern}`;
      // A session of its own each time, for some routes end it.
      let staff = new Staff(desk.server);
      declared[name] = expected(route, who);
      if (route.api) {
        const token = account && who !== 'half' ? await tokenFor(admin, account) : null;
        if (who === 'half' && !route.may.includes('anybody')) declared[name] = 'door';
        met[name] = verdict(route, await call(route, token), who);
        continue;
      }
      if (account) staff = await desk.signIn(emailOf(who === 'half' ? 'admin' : who));
      if (who === 'half')
        await hjemsvar.sql(`UPDATE staff_session SET complete = false
          WHERE started_at = (SELECT max(started_at) FROM staff_session)`);
      met[name] = await walk(who, route, staff);
    }
    assert.deepEqual(met, declared);
  });
}

test('a session is no token, and a token no session', async () => {
  const admin = await desk.signIn(emailOf('admin'));
  await admin.get('/tokens');
  const token = await tokenFor(admin, people.admin);
  assert.equal((await admin.get('/api/v1/rounds', { headers: { Accept: '*/*' } })).status, 401);
  const asSession = await request(desk.server.console, '/staff', {
    headers: { Cookie: `__Host-hjemsvar=${token}` },
  });
  assert.equal(asSession.status, 303);
  const asBearer = await request(desk.server.console, '/staff', {
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.equal(asBearer.status, 303);
});

test('a token sees its scope, tells stepped counts and ends when it is revoked', async () => {
  const admin = await desk.signIn(emailOf('admin'));
  await admin.get('/tokens');
  const token = await tokenFor(admin, people['own municipality']);
  const headers = { Authorization: `Bearer ${token}` };
  const rounds = await request(desk.server.console, '/api/v1/rounds', { headers });
  assert.equal(rounds.status, 200);
  assert.deepEqual(
    rounds.json().rounds.map(({ round, municipalities }) => [round, municipalities]),
    [[1, [{ municipality: 101, name: 'København' }]]],
  );
  const status = await request(desk.server.console, '/api/v1/rounds/1/status', { headers });
  assert.deepEqual(
    status.json().municipalities.map(({ municipality, answers }) => [municipality, answers]),
    [[101, 'under 5']],
  );
  const [[id]] = await hjemsvar.sql('SELECT max(id) FROM api_token');
  assert.equal((await admin.post(`/tokens/${id}`)).status, 303);
  const revoked = await request(desk.server.console, '/api/v1/rounds', { headers });
  assert.equal(revoked.status, 401);
  assert.equal(revoked.headers['www-authenticate'], 'Bearer');
  assert.match(revoked.json().type, /unauthorized$/);
});

test('an evaluator invites municipalities and nobody else', async () => {
  const evaluator = await desk.signIn(emailOf('evaluator'));
  const page = await evaluator.get('/staff');
  assert.doesNotMatch(page.text, /value="admin"/);
  for (const role of ['admin', 'evaluator']) {
    const reply = await evaluator.post('/staff', { email: `x.${role}@example.dk`, role });
    assert.equal(reply.status, 403, role);
  }
  await evaluator.invite({ email: 'ny@example.dk', role: 'municipality', municipality: 101 });
  const [[count]] = await hjemsvar.sql("SELECT count(*) FROM staff WHERE email LIKE 'x.%'");
  assert.equal(count, '0');
});

test('refusals are in the audit log, with the pattern, the round and the municipality', async () => {
  const own = await desk.signIn(emailOf('own municipality'));
  await own.get('/tokens');
  await own.get('/rounds/1/municipalities/217');
  await own.get('/rounds/99999/municipalities/99999');
  const rows = await hjemsvar.sql(
    `SELECT action, subject, round, municipality, details->>'why' FROM audit
     WHERE action = 'access.refuse' ORDER BY id DESC LIMIT 3`,
  );
  const pattern = '/rounds/{round}/municipalities/{municipality}';
  assert.deepEqual(rows, [
    ['access.refuse', pattern, '99999', '', 'not_found'],
    ['access.refuse', pattern, '1', '217', 'not_found'],
    ['access.refuse', '/tokens', '', '', 'forbidden'],
  ]);
});

test('the home page shows what the session sees and no more', async () => {
  const seen = async (who) => {
    const reply = await (await desk.signIn(emailOf(who))).get('/');
    return [...reply.text.matchAll(/href="(\/rounds\/[^"]*)"/g)].map(([, href]) => href);
  };
  const own = ['/rounds/1/municipalities/101'];
  const other = ['/rounds/2/municipalities/217', '/rounds/1/municipalities/217'];
  assert.deepEqual(await seen('own municipality'), own);
  assert.deepEqual(await seen('another municipality'), other);
  assert.deepEqual(await seen('evaluator of 101'), ['/rounds/1', ...own]);
  assert.deepEqual(await seen('evaluator of round 2'), ['/rounds/2', other[0]]);
  assert.deepEqual((await seen('admin')).length, 5);
});
