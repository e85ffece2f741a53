// Every request that an account can make of a running server, found by walking its pages, sending
// their forms, and reading the API's description; written as files that sqlmap reads. The list of
// routes is the server's own, so that one that is not found is missed, and told (judge).
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { ask } from './attack_ask.mjs';
import { routeFinder } from './attack_front.mjs';

const PAGES_MOST = 400;
const STEPS_MOST = 12; // of forms behind forms
const NOBODY = ['stranger', 'parent'];
const WALKING = { 'x-walk': 'yes' }; // not counted (attack_front.mjs)

// Why a route is asked and yet no parameter of it attacked.
const LEFT = {
  'POST /authenticator': 'without an authenticator of its own an account sees no form but that of the first step',
  'GET /account/recovery': 'for who has an authenticator, which no account here has',
  'POST /account/recovery': 'for who has an authenticator, which no account here has',
  'GET /sign-in/code': 'for who has given a password and owes a code; by the proxy nobody does',
  'POST /sign-in/code': 'for who has given a password and owes a code; by the proxy nobody does',
};

// What changes or ends what the others are about comes last, and has rounds of its own.
const LAST =
  /\/(finalise|delete|end|end\/[a-z]+|state|edit|close|reopen|sign-out|staff\/\{staff\}|tokens\/\{token\}|store|drop|sheets\/\{sheet\}|forms\/\{form\}|questionnaires)$/;
// What can be done once: nobody has done it when its turn comes, which is early, for it is small.
const ONCE = /\/course\/sheet$/;

const plain = (text) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]);

// ---- forms

const attribute = (tag, name) => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag);
  return found ? plain(found[1]) : undefined;
};

// What somebody might write into an empty field.
function honest(name, tag, some) {
  if (some[name] !== undefined) return `${some[name]}`;
  const type = attribute(tag, 'type');
  if (type === 'email' || name === 'email') return 'anna@attack.example';
  if (type === 'date' || /(_on|until|opens|closes|from|to)$/.test(name)) return '2026-10-01';
  if (type === 'number' || /^(letters|uses|months|days|k|floor|visits|rounds)$/.test(name)) return '3';
  return /password/.test(name) ? 'tre kaniner under sofaen' : 'Anna';
}

function fieldsOf(inside, some) {
  const fields = {};
  for (const [tag] of inside.matchAll(/<(?:input|textarea|button)\b[^>]*\bname="[^"]*"[^>]*>/g)) {
    const name = attribute(tag, 'name');
    if (attribute(tag, 'type') === 'file') continue;
    if (fields[name] === undefined || / checked/.test(tag)) fields[name] = attribute(tag, 'value') || honest(name, tag, some);
  }
  for (const [, name, options] of inside.matchAll(/<select\b[^>]*\bname="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g)) {
    const chosen = /<option\b[^>]* selected[^>]*>/.exec(options) ?? /<option\b[^>]*>/.exec(options);
    fields[plain(name)] = chosen ? (attribute(chosen[0], 'value') ?? '') : '';
  }
  return fields;
}

function formsOf(text, path, some) {
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, inside]) => ({
    method: /method="post"/i.test(head) ? 'POST' : 'GET',
    path: attribute(head, 'action') ?? path,
    fields: fieldsOf(inside, some),
    file: /type="file"[^>]*name="([^"]*)"|name="([^"]*)"[^>]*type="file"/.exec(inside)?.slice(1).find(Boolean),
    parts: /multipart/.test(head),
  }));
}

const linksOf = (text) => [...text.matchAll(/<a\b[^>]*\bhref="(\/[^"#]*)/g)].map(([, href]) => plain(href));

// ---- a request, as it is sent and as sqlmap reads it: its asterisk marks what it is to attack

const SHEET = 'course_id,visits\r\nHX-9,7\r\n';
const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';

const DRAFT = readFileSync(new URL('../docs/examples/visit.json', import.meta.url), 'utf8');

export function multipart({ fields, file, path }, mark) {
  const part = (name, more, value) => `--xYz\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const parts = Object.entries(fields).map(([name, value]) => part(name, '', value + (name === 'csrf' ? '' : mark)));
  const draft = /^\/questionnaires/.test(path);
  const sheet = draft ? DRAFT.replace('besøget', `besøget${mark}`) : SHEET.replace('HX-9', `HX-9${mark}`);
  const name = draft ? '"a.json"\r\nContent-Type: application/json' : '"a.csv"\r\nContent-Type: text/csv';
  if (file) parts.push(file === 'logo' ? part(file, '; filename="a.csv"', LOGO) : part(file, `; filename=${name}`, sheet));
  return `${parts.join('')}--xYz--\r\n`;
}

function bodyOf(one, mark = '') {
  if (one.json !== undefined) return { type: 'application/json', body: JSON.stringify(one.json) };
  if (one.sheet) return { type: 'text/csv', body: SHEET.replace('HX-9', `HX-9${mark}`) };
  if (one.parts) return { type: 'multipart/form-data; boundary=xYz', body: multipart(one, mark) };
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(one.fields).toString() };
}

const queryOf = ({ fields = {}, query = {}, method }) =>
  new URLSearchParams(method === 'GET' ? fields : query).toString();

const targetOf = (one, path = one.path) => (queryOf(one) === '' ? path : `${path}?${queryOf(one)}`);

function fileOf(address, one) {
  const target = targetOf(one, one.marked ?? one.path);
  const lines = [`${one.method} ${target} HTTP/1.1`, `Host: ${address}`, `Accept: ${one.api ? 'application/json' : 'text/html'}`];
  for (const [name, value] of Object.entries(one.headers ?? {})) lines.push(`${name}: ${value}`);
  if (one.method === 'GET') return `${lines.join('\r\n')}\r\n\r\n`;
  const { type, body } = bodyOf(one, '*');
  return `${lines.join('\r\n')}\r\nContent-Type: ${type}\r\n\r\n${body}`;
}

const parametersOf = ({ fields = {}, query = {}, headers = {}, json = {}, sheet, file, marked = '' }) =>
  [...Object.keys(fields), ...Object.keys(query)].filter((name) => name !== 'csrf').length +
  Object.values(json).flat().length + (sheet ? 1 : 0) + (file && file !== 'logo' ? 1 : 0) +
  `${marked}${Object.values(headers).join()}`.split('*').length - 1;

// What is read of the headers: the session, the mark of a browser, a token; who a parent's phone says
// it is. Each begins as what is well-formed and unknown.
const TOKEN = 'A'.repeat(52);
const HEADERS = {
  stranger: [
    { path: '/account', headers: { Cookie: `__Host-hjemsvar=${TOKEN}*` } },
    { path: '/sign-in', headers: { Cookie: `__Host-hjemsvar-device=${TOKEN}*`, 'Accept-Language': 'da*' } },
    { path: '/api/v1/rounds', headers: { Authorization: `Bearer ${TOKEN}*` } },
  ],
  parent: [{ path: '/S/{code}', headers: { 'User-Agent': 'Phone*', 'Accept-Language': 'da*', 'X-Forwarded-For': '192.0.2.7*' } }],
};

// ---- the API, from its description

function example(document, schema, name, some) {
  if (schema.$ref) return example(document, schema.$ref.split('/').slice(1).reduce((at, word) => at[word], document), name, some);
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'array') return [example(document, schema.items, name, some)];
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer') return /municipalit/.test(name) ? some.municipality : (schema.minimum ?? 1);
  if (schema.type === 'object')
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, one]) => [key, example(document, one, key, some)]));
  if (some[name] !== undefined) return String(some[name]);
  if (/week/.test(schema.description ?? '')) return name === 'to' ? '2026-W53' : '2026-W01';
  if (/(_at|from|to)$/.test(name)) return /^closes|to$/.test(name) ? '2027-10-01' : '2026-01-01';
  return { languages: 'da', language: 'da', questionnaire: 'bilag8', email: 'anna@attack.example' }[name] ?? 'Anna';
}

function apiRequest(document, path, method, some) {
  const { [method]: operation, parameters: common = [] } = document.paths[path];
  const one = { method: method.toUpperCase(), path, api: true, fields: {}, query: {} };
  for (const given of [...common, ...(operation.parameters ?? [])]) {
    const parameter = given.$ref ? document.components.parameters[given.$ref.split('/').at(-1)] : given;
    if (parameter.in !== 'query') continue;
    const value = example(document, { ...parameter.schema, description: parameter.description }, parameter.name, some);
    (one.method === 'GET' ? one.fields : one.query)[parameter.name] = String(value);
  }
  const content = operation.requestBody?.content ?? {};
  if (content['application/json']) one.json = example(document, content['application/json'].schema, '', some);
  else if (Object.keys(content).length > 0) one.sheet = true;
  return one;
}

// ---- the walk

const ONLY = new RegExp(process.env.ATTACK_ONLY ?? '');

// Those that an account is let into; what anybody may is attacked as nobody.
// An evaluator of one municipality is who sees its rounds of known children.
const roleOf = (who) => (NOBODY.includes(who) ? 'anybody' : { own: 'evaluator' }[who] ?? who);
const routesOf = (table, listener, who) =>
  table.filter(({ listener: where, may }) => where === listener && may.includes(roleOf(who)));

class Walk {
  constructor({ address, listener, table, some, who }) {
    this.address = address;
    this.some = { ...some, draft: some.drafts?.[who] };
    this.find = routeFinder(table, listener);
    this.mine = routesOf(table, listener, who);
    this.may = new Set(this.mine.map(({ method, pattern }) => `${method} ${pattern}`));
    this.requests = new Map();
    this.seen = new Set();
    this.known = new Set();
    this.shown = []; // a page of each route
    this.sent = new Set();
    this.queue = [];
  }

  values(pattern) {
    const { some } = this;
    if (/\/end\/purge$/.test(pattern)) return { ...some, round: some.past };
    if (/\/(end|releases)(\/|$)/.test(pattern)) return { ...some, round: some.over };
    if (pattern.startsWith('/A/')) return { ...some, sheet: some.sheet_code };
    if (/\/(forms|notice)(\/|$)/.test(pattern)) return { ...some, round: some.known };
    if (/\/finalise$/.test(pattern)) return { ...some, round: some.closed };
    if (/\/(edit|state|close|reopen)$/.test(pattern) || pattern === '/api/v1/rounds/{round}') return { ...some, round: some.last };
    return pattern.startsWith('/invitation') ? { ...some, token: some.invitation } : some;
  }

  // A pattern with something in the place of each name; mark: sqlmap's, behind each of them.
  path(pattern, mark = '', more = {}) {
    const values = { ...this.values(pattern), ...more };
    return pattern.replace(/\{([a-z_]+)\}/g, (_, name) => `${values[name] ?? 1}${mark}`);
  }

  add(one) {
    const route = this.find(one.method, one.path);
    if (!this.may.has(route) && !one.headers) return;
    const names = Object.keys({ ...one.fields, ...one.query }).sort().join();
    const mark = `${route} ${one.marked ? '*' : Object.keys(one.headers ?? {}).join() || names}`;
    const better = /\{/.test(route) && one.path === this.path(route.split(' ')[1]);
    if (!this.requests.has(mark) || better) this.requests.set(mark, { ...one, route, mark });
  }

  reads(text, path) {
    for (const form of formsOf(text, path, this.some)) {
      const { pathname, searchParams } = new URL(form.path, 'http://a');
      const query = Object.fromEntries(searchParams);
      const fields = form.method === 'GET' ? { ...query, ...form.fields } : form.fields;
      this.add({ ...form, path: pathname, fields, query: form.method === 'GET' ? {} : query });
      if (form.method === 'GET') this.queue.push(`${pathname}?${new URLSearchParams(fields)}`);
    }
    this.queue.push(...linksOf(text));
  }

  async visit(target) {
    const { pathname, searchParams } = new URL(target, 'http://a');
    const route = this.find('GET', pathname);
    const shape = `${route} ${[...searchParams.keys()].sort()} ${/rounds\/\d+/.exec(pathname)}`;
    if (this.seen.has(shape) || !this.may.has(route)) return;
    this.seen.add(shape);
    if (searchParams.size > 0) this.add({ method: 'GET', path: pathname, fields: Object.fromEntries(searchParams) });
    const { status, headers, text } = await ask(this.address, target, { headers: WALKING });
    if (status !== 200) return;
    if (!this.known.has(route)) this.shown.push(target);
    this.known.add(route);
    if (/html/.test(headers['content-type'])) this.reads(text, pathname);
  }

  async all() {
    while (this.queue.length > 0 && this.seen.size < PAGES_MOST) await this.visit(this.queue.shift());
  }

  // What stands behind a form is there when it is sent; what ends something is not sent.
  async send() {
    const before = this.sent.size;
    for (const one of [...this.requests.values()]) {
      if (one.method !== 'POST' || one.api || this.sent.has(one.mark)) continue;
      if (LAST.test(one.route) || ONCE.test(one.route)) continue;
      this.sent.add(one.mark);
      const { type, body } = bodyOf(one);
      const sent = { headers: { ...WALKING, 'content-type': type }, body: Buffer.from(body) };
      const { headers, text } = await ask(this.address, targetOf(one), sent);
      if (/html/.test(headers['content-type'] ?? '')) this.reads(text, one.path);
      if (headers.location?.startsWith('/')) this.queue.push(headers.location);
    }
    await this.all();
    return this.sent.size > before;
  }

  // Paths are attacked by themselves, or with the first form that is sent there.
  paths() {
    for (const { method, pattern, api } of this.mine.filter(({ pattern: text }) => /\{/.test(text))) {
      const forms = [...this.requests.values()].filter(({ route }) => route === `${method} ${pattern}`);
      const marked = this.path(pattern, '*');
      if (method === 'GET') this.add({ method, path: this.path(pattern), marked, fields: {}, api });
      else if (forms.length > 0) forms[0].marked = marked;
    }
  }

  async api() {
    const { text } = await ask(this.address, '/api/v1/openapi.json', { headers: { ...WALKING, accept: 'application/json' } });
    const document = JSON.parse(text);
    for (const path of Object.keys(document.paths))
      for (const method of ['get', 'post'].filter((word) => document.paths[path][word])) {
        const one = apiRequest(document, path, method, this.some);
        this.add({ ...one, path: this.path(path) });
      }
  }
}

// Walks as `who` by `address` (attack_front.mjs); starts: pages besides those of the routes.
export async function collect({ address, listener, table, some, who, starts = [] }) {
  const walk = new Walk({ address, listener, table, some, who });
  const pages = walk.mine.filter(({ method, api }) => method === 'GET' && !api);
  walk.queue.push(...starts, ...pages.map(({ pattern }) => walk.path(pattern)));
  walk.queue.push(...pages.map(({ pattern }) => walk.path(pattern, '', { round: some.single })));
  await walk.all();
  for (let i = 0; i < STEPS_MOST && (await walk.send()); i++);
  if (listener === 'console') await walk.api();
  walk.paths();
  for (const { path, headers } of HEADERS[who] ?? []) walk.add({ method: 'GET', path: walk.path(path), headers });
  const known = [...walk.known, ...[...walk.requests.values()].map(({ route }) => route)];
  const requests = [...walk.requests.values()].filter(({ route }) => ONLY.test(route));
  return { requests, pages: walk.seen.size, known, starts: [...starts, ...walk.shown] };
}

const rank = ({ route, mark }, before) => (before.includes(mark) ? 2 : 0) + (LAST.test(route) ? 1 : 0);

// Writes a file for each request that has something to attack; the name ends with the number of its
// parameters. Small ones come first, those that end something after the others, and those that another
// account has been attacked with last. Gives the plan: {pages, requests, parameters, routes: {"GET /…": parameters},
// known: [route], starts: [page of each]}; before: marks of requests, which this adds to.
export async function write({ folder, address, found: { requests, pages, known, starts }, before }) {
  const worth = requests.filter((one) => parametersOf(one) > 0).sort((a, b) => parametersOf(a) - parametersOf(b));
  const plan = { pages, requests: worth.length, parameters: 0, routes: {}, known, starts };
  for (const [i, one] of worth.entries()) {
    const name = `${rank(one, before)}-${String(i + 1).padStart(3, '0')}-${parametersOf(one)}.request`;
    await writeFile(`${folder}/${name}`, fileOf(address, one));
    plan.parameters += parametersOf(one);
    plan.routes[one.route] = (plan.routes[one.route] ?? 0) + parametersOf(one);
  }
  before.push(...worth.map(({ mark }) => mark));
  return plan;
}

// The refusal of a request that was read to its end: a wrong password's.
const READ = { 'POST /sign-in': '403', 'POST /account/password': '403' };
const REFUSED = ['0', '400', '401', '403', '404', '405', '415', '429', '502', '503'];

// What came of each route that `who` may: {routes, attacked, by_another, bare, left: [{route, why}],
// missed}. attacked: sqlmap was let in at least once; by_another: only as another account, of `done`,
// to which this adds; bare: neither path nor form nor query has anything to attack; missed: all
// others, with what came of them by status.
export function judge({ table, listener, who, plan, tally, done }) {
  const told = { routes: 0, attacked: 0, by_another: 0, bare: [], left: [], missed: [] };
  for (const { method, pattern } of routesOf(table, listener, who).filter((one) => ONLY.test(`${one.method} ${one.pattern}`))) {
    const route = `${method} ${pattern}`;
    const counts = tally[route] ?? {};
    told.routes++;
    if (plan.routes[route] > 0 && Object.keys(counts).some((status) => !REFUSED.includes(status) || READ[route] === status)) {
      told.attacked++;
      done.push(route);
    } else if (done.includes(route)) told.by_another++;
    else if (LEFT[route]) told.left.push({ route, why: LEFT[route] });
    else if (plan.routes[route] === undefined && plan.known.includes(route)) told.bare.push(route);
    else told.missed.push(`${route} ${JSON.stringify(counts)}`);
  }
  return told;
}
