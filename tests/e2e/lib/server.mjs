// A server under test and a parent's way of talking to it: start and stop, plain HTTP
// without hidden retries, a browser without JavaScript.
//
//   const server = await startServer(hjemsvar);          // hjemsvar.mjs; or its env, with more
//   const reply = await request(server.respondents, '/S/7KQ4M2V');
//   const reply = await sendJson(server, code, {q3: 1}); // draws a number, action=send
//   const parent = new Parent(server, code); await parent.open(); await parent.press('next');
//   await server.stop();                                 // SIGTERM, exit code 0, a quiet log
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { join } from 'node:path';
import zlib from 'node:zlib';

import { build, checkout } from './hjemsvar.mjs';

const READY_MS = 120_000;
const STOP_MS = 120_000; // the server itself gives up after 15 s; the sanitizers are slow
const PATIENCE_MS = 120_000;
const BREATH_MS = 20;
const PRIVATE_LENGTH = 7; // of a code
const LISTENERS = ['respondents', 'console', 'operations'];

// ---- the server

const addresses = {
  HJEMSVAR_LISTEN: '127.0.0.1:0',
  HJEMSVAR_CONSOLE_LISTEN: '127.0.0.1:0',
  HJEMSVAR_OPS_LISTEN: '127.0.0.1:0',
};

class Server {
  constructor(child) {
    this.child = child;
    this.pid = child.pid;
    this.lines = []; // of stderr, whole ones
    this.rest = '';
    this.waiting = [];
    this.private = new Set(); // what no line of the log may hold
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        if (this.rest !== '') this.takeLine(this.rest);
        this.rest = '';
        this.ended = { code, signal };
        for (const wanted of this.waiting.splice(0)) wanted.reject(this.failure('ended'));
        resolve(this.ended);
      });
    });
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (piece) => {
      const lines = (this.rest + piece).split('\n');
      this.rest = lines.pop();
      for (const line of lines) this.takeLine(line);
    });
  }

  takeLine(line) {
    this.lines.push(line);
    for (const wanted of [...this.waiting]) {
      if (wanted.when(line)) {
        this.waiting.splice(this.waiting.indexOf(wanted), 1);
        wanted.resolve(line);
      }
    }
  }

  // Resolves with the first line of the log, past or to come, that `when` is true of.
  line(when, timeoutMs = READY_MS) {
    const seen = this.lines.find((line) => when(line));
    if (seen !== undefined) return Promise.resolve(seen);
    if (this.ended) return Promise.reject(this.failure('ended'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.failure('is silent')), timeoutMs);
      const done = (settle) => (value) => {
        clearTimeout(timer);
        settle(value);
      };
      this.waiting.push({ when, resolve: done(resolve), reject: done(reject) });
    });
  }

  // The first event of a name, as an object.
  async event(name, matches = () => true) {
    const parsed = (line) => {
      try {
        return JSON.parse(line);
      } catch {
        return {};
      }
    };
    return parsed(
      await this.line((line) => parsed(line).event === name && matches(parsed(line))),
    );
  }

  failure(what) {
    const ended = this.ended ? ` (${this.ended.signal ?? this.ended.code})` : '';
    return new Error(`the server ${what}${ended}:\n${this.lines.slice(-30).join('\n')}`);
  }

  // Notes what parents hold in confidence, so that stop() can look for it in the log. Short
  // texts might be there by chance.
  keep(...secrets) {
    for (const secret of secrets)
      if (typeof secret === 'string' && secret.length >= PRIVATE_LENGTH) this.private.add(secret);
  }

  // The log holds JSON lines and nothing of a respondent.
  checkLog() {
    for (const line of this.lines) {
      let event;
      assert.doesNotThrow(() => (event = JSON.parse(line)), `no JSON in the log: ${line}`);
      const plain = line.toLowerCase();
      for (const secret of this.private)
        assert.ok(!plain.includes(secret.toLowerCase()), `the log tells ${secret}: ${line}`);
      if (event.event !== 'listening')
        assert.doesNotMatch(line, /\b\d{1,3}(\.\d{1,3}){3}\b|[0-9a-f]*::[0-9a-f]*/i);
    }
  }

  // SIGTERM, a good end and a quiet log.
  async stop() {
    this.child.kill('SIGTERM');
    const ended = await this.end(STOP_MS);
    assert.deepEqual(ended, { code: 0, signal: null }, this.failure('stopped badly').message);
    this.checkLog();
  }

  async kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.end(STOP_MS);
  }

  async end(timeoutMs) {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), timeoutMs);
    const ended = await this.exited;
    clearTimeout(timer);
    return ended;
  }
}

const running = new Set();
process.once('exit', () => {
  for (const server of running) server.child.kill('SIGKILL');
});

// Starts the program; `place` is an installation (hjemsvar.mjs) or an environment.
function spawnServer(place = {}, more = {}) {
  const env = { HJEMSVAR_SHARE_DIR: checkout, ...addresses, ...(place.env ?? place), ...more };
  const child = spawn(join(build, 'hjemsvar-server'), [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const server = new Server(child);
  running.add(server);
  server.exited.then(() => running.delete(server));
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(server));
    child.once('error', reject);
  });
}

// Starts a server on free ports and waits until its three listeners are announced:
// server.respondents, server.console, server.operations are "http://127.0.0.1:PORT".
export async function startServer(place = {}, more = {}) {
  const server = await spawnServer(place, more);
  try {
    for (const name of LISTENERS) {
      const { address } = await server.event('listening', (event) => event.listener === name);
      server[name] = `http://${address}`;
    }
  } catch (error) {
    await server.kill();
    throw error;
  }
  return server;
}

// ---- HTTP

// Idle connections are given up long before the server does it, for a request on one that
// is just being closed would fail.
const AGENT = new http.Agent({ keepAlive: true, maxSockets: 64, timeout: 5000 });

// Fields as an object or as pairs; a value that is null or undefined is left out.
export function encodeForm(fields) {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  return pairs
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

// One request; never a retry, never a redirect followed. `body` is a string or Buffer,
// `form` fields. The reply: status, headers, bytes (decompressed), text, json(), page().
export function request(base, target, { method, headers = {}, body, form, agent = AGENT } = {}) {
  const payload = form === undefined ? body : encodeForm(form);
  const sent = { ...headers };
  const given = Object.keys(sent).map((name) => name.toLowerCase());
  if (payload !== undefined && !given.includes('content-type'))
    sent['Content-Type'] = 'application/x-www-form-urlencoded';
  if (payload !== undefined && !given.includes('content-length'))
    sent['Content-Length'] = Buffer.byteLength(payload);
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const call = http.request({
      hostname,
      port,
      path: target,
      method: method ?? (payload === undefined ? 'GET' : 'POST'),
      headers: sent,
      agent,
    });
    call.once('error', reject);
    call.once('response', (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve(new Reply(response, Buffer.concat(pieces)));
        } catch (error) {
          reject(error);
        }
      });
    });
    call.end(payload);
  });
}

class Reply {
  constructor(response, sent) {
    this.status = response.statusCode;
    this.headers = response.headers;
    this.rawHeaders = response.rawHeaders;
    this.sent = sent; // as it came over the wire
    const unpack = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync };
    const coding = sent.length > 0 ? this.headers['content-encoding'] : undefined;
    this.bytes = coding === undefined ? sent : unpack[coding](sent);
    const file = /^application\/(pdf|zip|vnd\.|x-spss|x-stata)/.test(this.headers['content-type'] ?? '');
    this.text = file ? '' : new TextDecoder('utf-8', { fatal: true }).decode(this.bytes);
  }

  json() {
    return JSON.parse(this.text);
  }

  page() {
    return parsePage(this.text);
  }
}

export const postForm = (server, target, form, options = {}) =>
  request(server.respondents, target, { ...options, form });

// A submission number as a phone draws it: 26 digits of Crockford base 32.
export function drawNumber() {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return [...randomBytes(26)].map((byte) => digits[byte & 31]).join('');
}

// Sends an answer as a program does: fields as in the interface, a drawn number unless
// `submission` is among them.
export async function sendJson(server, code, fields, options = {}) {
  const form = { submission: drawNumber(), action: 'send', ...fields };
  const reply = await request(server.respondents, `/S/${code}`, {
    ...options,
    headers: { Accept: 'application/json', ...options.headers },
    form,
  });
  server.keep(code, form.submission, form.q1_text, form.q10, reply.json().receipt);
  return reply;
}

// Withdraws by receipt, as a program does.
export function withdraw(server, code, receipt, options = {}) {
  return request(server.respondents, `/S/${code}/withdraw`, {
    ...options,
    headers: { Accept: 'application/json', ...options.headers },
    form: { receipt },
  });
}

// Asks again and again, with a breath in between that leaves the processor to the server,
// until `good` is true of what comes back; gives that. The deadline is far beyond what is
// promised: it ends a test that would not end, and measures nothing.
export async function eventually(ask, good, timeoutMs = PATIENCE_MS) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    assert.ok(Date.now() < deadline, `still ${answer?.status ?? JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  }
}

// Runs `work` over items, so many at a time; gives the results in the items' order.
export async function spread(items, most, work) {
  const results = new Array(items.length);
  let next = 0;
  const run = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: most }, run));
  return results;
}

// ---- HTML, as much of it as these pages have

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function unescapeHtml(text) {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    return ENTITIES[name] ?? whole;
  });
}

export const visibleText = (html) =>
  unescapeHtml(html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();

function attributes(tag) {
  const found = {};
  for (const [, name, value] of tag.matchAll(/\s([a-z-]+)(?:="([^"]*)")?/g))
    found[name] = value === undefined ? '' : unescapeHtml(value);
  return found;
}

const tags = (html, name) =>
  [...html.matchAll(new RegExp(`<${name}((?:\\s[^>]*)?)>`, 'g'))].map(([, rest]) =>
    attributes(rest),
  );

const elements = (html, name) =>
  [...html.matchAll(new RegExp(`<${name}((?:\\s[^>]*)?)>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, rest, inner]) => ({ ...attributes(rest), inner, text: visibleText(inner) }),
  );

const byId = (html, id) => {
  const found = new RegExp(`<(\\w+)[^>]*\\sid="${id}"[^>]*>([\\s\\S]*?)</\\1>`).exec(html);
  return found === null ? null : found[2];
};

// What a reader or a browser sees of a page:
//   title, lang, headings, hidden [[name, value]], radios [{name, value, checked, id}],
//   texts [{name, value, id}], buttons [{value, text}], ids, links [{href, text}],
//   problems [{target, text}] or null, notice or null, progress, legends,
//   items {field: {label, value}} of the check page, receipt or null
export function parsePage(source) {
  const whole = source.replace(/\r\n?/g, '\n'); // as HTML parsers do
  const html = whole.replace(/<template\b[\s\S]*?<\/template>/g, ''); // never shown nor posted
  const inputs = tags(html, 'input');
  const areas = elements(html, 'textarea').map((area) => ({
    ...area,
    value: unescapeHtml(area.inner.replace(/^\n/, '')),
  }));
  const problems = byId(html, 'problems');
  const notice = byId(html, 'notice');
  const items = {};
  const item = /<div class="item" id="(\w+)"><dt>([\s\S]*?)<\/dt><dd dir="auto">([\s\S]*?)<\/dd>/g;
  for (const [, id, label, value] of html.matchAll(item))
    items[id] = { label: unescapeHtml(label), value: unescapeHtml(value) };
  return {
    html: whole,
    title: elements(html, 'title')[0]?.text ?? '',
    lang: tags(html, 'html')[0]?.lang,
    dir: tags(html, 'html')[0]?.dir,
    headings: [...elements(html, 'h1'), ...elements(html, 'h2')].map(({ text }) => text),
    hidden: inputs.filter(({ type }) => type === 'hidden').map(({ name, value }) => [name, value]),
    radios: inputs
      .filter(({ type }) => type === 'radio')
      .map((input) => ({ ...input, checked: 'checked' in input })),
    texts: [...inputs.filter(({ type }) => type === 'text'), ...areas],
    buttons: elements(html, 'button').filter(({ name }) => name === 'action'),
    ids: [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id),
    links: elements(html, 'a'),
    legends: elements(html, 'legend').map(({ text }) => text),
    problems: problems === null
      ? null
      : elements(problems, 'a').map(({ href, text }) => ({ target: href.slice(1), text })),
    notice: notice === null ? null : visibleText(notice),
    progress:
      [...elements(html, 'h1'), ...elements(html, 'p')].find((part) => part.class === 'progress')
        ?.text ?? null,
    paragraphs: elements(html, 'p').map(({ text }) => text),
    items,
    receipt: byId(html, 'receipt')?.trim() ?? null,
  };
}

// ---- a parent

// A browser without JavaScript at one link: it holds the page it got last, lets
// one choose and write on it, and posts what a browser would post.
export class Parent {
  constructor(server, code, { headers = {}, agent } = {}) {
    this.server = server;
    this.path = `/S/${code}`;
    server.keep(code);
    this.headers = { Accept: 'text/html', 'Accept-Encoding': 'gzip', ...headers };
    this.agent = agent;
  }

  async take(reply) {
    this.reply = reply;
    this.status = reply.status;
    this.page = reply.page();
    this.choices = new Map(
      this.page.radios.filter(({ checked }) => checked).map(({ name, value }) => [name, value]),
    );
    this.texts = new Map(this.page.texts.map(({ name, value }) => [name, value ?? '']));
    this.server.keep(this.hidden('submission'), this.page.receipt);
    this.server.keep(this.page.receipt?.replaceAll('-', ''));
    return this;
  }

  async open(query = '') {
    this.path = this.path.split('?')[0] + query;
    const { headers, agent } = this;
    return this.take(await request(this.server.respondents, this.path, { headers, agent }));
  }

  // The page's id, from its hidden fields: intro, family, … check; null elsewhere.
  get where() {
    return this.hidden('page');
  }

  hidden(name) {
    const found = this.page.hidden.find(([key]) => key === name);
    return found === undefined ? null : found[1];
  }

  // Chooses an option or writes a text; the page must offer it.
  set(answers) {
    for (const [name, value] of Object.entries(answers)) {
      if (this.texts.has(name)) {
        this.texts.set(name, String(value));
        this.server.keep(String(value));
      } else {
        const offered = this.page.radios.some(
          (radio) => radio.name === name && radio.value === String(value),
        );
        assert.ok(offered, `${name}=${value} is not on the page ${this.where}`);
        this.choices.set(name, String(value));
      }
    }
    return this;
  }

  // What the form would post with a button, in the order of HTML's form submission as far
  // as it matters: line ends are CRLF, whatever was typed.
  fields(action) {
    const pairs = [...this.page.hidden, ...this.choices, ...this.texts];
    if (action !== undefined) pairs.push(['action', action]);
    return pairs.map(([name, value]) => [name, value.replace(/\r\n|\r|\n/g, '\r\n')]);
  }

  async press(action) {
    assert.ok(
      this.page.buttons.some(({ value }) => value === action),
      `no button ${action} on the page ${this.where} (${this.status} ${this.page.title})`,
    );
    const { headers, agent } = this;
    return this.take(
      await request(this.server.respondents, this.path, {
        headers,
        agent,
        form: this.fields(action),
      }),
    );
  }

  // Answers a page and goes on, past the gentle notice if it comes.
  async answer(answers = {}) {
    const before = this.where;
    this.set(answers);
    await this.press('next');
    if (this.where === before && this.page.notice !== null) await this.press('next');
    return this;
  }

  // Answers page after page from `answers` until they are at a page; gives the pages left
  // behind. What no page asks is left alone.
  async reach(where, answers = {}) {
    const left = [];
    while (this.where !== where) {
      left.push(this.where);
      assert.equal(this.status, 200, `${this.where}: ${this.page.title}`);
      assert.ok(left.length < 40, `does not come to ${where}: ${left}`);
      const asked = new Set([...this.texts.keys(), ...this.page.radios.map(({ name }) => name)]);
      const here = Object.entries(answers).filter(([name]) => asked.has(name));
      await this.answer(Object.fromEntries(here));
    }
    return left;
  }

  // The same to the check page.
  walk(answers) {
    return this.reach('check', answers);
  }
}
