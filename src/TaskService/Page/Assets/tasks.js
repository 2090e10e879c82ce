// Lists of tasks, by what is in the address.
import { get, query } from './api.js';
import { h, onAct, patch, table } from './dom.js';
import { badge, count, errorText, moment, personLink, taskLink } from './format.js';
import { act } from './notices.js';
import { LIVE, poll } from './poll.js';

const PAGE = 50;

/** So many rows are kept in the page. */
const MOST = 1000;
const STATES = ['waiting', 'queued', 'running', 'succeeded', 'failed', 'dead', 'cancelled'];

export const title = 'Tasks';

export function start(root, params, signal) {
  const filter = Object.fromEntries(['status', 'type', 'user', 'idPrefix'].map(name => [name, params.get(name) ?? '']));
  const address = cursor => `/v1/tasks${query({ ...filter, all: filter.user ? '' : 'true', limit: PAGE, cursor })}`;
  const list = h('div');
  root.append(filters(filter), list);

  // Live as long as it is the first page: rows that were asked for with "More" do not run away.
  let more = null;
  let first = { items: [], nextCursor: null };
  const show = () => {
    const items = [...first.items, ...(more?.items ?? [])];
    const cursor = more ? more.nextCursor : first.nextCursor;
    patch(list, rows(items), h('p', { class: 'actions' },
      cursor && items.length < MOST && h('button', { type: 'button', 'data-act': 'more' }, 'More'),
      more && h('button', { type: 'button', class: 'plain', 'data-act': 'newest' }, 'Back to the newest'),
      h('span', { class: 'muted' }, `${count(items.length)} shown${more ? '; not live beyond the first page' : ''}`)));
  };
  const now = poll(
    async stop => (more ? first : get(address(), stop)),
    answer => {
      first = answer;
      show();
      return more ? LIVE * 1000 : LIVE;
    },
    error => patch(list, h('p', { class: 'error' }, error.message)), signal);
  onAct(root, {
    more: button => act(button, async () => {
      const page = await get(address(more ? more.nextCursor : first.nextCursor), signal);
      more = { items: [...(more?.items ?? []), ...page.items], nextCursor: page.nextCursor };
      show();
    }),
    newest: () => {
      more = null;
      now();
    },
  }, signal);
}

function filters(filter) {
  const form = h('form', { class: 'filters', 'aria-label': 'Filter' },
    h('label', null, 'State', h('select', { name: 'status' }, h('option', { value: '' }, 'any'),
      STATES.map(state => h('option', { value: state, selected: state === filter.status }, state)))),
    h('label', null, 'Type', h('input', { name: 'type', value: filter.type, maxlength: 100, spellcheck: 'false' })),
    h('label', null, 'User', h('input', { name: 'user', value: filter.user, maxlength: 40, placeholder: 'usr_…', spellcheck: 'false' })),
    h('label', null, 'Id begins with', h('input', { name: 'idPrefix', value: filter.idPrefix, maxlength: 30, placeholder: 'tsk_…', spellcheck: 'false' })),
    h('button', { type: 'submit', class: 'main' }, 'Filter'));
  form.addEventListener('submit', event => {
    event.preventDefault();
    const wanted = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    location.hash = `#/tasks${query(wanted)}`;
  });
  form.elements.status.addEventListener('change', () => form.requestSubmit());
  return form;
}

export function rows(items, none = 'There are no such tasks.') {
  return table('Tasks', [
    { title: 'Id', cell: task => taskLink(task.id) },
    { title: 'Type', cell: task => h('span', { class: 'cut', title: task.type }, task.type) },
    { title: 'State', cell: task => badge(task.status) },
    { title: 'Submitted', cell: task => moment(task.createdAt) },
    { title: 'Finished', cell: task => moment(task.finishedAt) },
    { title: 'Attempt', number: true, cell: task => count(task.attempt) },
    { title: 'Queue', cell: task => `${task.queue}${task.priority === 'normal' ? '' : ` · ${task.priority}`}` },
    { title: 'User', cell: task => personLink(task.owner) },
    { title: 'Error', rest: true, cell: task => errorText(task.error) },
  ], items, task => task.id, none);
}
