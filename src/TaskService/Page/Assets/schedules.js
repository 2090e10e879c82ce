// Schedules: when they run next, how the last runs went, and a run now.
import { get, newKey, post, query } from './api.js';
import { h, onAct, patch, table } from './dom.js';
import { badge, moment } from './format.js';
import { act } from './notices.js';
import { poll } from './poll.js';

const PAGE = 50;
const EVERY = 5000;

export const title = 'Schedules';

export function start(root, params, signal) {
  const after = params.get('after') ?? '';
  const now = poll(
    stop => get(`/v1/schedules${query({ limit: PAGE, cursor: after })}`, stop),
    page => {
      patch(root, rows(page.items), h('p', { class: 'actions' },
        after && h('a', { href: '#/schedules' }, 'From the beginning'),
        page.nextCursor && h('a', { href: `#/schedules${query({ after: page.nextCursor })}` }, 'More')));
      return EVERY;
    },
    error => patch(root, h('p', { class: 'error' }, error.message)), signal);
  onAct(root, {
    run: button => act(button, async () => {
      const { taskId } = await post(`/v1/schedules/${encodeURIComponent(button.dataset.schedule)}/run`, undefined, newKey());
      now();
      return `${button.dataset.schedule} runs now as ${taskId}.`;
    }),
  }, signal);
}

function rows(items) {
  return table('Schedules', [
    { title: 'Schedule', cell: one => [h('b', null, one.name), ' ', !one.enabled && badge('paused')] },
    { title: 'When', cell: one => [h('code', null, one.cron), h('small', null, ` ${one.timeZone}`)] },
    { title: 'Type', cell: one => h('a', { href: `#/tasks${query({ type: one.type })}` }, one.type) },
    { title: 'Queue', cell: one => one.queue },
    { title: 'Next run', cell: one => moment(one.nextRuns[0]) },
    { title: 'Last run', cell: one => moment(one.lastRuns[0]?.at) },
    {
      title: 'Last runs',
      cell: one => (one.lastRuns.length === 0 ? '–' : h('span', { class: 'runs' }, one.lastRuns.map(run => h('a', { href: `#/tasks/${encodeURIComponent(run.taskId)}` }, badge(run.status ?? 'expired'))))),
    },
    { title: '', cell: one => h('button', { type: 'button', 'data-act': 'run', 'data-schedule': one.name, 'aria-label': `Run ${one.name} now` }, 'Run now') },
  ], items, one => one.name, 'There are no schedules.');
}
