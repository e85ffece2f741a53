// What bench/attack.sh asks of a running server, without a library: who attacks, and the parents
// and staff who go on meanwhile. Addresses as "127.0.0.1:8080"; `from` is the address of this
// machine that a connection comes from, for networks are counted apart.
//
//   node bench/attack.mjs tokens CONSOLE EMAIL                     tokens of the API, by role: JSON
//   node bench/attack.mjs furnish CONSOLE RESPONDENTS SOME         what stands behind the numbers of some
//                                                      paths, made as staff make it: JSON, added to SOME
//   node bench/attack.mjs front TARGET LISTENER ROUTES TALLY [EMAIL [TOKEN]]
//                                                      attack_front.mjs, until it is terminated
//   node bench/attack.mjs requests FRONT LISTENER ROUTES SOME WHO BEFORE FOLDER [PAGE…]
//                                                      attack_requests.mjs: FOLDER/plan.json
//   node bench/attack.mjs judge LISTENER ROUTES WHO PLAN TALLY ATTACKED
//                                                      what came of each route: JSON
//   node bench/attack.mjs receipt RESPONDENTS CODE                 a parent's, who has answered
//   node bench/attack.mjs answer RESPONDENTS CODE SECONDS FROM     a parent every 100 ms: JSON
//   node bench/attack.mjs guess RESPONDENTS COUNT FROM             wrong codes: JSON
//   node bench/attack.mjs open RESPONDENTS FROM CODE…              how many letters open: JSON
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';

import { ask, hangUp, signIn } from './attack_ask.mjs';
import { front } from './attack_front.mjs';
import { collect, judge, multipart, write } from './attack_requests.mjs';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

function count(replies) {
  const statuses = {};
  for (const { status } of replies) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
}

const json = async (path) => JSON.parse(await readFile(path, 'utf8'));

function send(address, code, from) {
  const submission = [...randomBytes(26)].map((byte) => DIGITS[byte & 31]).join('');
  const form = { submission, action: 'send', q1: 1, q2: 1, q3: 1, q4_1: 1, q5_1: 2, q6_1: 2, q7: 2, q8_1: 2, q9: 8 };
  return ask(address, `/S/${code}`, { from, headers: { accept: 'application/json' }, form });
}

// Signed in by the proxy: get(path), and post(path, form or parts) with the word of the session.
async function staffOf(address, email) {
  const Cookie = `__Host-hjemsvar=${await signIn(address, email)}`;
  const get = async (path) => (await ask(address, path, { headers: { Cookie } })).text;
  const csrf = /name="csrf" value="([0-9A-Z]+)"/.exec(await get('/account'))[1];
  const post = (path, { form, parts }) => ask(address, path, {
    headers: { Cookie, origin: `http://${address}`, ...(parts && { 'content-type': 'multipart/form-data; boundary=xYz' }) },
    ...(parts ? { body: Buffer.from(multipart({ fields: { csrf }, file: 'file', path }, '')) } : { form: { csrf, ...form } }),
  });
  return { get, post };
}

const ROLES = { municipality: 101, evaluator: 0, admin: 0 };

const commands = {
  // One more than is used: to be revoked.
  async tokens(address, email) {
    const Cookie = `__Host-hjemsvar=${await signIn(address, email)}`;
    const { text: page } = await ask(address, '/tokens', { headers: { Cookie } });
    const csrf = /name="csrf" value="([0-9A-Z]+)"/.exec(page)[1];
    const tokens = {};
    for (const [role, municipality] of [...Object.entries(ROLES), ['evaluator', 0]]) {
      const form = { csrf, name: role, role, municipality, rounds: '', days: 2 };
      const { text } = await ask(address, '/tokens', { headers: { Cookie, origin: `http://${address}` }, form });
      tokens[role] ??= /id="link" value="([0-9A-Z]+)"/.exec(text)[1];
    }
    tell(tokens);
  },

  // A link of the registration sheet, a sheet that waits for the staff, a form of a known child, and a
  // draft and a token of each who may have them.
  async furnish(console, respondents, file) {
    const some = await json(file);
    const email = (who) => `${who}@attack.example`;
    const courses = `/rounds/${some.round}/municipalities/${some.municipality}/courses`;
    const forms = `/rounds/${some.known}/municipalities/${some.municipality}/forms`;
    const staff = await staffOf(console, email('municipality'));
    const made = await staff.post(`${courses}/sheets`, { form: { name: 'Team', days: 90 } });
    const code = /\/A\/(\w+)"/.exec(made.text)[1];
    await ask(respondents, `/A/${code}`, { form: { course_id: 'HX-1', visits: 7, action: 'send' } });
    const submission = /name="submission" value="(\w+)"/.exec(await staff.get(`${forms}/new`))[1];
    const entered = { submission, f_sag: 'A-17', f_tid: 1, f_udfylder: 1, f_alder: 5, f_d_peer: 3 };
    await staff.post(`${forms}/new`, { form: entered });
    const form = new RegExp(`${forms}/([^/"?]+)"`.replaceAll('/', '\\/').replace('([^', '((?!new)[^')).exec(await staff.get(forms))[1];
    const drafts = {};
    for (const who of ['evaluator', 'admin']) {
      const { post } = await staffOf(console, email(who));
      await post('/tokens', { form: { name: who, role: who, municipality: 0, rounds: '', days: 2 } });
      drafts[who] = (await post('/questionnaires', { parts: true })).headers.location.split(/[/?]/)[3];
    }
    tell({ ...some, sheet: 1, sheet_code: code, form, drafts });
  },

  async front(target, listener, routes, tally, email, token) {
    const door = await front({ target, listener, table: await json(routes), email, token });
    process.stdout.write(`${door.address}\n`);
    await once(process, 'SIGTERM');
    await writeFile(tally, JSON.stringify(door.tally));
    door.close();
  },

  async requests(address, listener, routes, some, who, before, folder, ...starts) {
    const table = await json(routes);
    const found = await collect({ address, listener, table, some: await json(some), who, starts });
    const marks = await json(before);
    const plan = await write({ folder, address, found, before: marks });
    await writeFile(`${folder}/plan.json`, JSON.stringify(plan));
    await writeFile(before, JSON.stringify(marks));
  },

  async judge(listener, routes, who, plan, tally, attacked) {
    const done = await json(attacked);
    const [table, planned, counted] = await Promise.all([routes, plan, tally].map(json));
    tell(judge({ table, listener, who, plan: planned, tally: counted, done }));
    await writeFile(attacked, JSON.stringify(done));
  },

  async receipt(address, code) {
    process.stdout.write(`${JSON.parse((await send(address, code)).text).receipt}\n`);
  },

  async answer(address, code, seconds, from) {
    const replies = [];
    const end = Date.now() + Number(seconds) * 1000;
    while (Date.now() < end) {
      replies.push(await ask(address, `/S/${code}`, { from }), await send(address, code, from));
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
  hangUp();
}
