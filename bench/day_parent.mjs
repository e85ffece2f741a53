// One parent of bench/day.mjs: a browser in as few lines as will do, for a thousand of them share
// a processor. Speaks HTTP/1.1 over a connection that it keeps, as a browser does, and opens a new
// one when the server has closed it.
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import zlib from 'node:zlib';

import { numberToUuid } from '../tests/e2e/lib/ledger.mjs';
import { drawNumber, unescapeHtml } from '../tests/e2e/lib/server.mjs';

const REPLY_MS = 20_000; // then the page's script tries again
const AGAIN_MS = 1000; // the first pause before it does; doubled each time
const TRIES = 6;
const PIECES = 8; // of a body that drips
const STEPS = 40;
const AGENT = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36';

const DEVICES = Array.from({ length: 40 }, (_, i) => `${AGENT} device/${i}-${randomBytes(2).toString('hex')}`);

const pause = (ms) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined);

export class Parent {
  constructor({ host, port, clock, book, person }) {
    Object.assign(this, { host, port, clock, book, person });
    this.due = person.at;
  }

  async live() {
    const { kind, language } = this.person;
    try {
      const page = await this.page('page', language === 'da' && kind !== 'switches' ? '' : `?lang=${language}`);
      if (page === undefined) return;
      if (kind === 'switches') await this.page('page', '?lang=en', this.person.turn);
      if (kind === 'leaves') this.book.left++;
      else if (kind === 'plain') await this.answerPlainly(page);
      else await this.answerByScript();
    } catch (error) {
      this.book.fail(`error: ${error.message}`);
    } finally {
      this.hangUp();
    }
  }

  // ---- the plan

  // Waits until the next step is due, so many ms after the one before was.
  async step(ms) {
    this.due += ms;
    await pause(this.due - this.clock());
  }

  note(name) {
    this.book.waits[name].push(this.clock() - this.due);
  }

  // ---- what they do

  async page(name, query, after = 0) {
    await this.step(after);
    const reply = await this.persist(() => this.request('GET', this.person.path + query));
    if (reply?.status !== 200) {
      this.book.fail(`${name}: ${reply?.status ?? 'no reply'}`);
      return undefined;
    }
    this.note(name);
    return reply;
  }

  // As the page's script does: all at once, as JSON, the same number on every try.
  async answerByScript() {
    const { kind, answers, language, seconds, think, drip } = this.person;
    const number = drawNumber();
    const form = { ...answers, submission: number, action: 'send', page: 'check', lang: language, seconds };
    const body = new URLSearchParams(form).toString();
    const dripping = kind === 'drips' ? drip : 0;
    let hangUp = kind === 'unsure';
    await this.step(think);
    const begun = this.due;
    this.due += dripping; // by then the last piece is sent
    const reply = await this.persist((attempt) => {
      const once = hangUp;
      hangUp = false;
      return this.request('POST', this.person.path, {
        body,
        accept: 'application/json',
        pieces: dripping > 0 && attempt === 0 ? { from: begun, to: this.due } : undefined,
        hangUp: once,
      });
    });
    if (kind === 'unsure') this.due += AGAIN_MS;
    this.thank({ drips: 'drip', unsure: 'again' }[kind] ?? 'send', reply, /^\{"receipt": ?"[0-9A-Z]{16}"\}/, number);
  }

  // Page after page, each a form with all that went before in it.
  async answerPlainly(first) {
    const { answers, turn } = this.person;
    let { back } = this.person;
    let page = first;
    for (let i = 0; i < STEPS; i++) {
      const html = page.text();
      const fields = hiddenFields(html);
      if (fields.get('page') === 'check') return this.sendPlainly(fields);
      for (const name of askedFields(html)) if (name in answers) fields.set(name, String(answers[name]));
      const goesBack = back && fields.get('page') === 'relation';
      fields.set('action', goesBack ? 'back' : 'next');
      if (goesBack) back = false;
      await this.step(turn);
      page = await this.persist(() => this.request('POST', this.person.path, { body: encode(fields) }));
      if (page?.status !== 200) return this.book.fail(`step: ${page?.status ?? 'no reply'}`);
      this.note('step');
    }
    return this.book.fail('step: never came to the end');
  }

  async sendPlainly(fields) {
    fields.set('action', 'send');
    const body = encode(fields);
    await this.step(this.person.turn);
    const reply = await this.persist(() => this.request('POST', this.person.path, { body }));
    this.thank('send', reply, /id="receipt"[^>]*>[0-9A-Z-]{19}</, fields.get('submission'));
  }

  thank(name, reply, receipt, number) {
    const good = reply?.status === 201 || reply?.status === 200;
    if (!good || !receipt.test(reply.text())) {
      this.book.fail(`${name}: ${reply?.status ?? 'no reply'}${good ? ' without a receipt' : ''}`);
      return;
    }
    this.note(name);
    if (reply.status === 200) this.book.repeats++;
    this.book.thanked.push([numberToUuid(number), this.person.answers.q10]);
  }

  // Tries again while there is no reply, or one that asks for it.
  async persist(ask) {
    let wait = AGAIN_MS;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const reply = await ask(attempt);
      if (reply !== undefined && reply.status !== 503) return reply;
      this.hangUp();
      if (attempt > 0 || this.person.kind !== 'unsure') this.book.retries++;
      await pause(wait);
      wait *= 2;
    }
    return undefined;
  }

  // ---- HTTP

  hangUp() {
    this.socket?.destroy();
    this.socket = undefined;
  }

  connect() {
    const { host, port, book } = this;
    const socket = net.connect({ host, port, localAddress: this.person.from, noDelay: true });
    book.open++;
    book.openMost = Math.max(book.openMost, book.open);
    socket.on('error', () => {});
    socket.once('close', () => {
      book.open--;
      if (this.socket === socket) this.socket = undefined;
    });
    this.socket = socket;
    return socket;
  }

  // {status, text()}; undefined when there was no whole reply. pieces: the body in pieces over
  // this stretch of time; hangUp: once it is sent, without waiting for the reply.
  request(method, path, { body, accept = 'text/html', pieces, hangUp } = {}) {
    const socket = this.socket ?? this.connect();
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${this.host}:${this.port}`, // all of it ASCII, the body percent-encoded
      `User-Agent: ${DEVICES[this.person.i % DEVICES.length]}`,
      `Accept: ${accept}`,
      'Accept-Encoding: gzip',
      `Accept-Language: ${this.person.language}`,
    ];
    if (body !== undefined)
      lines.push('Content-Type: application/x-www-form-urlencoded', `Content-Length: ${Buffer.byteLength(body)}`);
    const head = `${lines.join('\r\n')}\r\n\r\n`;
    return new Promise((resolve) => {
      const chunks = [];
      let size = 0;
      let reply;
      const end = (value) => {
        clearTimeout(timer);
        socket.off('data', take);
        socket.off('close', closed);
        resolve(value);
      };
      const closed = () => end(undefined);
      const timer = setTimeout(closed, REPLY_MS);
      const take = (piece) => {
        chunks.push(piece);
        size += piece.length;
        if (reply === undefined) reply = readHead(chunks.length === 1 ? piece : Buffer.concat(chunks));
        if (reply !== undefined && size >= reply.whole) end(reply.finish(Buffer.concat(chunks)));
      };
      socket.on('data', take);
      socket.once('close', closed);
      if (pieces !== undefined) this.drip(socket, head, body, pieces);
      else if (hangUp) socket.write(head + body, 'latin1', () => this.hangUp());
      else socket.write(body === undefined ? head : head + body, 'latin1');
    });
  }

  async drip(socket, head, body, { from, to }) {
    socket.write(head, 'latin1');
    const size = Math.ceil(body.length / PIECES);
    for (let i = 0; i < PIECES && !socket.destroyed; i++) {
      await pause(from + ((to - from) * (i + 1)) / PIECES - this.clock());
      if (!socket.destroyed) socket.write(body.slice(i * size, (i + 1) * size), 'latin1');
    }
  }
}

// ---- as much of HTTP and HTML as our replies have

// undefined until the head is whole.
function readHead(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const packed = /\r\ncontent-encoding: gzip/i.test(head);
  return {
    whole: end + 4 + length,
    finish(all) {
      const body = all.subarray(end + 4);
      const text = () => (packed ? zlib.gunzipSync(body) : body).toString();
      return { status: Number(head.slice(9, 12)), text };
    },
  };
}

function hiddenFields(html) {
  const fields = new Map();
  for (const [, name, value] of html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g))
    fields.set(name, unescapeHtml(value));
  return fields;
}

// What the page asks; what the first page holds for its script is no part of it.
function askedFields(html) {
  const shown = html.replace(/<template\b[\s\S]*?<\/template>/g, '');
  return new Set([...shown.matchAll(/<(?:input type="radio"|textarea)[^>]* name="(\w+)"/g)].map(([, name]) => name));
}

const encode = (fields) => new URLSearchParams([...fields]).toString();
