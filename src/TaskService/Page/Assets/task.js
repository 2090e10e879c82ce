// One task: where it stands, what happened to it, and what can be done about it.
import { get, post } from './api.js';
import { h, onAct, patch, table } from './dom.js';
import { badge, count, duration, errorText, exact, moment, now as clock, taskLink } from './format.js';
import { act, ask } from './notices.js';
import { LIVE, poll } from './poll.js';

const RESTING = 15_000;
const ENDED = ['succeeded', 'failed', 'dead', 'cancelled'];

export const title = 'Task';

export function start(root, _, signal, id) {
  const path = `/v1/tasks/${encodeURIComponent(id)}`;
  const now = poll(
    stop => get(path, stop),
    task => {
      patch(root, head(task), facts(task), progress(task), error(task), attempts(task), timeline(task), payload(task), json('Outcome', task.outcome));
      return ENDED.includes(task.status) ? RESTING : task.status === 'running' ? LIVE / 2 : LIVE;
    },
    refusal => patch(root, h('h2', { class: 'id' }, id), h('p', { class: 'error' }, refusal.status === 404 ? 'There is no such task. It may have expired.' : refusal.message)),
    signal);
  onAct(root, {
    retry: button => act(button, async () => {
      await post(`${path}/retry`);
      now();
      return 'The task is tried again.';
    }),
    cancel: button => act(button, async () => {
      if (await ask('Cancel the task?', h('p', null, 'What it has done so far is not undone.'), 'Cancel the task', true) === null) {
        return null;
      }
      await post(`${path}/cancel`);
      now();
      return 'The task is being cancelled.';
    }),
  }, signal);
}

function head(task) {
  return h('div', { class: 'head' },
    h('h2', null, h('span', null, task.type), ' ', badge(task.status)),
    h('p', { class: 'id' }, task.id),
    h('div', { class: 'actions' },
      task.links.retry && h('button', { type: 'button', class: 'main', 'data-act': 'retry', 'data-key': 'retry' }, 'Try again'),
      task.links.cancel && h('button', { type: 'button', class: 'danger', 'data-act': 'cancel', 'data-key': 'cancel' }, 'Cancel')));
}

function facts(task) {
  const fact = (name, value) => h('div', null, h('dt', null, name), h('dd', null, value));
  const ended = task.finishedAt ? Date.parse(task.finishedAt) : clock();
  return h('dl', { class: 'facts' },
    fact('Queue', `${task.queue} · ${task.priority}`),
    fact('User', task.owner ? h('a', { class: 'id', href: `#/tasks?user=${encodeURIComponent(task.owner)}` }, task.owner) : 'nobody'),
    fact('Submitted', moment(task.createdAt)),
    fact('Begun', moment(task.startedAt)),
    fact('Finished', moment(task.finishedAt)),
    fact('Took', task.startedAt ? duration(Math.max(0, ended - Date.parse(task.startedAt))) : '–'),
    fact('Attempt', count(task.attempt)),
    fact('Put back', `${count(task.retries)} ×`),
    task.nextAttemptAt && !ENDED.includes(task.status) && fact('Next attempt', moment(task.nextAttemptAt)),
    task.resultLength !== null && task.resultLength !== undefined && fact('Result', `${count(task.resultLength)} bytes, for its owner alone`),
    task.parked && fact('Parked', task.parked === 'key' ? 'others have its key' : task.parked === 'turns' ? 'others of its owner come first' : task.parked),
    task.batch && fact('Batch', h('span', { class: 'id' }, task.batch)),
    task.dependsOn?.length > 0 && fact(task.waitsFor > 0 ? `Depends on; waits for ${count(task.waitsFor)}` : 'Depends on', h('ul', null, task.dependsOn.map(dependency))));
}

/** Batches are no tasks. */
function dependency(id) {
  return h('li', null, id.startsWith('tsk_') ? taskLink(id) : h('span', { class: 'id' }, id));
}

function progress({ progress: made, status }) {
  if (!made || (!made.total && !made.done && !made.message)) {
    return null;
  }
  return h('section', { 'aria-label': 'Progress' },
    made.total > 0 && h('progress', { max: 100, value: made.percent, 'aria-label': 'Progress' }),
    h('p', { class: 'muted' }, made.total > 0 ? `${count(made.done)} of ${count(made.total)}` : made.done > 0 && `${count(made.done)} so far`,
      made.etaSeconds > 0 && status === 'running' && `, about ${duration(made.etaSeconds * 1000)} left`, made.message && ` · ${made.message}`));
}

function error(task) {
  return task.error && h('section', { class: 'failure' }, h('h3', null, task.error.code), h('pre', null, task.error.message));
}

function attempts(task) {
  return h('section', null, h('h3', null, 'Attempts'), table('Attempts', [
    { title: '#', number: true, cell: attempt => count(attempt.attempt) },
    { title: 'Became', cell: attempt => badge(attempt.status) },
    { title: 'Begun', cell: attempt => moment(attempt.startedAt) },
    { title: 'Took', number: true, cell: attempt => duration((attempt.endedAt ? Date.parse(attempt.endedAt) : clock()) - Date.parse(attempt.startedAt)) },
    { title: 'Worker', cell: attempt => h('span', { class: 'id' }, attempt.worker || '–') },
    { title: 'Error', rest: true, cell: attempt => errorText(attempt.error) },
  ], task.attempts ?? [], attempt => `${attempt.fence}`, 'It was not begun yet.'));
}

function timeline(task) {
  const words = { submitted: 'Submitted', due: 'Due', attempt_started: 'Attempt begun', attempt_ended: 'Attempt ended', finished: 'Finished' };
  return h('section', null, h('h3', null, 'Timeline'), h('ol', { class: 'timeline' }, (task.timeline ?? []).map(one => h('li', null,
    h('time', { datetime: one.at, title: exact(one.at) }, clockTime(one.at)),
    h('span', null, words[one.event] ?? one.event, one.attempt ? ` (${one.attempt})` : '', one.detail && [' ', badge(one.detail)]),
    h('small', null, moment(one.at))))));
}

function clockTime(at) {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
}

function payload(task) {
  return json('Payload', task.payload) || (task.payloadLength > 0 && h('p', { class: 'muted', 'data-key': 'Payload' }, `The payload has ${count(task.payloadLength)} bytes: too many, or no JSON, to be shown.`));
}

function json(name, value) {
  return value !== undefined && value !== null
    && h('section', { 'data-key': name }, h('details', { open: true }, h('summary', null, name), h('pre', null, JSON.stringify(value, null, 2))));
}
