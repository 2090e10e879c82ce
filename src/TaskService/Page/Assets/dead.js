// Tasks that were given up: which, and all of them tried again or removed at once.
import { call, get, newKey, post, query } from './api.js';
import { h, onAct, patch } from './dom.js';
import { count, taskLink } from './format.js';
import { act, ask, notify } from './notices.js';
import { LIVE, poll } from './poll.js';
import { rows } from './tasks.js';

const PAGE = 50;
const MOST = 1000;

export const title = 'Dead letters';

export function start(root, params, signal) {
  const filter = { type: params.get('type') ?? '', error: params.get('error') ?? '' };
  const meant = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  const status = h('div');
  const list = h('div');
  const actions = [
    h('button', { type: 'button', disabled: true, 'data-act': 'count' }, 'Count'),
    h('button', { type: 'button', disabled: true, class: 'main', 'data-act': 'replay' }, 'Try all of these again'),
    h('button', { type: 'button', disabled: true, class: 'danger', 'data-act': 'remove' }, 'Delete all of these'),
  ];
  root.append(filters(filter), h('p', { class: 'actions' }, actions), status, list);

  // What is in the address is followed also after a reload.
  let job = params.get('job');
  let pages = [];
  let first = { items: [], nextCursor: null };
  const address = cursor => `/v1/tasks/dead${query({ ...filter, limit: PAGE, cursor })}`;
  const show = () => {
    const items = [first, ...pages].flatMap(page => page.items);
    for (const button of actions) {
      button.disabled = items.length === 0 && !first.nextCursor;
    }
    patch(list, rows(items, 'There are no such dead letters.'), h('p', { class: 'actions' },
      (pages.at(-1) ?? first).nextCursor && items.length < MOST && h('button', { type: 'button', 'data-act': 'more' }, 'More'),
      pages.length > 0 && h('button', { type: 'button', class: 'plain', 'data-act': 'newest' }, 'Back to the newest')));
  };
  const now = poll(
    async stop => (job ? { job: await get(`/v1/tasks/${encodeURIComponent(job)}`, stop) } : pages.length > 0 ? { page: first } : { page: await get(address(), stop) }),
    answer => {
      if (answer.job) {
        patch(status, jobProgress(answer.job));
        if (['succeeded', 'failed', 'dead', 'cancelled'].includes(answer.job.status)) {
          job = null;
          pages = [];
          notify(`${answer.job.type === 'delete-dead-letters' ? 'Deleted' : 'Put back'}: ${count(answer.job.progress.done)}.`, answer.job.status !== 'succeeded');
          return 1;
        }
        return LIVE / 4;
      }
      first = answer.page;
      show();
      return pages.length > 0 ? LIVE * 1000 : LIVE;
    },
    error => {
      if (job) {
        job = null;
        notify(error.message, true);
        now();
      } else {
        patch(list, h('p', { class: 'error' }, error.message));
      }
    }, signal);

  const begin = async send => {
    const task = await send(newKey());
    job = task.id;
    history.replaceState(null, '', `#/dead${query({ ...filter, job })}`);
    now();
  };
  onAct(root, {
    count: button => act(button, async () => `${meansOf(await dryRun(meant))}.`),
    replay: button => act(button, async () => {
      const found = await dryRun(meant);
      if (found === 0 || await ask('Try again?', h('p', null, `${meansOf(found)}. Each is tried again once; what dies again is a dead letter again.`), `Try ${count(found)} again`) === null) {
        return found === 0 ? 'There are no such dead letters.' : null;
      }
      return begin(key => post('/v1/tasks/dead/replay', meant, key));
    }),
    remove: button => act(button, async () => {
      const found = await dryRun(meant);
      if (found === 0 || await ask('Delete?', h('p', null, `${meansOf(found)}. They are removed with all that belongs to them, for good.`), `Delete ${count(found)}`, true) === null) {
        return found === 0 ? 'There are no such dead letters.' : null;
      }
      return begin(key => call('DELETE', `/v1/tasks/dead${query(filter)}`, { key }));
    }),
    more: button => act(button, async () => {
      pages = [...pages, await get(address((pages.at(-1) ?? first).nextCursor), signal)];
      show();
    }),
    newest: () => {
      pages = [];
      now();
    },
  }, signal);
}

const dryRun = async meant => (await post('/v1/tasks/dead/replay', { ...meant, dryRun: true })).count;

const meansOf = found => (found === 1 ? '1 dead letter is meant' : `${count(found)} dead letters are meant`);

function jobProgress(task) {
  const { done, total } = task.progress;
  return h('section', { class: 'job' },
    h('p', null, task.type === 'delete-dead-letters' ? 'Deleting' : 'Trying again', ': ', h('b', null, `${count(done)} of ${count(total ?? 0)}`), ` · ${task.status} · `, taskLink(task.id)),
    h('progress', { max: total || 1, value: task.status === 'succeeded' ? total || 1 : done, 'aria-label': 'Progress' }),
    task.error && h('p', { class: 'error' }, task.error.message));
}

function filters(filter) {
  const form = h('form', { class: 'filters', 'aria-label': 'Filter' },
    h('label', null, 'Type', h('input', { name: 'type', value: filter.type, maxlength: 100, spellcheck: 'false' })),
    h('label', null, 'Error: code, or words of it', h('input', { name: 'error', value: filter.error, maxlength: 200, spellcheck: 'false' })),
    h('button', { type: 'submit', class: 'main' }, 'Filter'));
  form.addEventListener('submit', event => {
    event.preventDefault();
    location.hash = `#/dead${query(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()])))}`;
  });
  return form;
}
