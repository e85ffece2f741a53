// The door that the tools of bench/attack.sh knock at: in front of one listener, it keeps a session
// for them, puts the word of the session into their forms, makes each request one of another
// network (nobody is slowed down for what another one tried), and counts what came of each route,
// but for what bench/attack_requests.mjs asks to find its way (x-walk).
import { randomBytes } from 'node:crypto';
import http from 'node:http';

import { ask, signIn } from './attack_ask.mjs';

const COOKIE = '__Host-hjemsvar';
const PROXY = '127.0.0.2'; // whom the server believes who asks
const BUSY_TRIES = 40; // of 250 ms: an account has one file made at a time; wrong passwords wait longer
const HOP = /^(connection|keep-alive|transfer-encoding|content-length|x-walk)$/;

// The route of a request: "POST /rounds/{round}/edit"; what no route has is "elsewhere".
export function routeFinder(table, listener) {
  const routes = table
    .filter((route) => route.listener === listener)
    .map(({ method, pattern }) => {
      const text = pattern.replace(/[.]/g, '\\.').replace(/\{[a-z_]+\}/g, '[^/]+');
      return { method, name: `${method} ${pattern}`, path: new RegExp(`^${text}$`, listener === 'respondents' ? 'i' : '') };
    });
  return (method, target) => {
    const path = target.split('?')[0];
    return routes.find((route) => route.method === method && route.path.test(path))?.name ?? 'elsewhere';
  };
}

class Session {
  constructor(console, email) {
    Object.assign(this, { console, email, cookie: '', word: '' });
  }

  // One signing in for all who wait for it.
  async need() {
    this.coming ??= this.cookie ? null : this.open().finally(() => (this.coming = null));
    await this.coming;
  }

  async open() {
    this.cookie = await signIn(this.console, this.email);
    const { text } = await ask(this.console, '/account', { headers: { Cookie: `${COOKIE}=${this.cookie}` } });
    this.word = /name="csrf" value="([0-9A-Z]+)"/.exec(text)?.[1] ?? '';
  }

  // Signed out by what was sent, or refused: the next one signs in anew.
  see({ status, headers }) {
    const ended = (headers['set-cookie'] ?? []).some((line) => line.startsWith(`${COOKIE}=;`));
    if (ended || (status === 303 && /^\/sign-in/.test(headers.location ?? ''))) this.cookie = '';
  }
}

const withWord = (body, type, word) => {
  const text = body.toString('latin1');
  if (/urlencoded/.test(type)) return Buffer.from(text.replace(/(^|&)csrf=[^&]*/, `$1csrf=${word}`), 'latin1');
  return Buffer.from(text.replace(/(name="csrf"\r\n\r\n)[^\r]*/, `$1${word}`), 'latin1');
};

function headersOf(request, session, token) {
  const headers = {};
  for (const [name, value] of Object.entries(request.headers)) if (!HOP.test(name)) headers[name] = value;
  headers['x-forwarded-for'] = `10.${[...randomBytes(3)].join('.')}`;
  headers.origin ??= `http://${request.headers.host}`;
  if (token && request.url.startsWith('/api/')) headers.authorization ??= `Bearer ${token}`;
  else if (session) headers.cookie ??= `${COOKIE}=${session.cookie}`;
  return headers;
}

async function pass(door, request, body) {
  const { target, session, token } = door;
  if (session) await session.need();
  const type = request.headers['content-type'] ?? '';
  const sent = session ? withWord(body, type, session.word) : body;
  const options = { from: PROXY, method: request.method, headers: headersOf(request, session, token), body: sent };
  let reply = await ask(target, request.url, options);
  for (let i = 0; i < BUSY_TRIES && reply.status === 429 && session && !/^\/account\//.test(request.url); i++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    reply = await ask(target, request.url, options);
  }
  if (!request.headers.cookie) session?.see(reply);
  return reply;
}

function count(tally, route, status) {
  tally[route] ??= {};
  tally[route][status] = (tally[route][status] ?? 0) + 1;
}

function send(reply, response) {
  for (const [name, value] of Object.entries(reply.headers)) if (!HOP.test(name)) response.setHeader(name, value);
  response.writeHead(reply.status || 502);
  response.end(reply.bytes);
}

// {address, tally, close()}; target: "127.0.0.1:8081"; email: who is signed in, or none; token:
// what the API is asked with.
export async function front({ target, table, listener, email, token }) {
  const find = routeFinder(table, listener);
  const tally = {};
  const door = { target, token, session: email ? new Session(target, email) : null };
  const server = http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('error', () => {}); // the tool has gone
    request.on('end', async () => {
      const reply = await pass(door, request, Buffer.concat(pieces)).catch((error) => ({ status: 0, headers: {}, bytes: `${error}` }));
      if (!request.headers['x-walk']) count(tally, find(request.method, request.url), reply.status);
      send(reply, response);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `127.0.0.1:${server.address().port}`, tally, close };
}
