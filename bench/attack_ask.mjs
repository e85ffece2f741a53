// A request of bench/attack*.mjs, without a library. Addresses as "127.0.0.1:8080"; `from` is the
// address of this machine that the connection comes from, for networks are counted apart.
import http from 'node:http';

const COOKIE = '__Host-hjemsvar';
const PROXY = '127.0.0.2'; // whom the server believes who is signed in
const PATIENCE_MS = 15_000;

const agents = new Map();

function agentOf(from) {
  if (!agents.has(from)) agents.set(from, new http.Agent({ keepAlive: true, maxSockets: 16, localAddress: from }));
  return agents.get(from);
}

export function hangUp() {
  for (const agent of agents.values()) agent.destroy();
}

// {status, headers, bytes, text, ms}; status 0: no reply. form: fields of a POST; body: bytes of one.
export function ask(address, path, { from = '127.0.0.1', headers = {}, form, body, method, tries = 2 } = {}) {
  const [hostname, port] = address.split(':');
  const bytes = form === undefined ? body : Buffer.from(new URLSearchParams(form).toString());
  const how = method ?? (bytes === undefined ? 'GET' : 'POST');
  const sent = { accept: 'text/html', ...headers };
  if (form !== undefined) sent['content-type'] ??= 'application/x-www-form-urlencoded';
  if (bytes?.length > 0 || how === 'POST') sent['content-length'] = bytes?.length ?? 0;
  const begun = performance.now();
  return new Promise((resolve) => {
    const done = (status, more = {}) =>
      resolve({ status, text: '', bytes: Buffer.alloc(0), headers: {}, ms: performance.now() - begun, ...more });
    const options = { hostname, port, path, method: how, headers: sent, agent: agentOf(from), timeout: PATIENCE_MS };
    const call = http.request(options, (reply) => {
      const pieces = [];
      reply.on('data', (piece) => pieces.push(piece));
      reply.on('error', () => done(0));
      reply.on('end', () => {
        const all = Buffer.concat(pieces);
        done(reply.statusCode, { headers: reply.headers, bytes: all, text: all.toString() });
      });
    });
    call.on('timeout', () => call.destroy());
    // A connection that was kept may just have been closed by the server.
    call.on('error', () => {
      if (call.reusedSocket && tries > 1) resolve(ask(address, path, { from, headers, form, body, method, tries: tries - 1 }));
      else done(0);
    });
    call.end(bytes);
  });
}

// Signs in as the proxy does for whom it knows; gives the cookie of the session.
export async function signIn(console, email) {
  const reply = await ask(console, '/', { from: PROXY, headers: { 'x-signed-in': email } });
  const line = (reply.headers['set-cookie'] ?? []).find((text) => text.startsWith(`${COOKIE}=`));
  if (!line) throw new Error(`${email} is not signed in: ${reply.status}`);
  return line.slice(COOKIE.length + 1).split(';')[0];
}
