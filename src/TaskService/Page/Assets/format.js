// Numbers, times and states as people read them.
import { h } from './dom.js';

const numbers = new Intl.NumberFormat('en');
let ahead = 0;

/** The clock of the service, as its answers told it: ages are right where this machine's clock is wrong. */
export function now() {
  return Date.now() + ahead;
}

export function setClock(date) {
  const told = Date.parse(date ?? '');
  // The header has whole seconds: smaller differences mean nothing.
  if (!Number.isNaN(told)) {
    ahead = Math.abs(told - Date.now()) > 2000 ? told - Date.now() : 0;
  }
}

export function count(value) {
  return value === null || value === undefined ? '–' : numbers.format(value);
}

/** Milliseconds in one or two units. */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) {
    return '–';
  }
  if (milliseconds < 1000) {
    return `${milliseconds < 10 ? Math.round(milliseconds * 10) / 10 : Math.round(milliseconds)} ms`;
  }
  const seconds = milliseconds / 1000;
  if (seconds < 60) {
    return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
  }
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  const [name, size] = units[first];
  const rest = first < 3 ? Math.floor((seconds % size) / units[first + 1][1]) : 0;
  return `${Math.floor(seconds / size)} ${name}${rest > 0 && first > 0 ? ` ${rest} ${units[first + 1][0]}` : ''}`;
}

/** When something was or will be, from now, with the exact time to point at. */
export function moment(at) {
  if (!at) {
    return '–';
  }
  const away = Date.parse(at) - now();
  const text = Math.abs(away) < 1500 ? 'now' : away > 0 ? `in ${coarse(away)}` : `${coarse(-away)} ago`;
  return h('time', { datetime: at, title: exact(at) }, text);
}

export function exact(at) {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
}

function coarse(milliseconds) {
  const unit = [86_400_000, 3_600_000, 60_000, 1000].find(size => milliseconds >= size) ?? 1000;
  return duration(Math.floor(milliseconds / unit) * unit);
}

export function rate(perSecond) {
  if (perSecond === null || perSecond === undefined) {
    return '–';
  }
  return `${perSecond >= 10 || perSecond === 0 ? numbers.format(Math.round(perSecond)) : perSecond.toFixed(1)}/s`;
}

const kinds = { succeeded: 'good', failed: 'bad', dead: 'bad', lost: 'bad', cancelled: 'off', running: 'busy', retried: 'warn', handed_back: 'warn', paused: 'warn' };

export function badge(state) {
  return h('span', { class: `badge ${kinds[state] ?? 'calm'}` }, state.replaceAll('_', ' '));
}

/** A person in a list: enough of the id to tell people apart, and all of theirs to go to. */
export function personLink(id) {
  return id ? h('a', { class: 'id', href: `#/tasks?user=${encodeURIComponent(id)}`, title: id }, `…${id.slice(-8)}`) : '–';
}

export function taskLink(id) {
  return h('a', { class: 'id', href: `#/tasks/${encodeURIComponent(id)}` }, id);
}

/** An error in one line; the whole of it to point at. */
export function errorText(error) {
  return error ? h('span', { class: 'errortext', title: `${error.code}: ${error.message}` }, h('b', null, error.code), ` ${error.message}`) : '–';
}
