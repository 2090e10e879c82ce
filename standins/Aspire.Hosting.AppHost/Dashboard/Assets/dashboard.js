// The page keeps one list of resources, sent whole by the server whenever something changes, and one log stream: that of the resource
// shown. Which resource and which tab are in the address, so that reloading and the back button work.

const $ = id => document.getElementById(id);
const mostLines = 5000;
const levels = { trce: 0, dbug: 1, info: 2, warn: 3, fail: 4, crit: 5 };
const levelClasses = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

let resources = [];
let shown = null; // { id, tab }
let logSource = null;
let lines = [];
let lastLevel = 2;

// ---- resources -------------------------------------------------------------------------------------------------------------------

function connect() {
  const source = new EventSource('api/resources');
  source.addEventListener('resources', event => {
    const message = JSON.parse(event.data);
    resources = message.resources;
    $('application').textContent = message.application;
    document.title = message.application;
    render();
  });
  source.onerror = () => { $('summary').textContent = 'The application has stopped, or cannot be reached. Trying again …'; };
}

function render() {
  const visible = resources.filter(r => r.kind !== 'Parameter' || $('show-parameters').checked);
  const services = resources.filter(r => r.kind !== 'Parameter');
  const ready = services.filter(r => look(r).tone === 'good').length;
  const bad = services.filter(r => look(r).tone === 'bad').length;
  $('summary').textContent = `${ready} of ${services.length} ready` + (bad ? `, ${bad} in trouble` : '');
  $('rows').replaceChildren(...visible.map(row));
  if (shown) {
    const resource = resources.find(r => r.id === shown.id);
    if (resource) {
      $('details-name').textContent = resource.displayName;
      renderFacts(resource);
    }
  }
}

function row(r) {
  const state = look(r);
  const tr = element('tr', { className: shown?.id === r.id ? 'selected' : '' },
    element('td', { className: 'name' },
      element('button', { type: 'button', textContent: r.displayName, title: 'Show console logs' }),
      ' ', element('span', { className: 'kind', textContent: r.kind })),
    element('td', {},
      element('span', { className: 'state ' + state.tone, textContent: state.text }),
      state.why ? element('span', { className: 'why', textContent: state.why }) : ''),
    element('td', {}, ...r.urls.map(link)),
    element('td', { className: 'started', textContent: r.startedAt ? new Date(r.startedAt).toLocaleTimeString() : '', title: r.startedAt ?? '' }),
    element('td', { className: 'number', textContent: r.kind === 'Parameter' ? '' : String(r.restarts) }),
    element('td', { className: 'source', textContent: (r.source ?? '').replace(/[^\s()]*[\\/]/g, ''), title: r.source ?? '' }));
  tr.lastChild.previousSibling.dataset.value = r.restarts;
  tr.addEventListener('click', event => { if (!event.target.closest('a')) go(r.id, shown?.tab ?? 'logs'); });
  return tr;
}

function look(r) {
  const failing = r.health.filter(h => h.status && h.status !== 'Healthy').map(h => h.description || h.name);
  switch (r.state) {
    case 'Running':
    case 'Active':
      if (r.healthStatus === 'Unhealthy') return { tone: starting(r) ? 'wait' : 'bad', text: starting(r) ? 'Starting up' : 'Unhealthy', why: failing[0] };
      if (r.healthStatus === 'Degraded') return { tone: 'wait', text: 'Running, degraded', why: failing[0] };
      return { tone: 'good', text: r.health.length ? 'Healthy' : 'Running', why: null };
    case 'Finished': return { tone: r.exitCode ? 'bad' : 'idle', text: 'Finished', why: exit(r) };
    case 'Exited':
    case 'FailedToStart':
    case 'RuntimeUnhealthy': return { tone: 'bad', text: r.state === 'FailedToStart' ? 'Failed to start' : r.state, why: r.problem ?? exit(r) };
    case 'ValueMissing': return { tone: 'bad', text: 'Value missing', why: r.problem };
    case 'NotStarted':
    case null: return { tone: 'idle', text: 'Not started', why: null };
    default: return { tone: 'wait', text: r.state, why: r.problem };
  }
}

// A process that has just been started is not in trouble yet.
const starting = r => r.startedAt && Date.now() - new Date(r.startedAt) < 20_000;
const exit = r => r.exitCode == null ? null : `Exit code ${r.exitCode}`;

function link(url) {
  return /^https?:/.test(url.address)
    ? element('a', { href: url.address, textContent: url.text, target: '_blank', rel: 'noopener' })
    : element('span', { textContent: url.text + ' ' });
}

// ---- details ---------------------------------------------------------------------------------------------------------------------

function renderFacts(r) {
  const secrets = new Set([...$('facts').querySelectorAll('dd[data-revealed]')].map(dd => dd.dataset.revealed));
  const scroll = $('facts').scrollTop;
  const facts = [['State', r.state], ['Health', r.healthStatus], ['Started', r.startedAt && new Date(r.startedAt).toLocaleString()],
    ['Restarts', r.kind === 'Parameter' ? null : r.restarts], ['Exit code', r.exitCode], ['Source', r.source], ...r.properties.map(p => [p.name, p.secret ? masked(r.id, p.name, secrets) : p.value])];
  $('facts').replaceChildren(
    list(facts.filter(([, value]) => value != null && value !== '').map(([name, value]) => [name, value instanceof HTMLElement ? value : String(value)])),
    ...part('Endpoints', r.urls.map(u => [u.name || u.text, link(u)])),
    ...part('Health checks', r.health.map(h => [h.name, [h.status ?? 'not run yet', h.description].filter(Boolean).join(': ')])),
    ...part('Waits for and refers to', r.relationships.map(x => [x.type, x.resource])),
    ...part('Environment', r.environment.map(e => [e.name, e.secret ? masked(r.id, e.name, secrets) : e.value ?? ''])));
  $('facts').scrollTop = scroll;
}

const part = (title, pairs) => pairs.length ? [element('h3', { textContent: title }), list(pairs)] : [];

function list(pairs) {
  return element('dl', {}, ...pairs.flatMap(([name, value]) => [
    element('dt', { textContent: name }),
    value instanceof HTMLElement && value.tagName === 'DD' ? value : element('dd', {}, value)]));
}

// A secret is fetched when asked for and never sent before.
function masked(id, name, revealed) {
  const key = id + '/' + name;
  const value = element('span', { textContent: '••••••••' });
  const button = element('button', { type: 'button', className: 'reveal', textContent: 'show' });
  const dd = element('dd', {}, value, button);
  const reveal = async () => {
    const answer = await fetch(`api/resources/${encodeURIComponent(id)}/secrets/${encodeURIComponent(name)}`);
    if (!answer.ok) return;
    value.textContent = await answer.text();
    button.textContent = 'hide';
    dd.dataset.revealed = key;
  };
  button.addEventListener('click', () => {
    if (!dd.dataset.revealed) return void reveal();
    delete dd.dataset.revealed;
    value.textContent = '••••••••';
    button.textContent = 'show';
  });
  if (revealed.has(key)) reveal();
  return dd;
}

// ---- console logs ----------------------------------------------------------------------------------------------------------------

function openLogs(id) {
  logSource?.close();
  lines = [];
  lastLevel = 2;
  $('lines').replaceChildren();
  countLines();
  if (!id) { logSource = null; return; }
  logSource = new EventSource(`api/resources/${encodeURIComponent(id)}/logs`);
  // The server sends the backlog again after a reconnect.
  logSource.addEventListener('start', () => { lines = []; lastLevel = 2; $('lines').replaceChildren(); });
  logSource.addEventListener('lines', event => addLines(JSON.parse(event.data)));
}

function addLines(added) {
  const fragment = document.createDocumentFragment();
  for (const line of added) {
    const item = logLine(line);
    lines.push(item);
    fragment.append(item);
  }
  $('lines').append(fragment);
  while (lines.length > mostLines) lines.shift().remove();
  countLines();
  if ($('follow').checked) $('lines').scrollTop = $('lines').scrollHeight;
}

function logLine(line) {
  let text = line.text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
  const time = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) /.exec(text)?.[1];
  if (time) text = text.slice(time.length + 1);
  const match = /^(trce|dbug|info|warn|fail|crit):/.exec(text);
  // The .NET console writes a level once and indents what belongs to it.
  lastLevel = match ? levels[match[1]] : /^\s/.test(text) ? lastLevel : line.error ? 4 : 2;
  const li = element('li', { className: levelClasses[lastLevel] });
  li.dataset.level = lastLevel;
  if (time) li.append(element('time', { textContent: new Date(time).toLocaleTimeString() }));
  if (match) li.append(element('span', { className: 'word', textContent: match[1] }), text.slice(4));
  else li.append(text);
  li.hidden = !passes(li);
  return li;
}

function passes(li) {
  return Number(li.dataset.level) >= Number($('level').value)
    && li.textContent.toLowerCase().includes($('filter').value.trim().toLowerCase());
}

function filterLines() {
  for (const li of lines) li.hidden = !passes(li);
  countLines();
}

function countLines() {
  const visible = lines.filter(li => !li.hidden).length;
  $('line-count').textContent = visible === lines.length ? `${lines.length} lines` : `${visible} of ${lines.length} lines`;
}

// ---- where we are ----------------------------------------------------------------------------------------------------------------

function go(id, tab) { location.hash = id ? `${tab}/${encodeURIComponent(id)}` : ''; }

function followAddress() {
  const [tab, id] = location.hash.slice(1).split('/');
  const next = id ? { id: decodeURIComponent(id), tab: tab === 'facts' ? 'facts' : 'logs' } : null;
  if (next?.id !== shown?.id) openLogs(next?.id);
  shown = next;
  document.querySelector('main').classList.toggle('split', !!shown);
  $('details').hidden = !shown;
  $('logs').hidden = shown?.tab !== 'logs';
  $('facts').hidden = shown?.tab !== 'facts';
  $('tab-logs').setAttribute('aria-selected', shown?.tab === 'logs');
  $('tab-facts').setAttribute('aria-selected', shown?.tab === 'facts');
  render();
}

function element(name, properties, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

$('close').addEventListener('click', () => go(null));
$('tab-logs').addEventListener('click', () => go(shown.id, 'logs'));
$('tab-facts').addEventListener('click', () => go(shown.id, 'facts'));
$('show-parameters').addEventListener('change', render);
$('filter').addEventListener('input', filterLines);
$('level').addEventListener('change', filterLines);
$('lines').addEventListener('wheel', event => { if (event.deltaY < 0) $('follow').checked = false; }, { passive: true });
document.addEventListener('keydown', event => { if (event.key === 'Escape' && shown) go(null); });
addEventListener('hashchange', followAddress);
followAddress();
connect();
