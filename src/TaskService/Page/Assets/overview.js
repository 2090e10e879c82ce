// How it stands: numbers by state and type, the last hour, and the queues.
import { get, post } from './api.js';
import { lineChart, sparkline } from './chart.js';
import { h, onAct, patch, table } from './dom.js';
import { badge, count, duration, moment, rate } from './format.js';
import { act, ask } from './notices.js';
import { poll } from './poll.js';

/** So many looks at the depth of a queue are drawn: two minutes. */
const LOOKS = 60;

export const title = 'Overview';

export function start(root, _, signal) {
  const histories = new Map();
  const show = answer => {
    remember(histories, answer.queues);
    patch(root, tiles(answer), minutes(answer.minutes), queues(answer.queues, histories), types(answer.types));
  };
  const now = poll(stop => get('/v1/tasks/stats', stop), show, error => patch(root, h('p', { class: 'error' }, error.message)), signal);
  onAct(root, {
    pause: button => act(button, async () => {
      const answer = await askForHowLong(button.dataset.queue);
      if (answer === undefined) {
        return null;
      }
      await post(`/v1/queues/${encodeURIComponent(button.dataset.queue)}/pause`, answer);
      now();
      return `Queue ${button.dataset.queue} is paused.`;
    }),
    resume: button => act(button, async () => {
      await post(`/v1/queues/${encodeURIComponent(button.dataset.queue)}/resume`);
      now();
      return `Queue ${button.dataset.queue} goes on.`;
    }),
  }, signal);
}

function tiles({ now, totals, lastHour }) {
  const tile = (name, value, href, kind, beside) => h('a', { class: `tile ${value > 0 ? kind : ''}`, href },
    h('b', null, count(value)), h('span', null, name), h('small', null, beside));
  const lately = value => `${count(value)} in the last hour`;
  return h('section', { class: 'tiles', 'aria-label': 'Tasks by state' },
    tile('queued', now.waiting, '#/tasks?status=queued', 'calm', 'wait for a worker'),
    tile('running', now.running, '#/tasks?status=running', 'busy', 'with a worker'),
    tile('delayed', now.delayed, '#/tasks?status=waiting', 'calm', 'wait for their time'),
    tile('waiting', now.dependent, '#/tasks?status=waiting', 'calm', 'wait for others to end'),
    tile('parked', now.parked, '#/tasks?status=waiting', 'calm', 'wait for their turn'),
    tile('dead letters', now.deadLetters, '#/dead', 'bad', lately(lastHour.dead)),
    tile('failed', totals.failed, '#/tasks?status=failed', 'bad', lately(lastHour.failed)),
    tile('cancelled', totals.cancelled, '#/tasks?status=cancelled', 'calm', lately(lastHour.cancelled)),
    tile('succeeded', totals.succeeded, '#/tasks?status=succeeded', 'good', lately(lastHour.succeeded)));
}

function minutes(all) {
  const finished = ({ counts }) => counts.succeeded + counts.failed + counts.dead + counts.cancelled;
  return h('section', null, lineChart('Tasks per minute', [
    { name: 'submitted', kind: 'first', values: all.map(minute => minute.counts.submitted) },
    { name: 'finished', kind: 'second', values: all.map(finished) },
  ], 'an hour ago', 'now'));
}

/** The rate of a queue is the difference between two looks. */
function remember(histories, all) {
  const at = performance.now();
  for (const queue of all) {
    const history = histories.get(queue.name) ?? { depths: [], looks: [] };
    history.depths = [...history.depths, queue.waiting].slice(-LOOKS);
    const left = queue.entered - queue.waiting - queue.running;
    history.looks = [...history.looks, { at, entered: queue.entered, left }].slice(-6);
    histories.set(queue.name, history);
  }
}

function rateOf({ looks }, what) {
  const [first, last] = [looks[0], looks.at(-1)];
  return looks.length < 2 || last[what] < first[what] ? null : ((last[what] - first[what]) * 1000) / (last.at - first.at);
}

function queues(all, histories) {
  const history = queue => histories.get(queue.name);
  return h('section', null, h('h2', null, 'Queues'), table('Queues', [
    {
      title: 'Queue',
      cell: queue => [h('b', null, queue.name), ' ', queue.paused && badge('paused'), queue.pausedUntil && h('small', null, ' ends ', moment(queue.pausedUntil))],
    },
    { title: 'Depth', number: true, cell: queue => h('span', { class: 'depth', 'data-depth': queue.name }, count(queue.waiting)) },
    { title: 'Lately', cell: queue => sparkline(`Depth of ${queue.name}`, history(queue).depths) },
    { title: 'Oldest', number: true, cell: queue => (queue.waiting > 0 ? duration(queue.oldestAgeSeconds * 1000) : '–') },
    { title: 'In flight', number: true, cell: queue => count(queue.running) },
    { title: 'Delayed', number: true, cell: queue => [count(queue.delayed), queue.nextDueAt && h('small', null, ' ', moment(queue.nextDueAt))] },
    { title: 'Waiting', number: true, cell: queue => h('span', { 'data-dependent': queue.name }, count(queue.dependent)) },
    { title: 'In', number: true, cell: queue => rate(rateOf(history(queue), 'entered')) },
    { title: 'Out', number: true, cell: queue => rate(rateOf(history(queue), 'left')) },
    {
      title: '',
      cell: queue => (queue.paused
        ? h('button', { type: 'button', 'data-act': 'resume', 'data-queue': queue.name, 'aria-label': `Resume ${queue.name}` }, 'Resume')
        : h('button', { type: 'button', 'data-act': 'pause', 'data-queue': queue.name, 'aria-label': `Pause ${queue.name}` }, 'Pause')),
    },
  ], all, queue => queue.name, 'There are no queues.'));
}

function types(all) {
  const hour = name => type => count(type.lastHour[name]);
  const times = measured => (measured.count > 0 ? `${duration(measured.p50)} · ${duration(measured.p95)}` : '–');
  return h('section', null, h('h2', null, 'Types'), table('Types, in the last hour', [
    { title: 'Type, last hour', cell: type => h('a', { href: `#/tasks?type=${encodeURIComponent(type.type)}` }, type.type) },
    { title: 'Submitted', number: true, cell: hour('submitted') },
    { title: 'Succeeded', number: true, cell: hour('succeeded') },
    { title: 'Retried', number: true, cell: hour('retried') },
    { title: 'Failed', number: true, cell: hour('failed') },
    { title: 'Dead', number: true, cell: hour('dead') },
    { title: 'Waited p50 · p95', number: true, cell: type => times(type.waited) },
    { title: 'Ran p50 · p95', number: true, cell: type => times(type.ran) },
  ], all, type => type.type, 'Nothing was submitted yet.'));
}

/** @returns what to send; undefined where it was cancelled */
async function askForHowLong(queue) {
  const choices = [['', 'until somebody resumes it'], ['00:10:00', 'for 10 minutes'], ['01:00:00', 'for an hour'], ['08:00:00', 'for 8 hours'], ['1.00:00:00', 'for a day']];
  const answer = await ask(`Pause ${queue}`, [
    h('p', null, 'Nothing is taken from the queue within a second. What runs goes on, and what comes waits.'),
    h('label', null, 'Pause it ', h('select', { name: 'for' }, choices.map(([value, text]) => h('option', { value }, text)))),
  ], 'Pause');
  return answer === null ? undefined : answer.for ? { for: answer.for } : {};
}
