import { EmporixError, isFoyerError } from 'foyer-client';
import { explain, form, h, link } from './dom.ts';
import { foyer, serviceUrl } from './service.ts';
import type { View } from './views.ts';

interface Route {
  view: View;
  /** Whether only customers see the view. */
  account?: boolean;
}

let routes: Record<string, Route> = {};

/** Shows the view of the URL, now and after each click on a link of this page. */
export async function start(views: Record<string, Route>): Promise<void> {
  routes = views;
  addEventListener('popstate', () => void render());
  addEventListener('click', (event) => {
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain = !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!anchor || anchor.origin !== location.origin || !isPlain) return;
    event.preventDefault();
    void go(anchor.href);
  });
  part('footer').append(link(`${serviceUrl}/mailbox`, 'Mailbox'), link(`${serviceUrl}/backoffice`, 'Back office'));
  await render();
}

/** Opens a view. */
export async function go(path: string): Promise<void> {
  history.pushState(null, '', path);
  await render();
  part('main').focus();
}

/** Shows a message that screen readers announce. */
export function notify(text: string): void {
  part('notice').textContent = text;
}

const part = (id: string): HTMLElement => document.getElementById(id) ?? document.body;

async function render(): Promise<void> {
  notify('');
  try {
    const url = new URL(location.href);
    const isCustomer = (await foyer.session()).kind === 'customer';
    const route = routes[url.pathname];
    if (!route) return show('Not found', h('p', {}, 'This page does not exist. ', link('/', 'Go to the start page')));
    if (route.account && !isCustomer) return await replace('/login');
    const nodes = await route.view(url);
    part('main').replaceChildren(...nodes);
    document.title = `${part('main').querySelector('h1')?.textContent ?? ''} – Foyer Storefront`;
    part('nav').replaceChildren(
      ...(isCustomer ? accountLinks() : [link('/login', 'Log in'), link('/signup', 'Sign up')]),
    );
  } catch (error) {
    if (!isFoyerError(error)) throw error;
    if (!(error instanceof EmporixError && error.status === 401)) return show('Sorry', h('p', {}, explain(error)));
    await replace('/login');
    notify('Your session has ended. Log in again.');
  }
}

async function replace(path: string): Promise<void> {
  history.replaceState(null, '', path);
  await render();
}

function show(title: string, text: HTMLElement): void {
  part('main').replaceChildren(h('h1', {}, title), text);
}

function accountLinks(): HTMLElement[] {
  const logOut = form([], 'Log out', async () => {
    await foyer.logOut();
    await go('/login');
    notify('You are logged out.');
  });
  const links = [link('/', 'Profile'), link('/addresses', 'Addresses')];
  for (const one of links) if (one.pathname === location.pathname) one.ariaCurrent = 'page';
  return [...links, logOut];
}
