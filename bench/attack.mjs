// What bench/attack.sh asks of a running server, without a library: who attacks, and the parents
// and staff who go on meanwhile. Addresses as "127.0.0.1:8080"; `from` is the address of this
// machine that a connection comes from, for networks are counted apart.
//
//   node bench/attack.mjs sign-in CONSOLE EMAIL                    the cookie of a session
//   node bench/attack.mjs forms CONSOLE COOKIE ROUTES FOLDER       a request file for each form
//   node bench/attack.mjs forms-of-parents RESPONDENTS CODE FOLDER
//   node bench/attack.mjs answer RESPONDENTS CODE SECONDS FROM     a parent every 100 ms: JSON
//   node bench/attack.mjs guess RESPONDENTS COUNT FROM             wrong codes: JSON
//   node bench/attack.mjs open RESPONDENTS FROM CODE…              how many letters open: JSON
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';

const COOKIE = '__Host-hjemsvar';
const PROXY = '127.0.0.2'; // whom the server believes who is signed in
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PATIENCE_MS = 15_000;

const agents = new Map();

function agentOf(from) {
  if (!agents.has(from)) agents.set(from, new http.Agent({ keepAlive: true, maxSockets: 16, localAddress: from }));
  return agents.get(from);
}

// {status, headers, text, ms}; status 0: no reply.
function ask(address, path, { from = '127.0.0.1', headers = {}, form } = {}) {
  const [hostname, port] = address.split(':');
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const sent = { Accept: 'text/html', ...headers };
  if (body !== undefined) {
    sent['Content-Type'] = 'application/x-www-form-urlencoded';
    sent['Content-Length'] = Buffer.byteLength(body);
  }
  const begun = performance.now();
  return new Promise((resolve) => {
    const done = (status, more = {}) => resolve({ status, text: '', headers: {}, ms: performance.now() - begun, ...more });
    const method = body === undefined ? 'GET' : 'POST';
    const options = { hostname, port, path, method, headers: sent, agent: agentOf(from), timeout: PATIENCE_MS };
    const call = http.request(options, (reply) => {
      const pieces = [];
      reply.on('data', (piece) => pieces.push(piece));
      reply.on('error', () => done(0));
      reply.on('end', () => done(reply.statusCode, { headers: reply.headers, text: Buffer.concat(pieces).toString() }));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => done(0));
    call.end(body);
  });
}

const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

function count(replies) {
  const statuses = {};
  for (const { status } of replies) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
}

// ---- forms and parameters

const plain = (text) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]);

// What would end the session that attacks, or take its account away.
const LEFT_OUT = /^\/(sign-out|account\/(sign-out|password|recovery)|authenticator|sign-in\/code)/;
const FILES = /\.(pdf|csv|xlsx|svg|html)(\?|$)/;

function formsOf(text, path) {
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, inside]) => {
    const fields = {};
    for (const [tag] of inside.matchAll(/<(?:input|select|textarea|button)\b[^>]*\bname="[^"]*"[^>]*>/g)) {
      const name = plain(/\bname="([^"]*)"/.exec(tag)[1]);
      const value = plain(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '1');
      if (!/type="file"/.test(tag)) fields[name] ??= value;
    }
    const action = plain(/\baction="([^"]*)"/.exec(head)?.[1] ?? path);
    return { method: /method="post"/i.test(head) ? 'POST' : 'GET', action, fields };
  });
}

const linksOf = (text) => [...text.matchAll(/<a\b[^>]*\bhref="(\/[^"#]*)/g)].map(([, href]) => plain(href));

// A request as sqlmap reads it from a file; a path's number is marked with its asterisk.
function requestText(address, cookie, { method, path, fields }) {
  const body = new URLSearchParams(fields).toString();
  const target = method === 'GET' && body !== '' ? `${path}?${body}` : path;
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${address}`, 'Accept: text/html'];
  if (cookie) lines.push(`Cookie: ${COOKIE}=${cookie}`, `Origin: http://${address}`);
  if (method === 'GET') return `${lines.join('\r\n')}\r\n\r\n`;
  return `${lines.join('\r\n')}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n${body}`;
}

async function collect(address, cookie, seeds, most) {
  const seen = new Set();
  const requests = new Map();
  const add = (one) => {
    if (LEFT_OUT.test(one.path)) return;
    const mark = `${one.method} ${one.path.replace(/\d+/g, 'N')} ${Object.keys(one.fields).sort()}`;
    if (!requests.has(mark)) requests.set(mark, one);
  };
  const queue = [...seeds];
  while (queue.length > 0 && seen.size < most) {
    const target = queue.shift();
    const shape = target.replace(/\d+/g, 'N').replace(/=[^&]*/g, '=');
    if (seen.has(shape) || LEFT_OUT.test(target)) continue;
    seen.add(shape);
    const { pathname, searchParams } = new URL(target, 'http://a');
    const fields = Object.fromEntries(searchParams);
    if (Object.keys(fields).length > 0) add({ method: 'GET', path: pathname, fields });
    if (FILES.test(target)) continue;
    const { status, text } = await ask(address, target, { headers: cookie ? { Cookie: `${COOKIE}=${cookie}` } : {} });
    if (status !== 200) continue;
    const number = /^(.*\/)(\d+|da|en|bilag8)(\/[^/]*)?$/.exec(pathname);
    if (number) add({ method: 'GET', path: `${number[1]}${number[2]}*${number[3] ?? ''}`, fields: {} });
    for (const { method, action, fields: given } of formsOf(text, pathname)) {
      const { pathname: path, searchParams: more } = new URL(action, 'http://a');
      add({ method, path, fields: method === 'GET' ? { ...Object.fromEntries(more), ...given } : given });
    }
    queue.push(...linksOf(text));
  }
  return { pages: seen.size, requests: [...requests.values()] };
}

async function write(folder, address, cookie, { pages, requests }) {
  for (const [i, one] of requests.entries())
    await writeFile(`${folder}/${String(i + 1).padStart(3, '0')}.request`, requestText(address, cookie, one));
  const fields = requests.reduce((sum, one) => sum + Object.keys(one.fields).filter((name) => name !== 'csrf').length, 0);
  tell({ pages, requests: requests.length, fields });
}

const some = { round: 1, municipality: 101, staff: 1, token: 1, upload: 1, release: 1, questionnaire: 'bilag8', version: 1, language: 'en' };

const commands = {
  async 'sign-in'(address, email) {
    const reply = await ask(address, '/', { from: PROXY, headers: { 'X-Signed-In': email } });
    const line = (reply.headers['set-cookie'] ?? []).find((text) => text.startsWith(`${COOKIE}=`));
    if (!line) throw new Error(`${email} is not signed in: ${reply.status}`);
    process.stdout.write(`${line.slice(COOKIE.length + 1).split(';')[0]}\n`);
  },

  async forms(address, cookie, routes, folder) {
    const table = JSON.parse(await readFile(routes, 'utf8'));
    const pages = table.filter(({ listener, method, api }) => listener === 'console' && method === 'GET' && !api);
    const seeds = pages.map(({ pattern }) => pattern.replace(/\{([a-z_]+)\}/g, (_, name) => some[name]));
    await write(folder, address, cookie, await collect(address, cookie, ['/', ...seeds], 400));
  },

  async 'forms-of-parents'(address, code, folder) {
    const seeds = ['/', `/?code=${code}`, `/S/${code}?lang=en`, `/S/${code}/withdraw`, '/privacy?lang=en', '/was?lang=en'];
    await write(folder, address, '', await collect(address, '', seeds, 50));
  },

  async answer(address, code, seconds, from) {
    const replies = [];
    const end = Date.now() + Number(seconds) * 1000;
    while (Date.now() < end) {
      const submission = [...randomBytes(26)].map((byte) => DIGITS[byte & 31]).join('');
      const page = await ask(address, `/S/${code}`, { from });
      const sent = await ask(address, `/S/${code}`, {
        from,
        headers: { Accept: 'application/json' },
        form: { submission, action: 'send', q1: 1, q2: 1, q3: 1, q4_1: 1, q5_1: 2, q6_1: 2, q7: 2, q8_1: 2, q9: 8 },
      });
      replies.push(page, sent);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const times = replies.map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]);
    tell({ statuses: count(replies), p50_ms: at(0.5), p99_ms: at(0.99), most_ms: at(1) });
  },

  // Well-formed, so that each is looked up: the check character is right (docs/architecture.md).
  async guess(address, most, from) {
    const replies = [];
    const guess = () => {
      const digits = [...randomBytes(10)].map((byte) => byte & 31);
      const sum = digits.reverse().reduce((total, digit, i) => {
        const product = digit * (i % 2 === 0 ? 2 : 1);
        return total + (product >> 5) + (product & 31);
      }, 0);
      return [...digits.reverse(), (32 - (sum % 32)) % 32].map((digit) => DIGITS[digit]).join('');
    };
    const begun = performance.now();
    await Promise.all(Array.from({ length: 16 }, async () => {
      while (replies.length < Number(most))
        replies.push(await ask(address, `/S/${guess()}`, { from, headers: { Accept: 'application/json' } }));
    }));
    tell({ statuses: count(replies), seconds: Math.round((performance.now() - begun) / 100) / 10 });
  },

  async open(address, from, ...codes) {
    const replies = [];
    for (const code of codes) replies.push(await ask(address, `/S/${code}`, { from }));
    tell({ statuses: count(replies) });
  },
};

const [command, ...words] = process.argv.slice(2);
if (!commands[command]) {
  process.stderr.write(`attack.mjs: hint: one of ${Object.keys(commands).join(', ')}\n`);
  process.exitCode = 64;
} else {
  await commands[command](...words);
  for (const agent of agents.values()) agent.destroy();
}
