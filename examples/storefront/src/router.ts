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

/** Shows the view of the URL, now and after each click on a link to this page. */
export async function start(views: Record<string, Route>): Promise<void> {
  routes = views;
  addEventListener('popstate', () => void render());
  addEventListener('click', (event) => {
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (anchor?.origin !== location.origin || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void go(anchor.href);
  });
  part('footer').append(link(`${serviceUrl}/mailbox`, 'Mailbox'), link(`${serviceUrl}/backoffice`, 'Back office'));
  await render();
}

/** Opens a view. @param notice a message for the customer, which screen readers announce */
export async function go(path: string, notice?: string): Promise<void> {
  history.pushState(null, '', path);
  await render(notice);
  part('main').focus();
}

const part = (id: string): HTMLElement => document.getElementById(id) ?? document.body;

const notFound: Route = {
  view: () => [h('h1', {}, 'Not found'), h('p', {}, 'This page does not exist. ', link('/', 'Go to the start page'))],
};

async function render(notice = ''): Promise<void> {
  part('notice').textContent = notice;
  try {
    const url = new URL(location.href);
    const route = routes[url.pathname] ?? notFound;
    const isCustomer = (await foyer.session()).kind === 'customer';
    if (route.account && !isCustomer) return await redirectToLogin();
    part('main').replaceChildren(...(await route.view(url)));
    document.title = `${part('main').querySelector('h1')?.textContent ?? ''} – Foyer Storefront`;
    part('nav').replaceChildren(
      ...(isCustomer ? accountLinks() : [link('/login', 'Log in'), link('/signup', 'Sign up')]),
    );
  } catch (error) {
    if (!isFoyerError(error)) throw error;
    const hasEnded = error instanceof EmporixError && error.status === 401;
    if (hasEnded) await redirectToLogin('Your session has ended. Log in again.');
    else part('main').replaceChildren(h('h1', {}, 'Something went wrong'), h('p', {}, explain(error)));
  }
}

async function redirectToLogin(notice?: string): Promise<void> {
  history.replaceState(null, '', '/login');
  await render(notice);
}

function accountLinks(): HTMLElement[] {
  const logOut = form([], 'Log out', async () => {
    await foyer.logOut();
    await go('/login', 'You are logged out.');
  });
  const links = [link('/', 'Profile'), link('/addresses', 'Addresses')];
  for (const one of links) if (one.pathname === location.pathname) one.ariaCurrent = 'page';
  return [...links, logOut];
}
