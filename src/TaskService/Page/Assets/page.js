// The page: which view the address asks for, and signing out.
import * as dead from './dead.js';
import { h } from './dom.js';
import { clearBanner, closeQuestions } from './notices.js';
import * as overview from './overview.js';
import * as schedules from './schedules.js';
import { signIn, signOut } from './session.js';
import * as task from './task.js';
import * as tasks from './tasks.js';

const views = { overview, tasks, dead, schedules };
const main = document.getElementById('main');
let left = null;

/** #/tasks?status=dead is a view with what it shows; #/tasks/tsk_… is one task. */
function route() {
  const [path, search] = location.hash.slice(1).split('?', 2);
  const [, name, id] = path.split('/');
  const view = name === 'tasks' && id ? task : Object.hasOwn(views, name ?? '') && views[name];
  if (!view) {
    location.replace('#/overview');
    return;
  }
  leave();
  left = new AbortController();
  document.title = id ? `${id} · Tasks` : view.title;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#/${name}`) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  main.setAttribute('aria-label', view.title);
  const root = h('div', { class: 'view' });
  main.replaceChildren(root);
  view.start(root, new URLSearchParams(search), left.signal, id);
}

function leave() {
  left?.abort();
  clearBanner();
  closeQuestions();
}

document.getElementById('sign-out').addEventListener('click', async () => {
  leave();
  main.replaceChildren();
  await signIn(await signOut()).catch(() => null);
  route();
});
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', () => {
  route();
  main.focus({ preventScroll: true });
});
route();
