// Staff of the console, as their browsers and programs talk to it.
//
//   const console = await Console.start(hjemsvar);             // a server that trusts a proxy
//   await console.account({ email, role: 'municipality', municipality: 101 });
//   const staff = await console.signIn(email);                 // by the proxy: no password needed
//   const reply = await staff.get('/staff');
//   const reply = await staff.post('/staff', { email: … });    // with the word of its forms
//   const link = await staff.invite({ email, role, … });       // the address of an invitation
//   codeOf(secret)                                             // of the authenticator, now
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

import { request, startServer } from './server.mjs';

export const PROXY_HEADER = 'X-Signed-In';
export const COOKIE = '__Host-hjemsvar';
export const PASSWORD = 'tre kaniner under sofaen';

// The settings of a server whose console believes a proxy on this machine.
export const proxied = {
  HJEMSVAR_TRUSTED_PROXIES: '127.0.0.0/8',
  HJEMSVAR_CONSOLE_PROXY_HEADER: PROXY_HEADER,
};

// RFC 6238 with what every app does: SHA-1, six digits, 30 seconds.
export function codeOf(secret, stepsFromNow = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/ /g, '')]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsFromNow));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = digest[19] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// The session cookie of a reply; null when it sets none, '' when it takes it away.
export function cookieOf(reply) {
  const line = (reply.headers['set-cookie'] ?? []).find((text) => text.startsWith(`${COOKIE}=`));
  return line === undefined ? null : line.slice(COOKIE.length + 1).split(';')[0];
}

const DEVICE = '__Host-hjemsvar-device';
const deviceOf = (reply) =>
  new RegExp(`^${DEVICE}=([^;]+)`, 'm').exec((reply.headers['set-cookie'] ?? []).join('\n'))?.[1];

export const csrfOf = (reply) =>
  /name="csrf" value="([0-9A-Z]*)"/.exec(reply.text)?.[1] ?? null;

export const headingOf = (reply) =>
  (/<h1[^>]*>([^<]*)<\/h1>/.exec(reply.text)?.[1] ?? '').replaceAll('&#39;', "'");

// One browser: it keeps the session cookie and the mark of who has signed in there, and knows the
// word of its forms.
export class Staff {
  constructor(server) {
    this.server = server;
    this.cookie = null;
    this.device = null;
    this.csrf = '';
  }

  async send(path, options = {}) {
    const headers = { Accept: 'text/html', ...options.headers };
    const cookies = [];
    if (this.cookie) cookies.push(`${COOKIE}=${this.cookie}`);
    if (this.device) cookies.push(`${DEVICE}=${this.device}`);
    if (cookies.length > 0) headers.Cookie = cookies.join('; ');
    const reply = await request(this.server.console, path, { ...options, headers });
    const cookie = cookieOf(reply);
    if (cookie !== null) this.cookie = cookie;
    if (cookie) this.server.keep(cookie);
    this.device = deviceOf(reply) ?? this.device;
    const csrf = csrfOf(reply);
    if (csrf) this.csrf = csrf;
    return reply;
  }

  get(path, options) {
    return this.send(path, options);
  }

  post(path, fields = {}, options = {}) {
    const headers = { Origin: this.server.console, ...options.headers };
    return this.send(path, { ...options, headers, form: { csrf: this.csrf, ...fields } });
  }

  // Makes an account and gives the address of its invitation.
  async invite(fields) {
    const reply = await this.post('/staff', fields);
    assert.equal(reply.status, 200, headingOf(reply));
    const link = /value="([^"]*\/invitation\/[0-9A-Z]+)"/.exec(reply.text)[1];
    const token = link.slice(link.lastIndexOf('/') + 1);
    this.server.keep(token);
    return `/invitation/${token}`;
  }
}

export class Console {
  static async start(hjemsvar, more = {}) {
    const console = new Console();
    console.hjemsvar = hjemsvar;
    console.server = await startServer(hjemsvar, { ...proxied, ...more });
    return console;
  }

  // An account without a password: enough for who comes through the proxy.
  async account({ email, role, municipality = null, rounds = null, name = '' }) {
    const list = rounds === null ? 'NULL' : `ARRAY[${rounds}]`;
    const [[id]] = await this.hjemsvar.sql(
      `INSERT INTO staff (email, name, role, municipality, rounds)
       VALUES ('${email}', '${name}', '${role}', ${municipality ?? 'NULL'}, ${list}) RETURNING id`,
    );
    return Number(id);
  }

  async signIn(email) {
    const staff = new Staff(this.server);
    const reply = await staff.get('/', { headers: { [PROXY_HEADER]: email } });
    assert.equal(reply.status, 200, `${email}: ${headingOf(reply)}`);
    assert.ok(staff.cookie, email);
    return staff;
  }

  // Accepts an invitation over HTTP; the browser is then signed in as far as a password goes.
  async accept(path, password = PASSWORD) {
    const staff = new Staff(this.server);
    const reply = await staff.post(path, { password });
    assert.equal(reply.status, 303, headingOf(reply));
    return { staff, reply };
  }

  // Gives a browser that is signed in by password an authenticator: {secret, codes}.
  async enrol(staff) {
    await staff.get('/authenticator');
    const offer = await staff.post('/authenticator', { action: 'offer' });
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(offer.text)[1];
    const done = await staff.post('/authenticator', { action: 'confirm', code: codeOf(secret) });
    const codes = [...done.text.matchAll(/<li><code>([0-9A-Z-]+)<\/code>/g)].map(([, code]) => code);
    assert.equal(codes.length, 10, headingOf(done));
    this.server.keep(secret, ...codes);
    return { secret, codes };
  }

  // Codes that were used may be used again: each test has its 30 seconds to itself.
  forgetSteps() {
    return this.hjemsvar.sql('UPDATE staff_secret SET totp_step = 0');
  }

  forgetAttempts() {
    return this.hjemsvar.sql('DELETE FROM sign_in_attempt');
  }

  async stop() {
    await this.server?.stop();
  }
}

// A form with a file, as a browser sends it; parts are [name, value] or
// [name, {name, bytes, type}].
export function multipart(parts, boundary = 'xYzZyX') {
  const pieces = parts.flatMap(([name, value]) => {
    const file = typeof value === 'object';
    const head = file
      ? `; filename="${value.name}"\r\nContent-Type: ${value.type ?? 'application/octet-stream'}`
      : '';
    return [
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\n`,
      file ? value.bytes : value,
      '\r\n',
    ];
  });
  return {
    body: Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece))),
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  };
}
