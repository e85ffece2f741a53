// The ways in by which something is stored, each as what stands there sends it. Of a way:
//   fields(i)           what is filled in, another for each i, and as it is stored
//   path(links)         where the next one goes; once and for all, also when it is sent again
//   form(entry, links)  what is posted
//   post(server, entry, form, agent, links)
//   thanks(reply)       whether it says that it is stored
//   checkBusy(entry, reply, links)   of a 503: nothing that was typed is lost
//   key(entry)          under which it is stored
import assert from 'node:assert/strict';

import { answerOf, checkBusy, numberToUuid } from '../tests/e2e/lib/ledger.mjs';
import { request } from '../tests/e2e/lib/server.mjs';
import { COOKIE } from '../tests/e2e/lib/staff.mjs';

// The questionnaire of known children, at start and at close.
const caseOf = (i) => ({ sag: `P-${i}`, tid: 1 + (i % 2), udfylder: 1 + ((i >> 1) % 2), t1: i % 3, t2: (i >> 2) % 3 });

const sheetOf = (i) => ({
  course_id: `N-${i}`,
  referred_by: 'daycare',
  started_on: '2025-01-13',
  closed_on: '2025-06-30',
  outcome: 'completed',
  visits: String(10 + (i % 30)),
});

// The page has all that was posted, and a button to send it again.
function checkKept(reply, form) {
  assert.match(reply.headers['retry-after'] ?? '', /^[1-9]\d*$/);
  const hidden = new Map(reply.page().hidden);
  for (const [name, value] of Object.entries(form))
    if (name !== 'action') assert.equal(hidden.get(name), String(value), name);
  assert.match(reply.text, />Send igen<\/button>/);
}

const parents = {
  fields: answerOf,
  form: ({ number, fields }) => ({ submission: number, action: 'send', ...fields }),
  post: (server, { path, json }, form, agent) =>
    request(server.respondents, path, { form, agent, headers: { Accept: json ? 'application/json' : 'text/html' } }),
  thanks: ({ status }) => status === 200 || status === 201,
  checkBusy: ({ number, fields, json }, reply) => checkBusy(reply, number, fields, json),
  key: ({ number }) => numberToUuid(number),
};

export const WAYS = {
  link: { ...parents, path: ({ open }) => `/S/${open}` },
  code: { ...parents, path: ({ codes }) => `/S/${codes.pop()}` },
  known: { ...parents, fields: caseOf, path: ({ known }) => `/S/${known}` },
  sheet: {
    ...parents,
    asPage: true,
    fields: sheetOf,
    path({ sheets }) {
      sheets.push(sheets.shift());
      return `/A/${sheets[0]}`;
    },
    form: ({ fields }) => ({ ...fields, action: 'send' }),
    checkBusy: ({ fields }, reply) => checkKept(reply, fields),
    key: ({ fields }) => fields.course_id,
  },
  staff: {
    ...parents,
    asPage: true,
    fields: caseOf,
    path: ({ forms }) => forms,
    form: ({ number, fields }, { staff }) => ({
      csrf: staff.csrf,
      submission: number,
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`f_${name}`, value])),
    }),
    post: (server, { path }, form, agent, { staff }) =>
      request(server.console, path, {
        form,
        agent,
        headers: { Accept: 'text/html', Cookie: `${COOKIE}=${staff.cookie}`, ...server.consoleHeaders },
      }),
    thanks: ({ status, headers }) => status === 303 && headers.location.endsWith('done=form_stored'),
    checkBusy(entry, reply, links) {
      checkKept(reply, this.form(entry, links));
    },
  },
};

// One after the other; an odd number, so that each comes as a page and as JSON by turns.
export const TURNS = ['link', 'code', 'link', 'sheet', 'link', 'known', 'link', 'code', 'link', 'staff', 'link'];
