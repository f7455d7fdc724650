import { isFoyerError } from 'foyer-client';
import { explain, h, isSessionEnded, link } from './dom.ts';
import { foyer, serviceUrl } from './service.ts';

export type View = (url: URL) => Node[] | Promise<Node[]>;

interface Route {
  view: View;
  /** Whether only customers see the view. */
  account?: boolean;
}

let routes: Record<string, Route> = {};
let navigation: (isCustomer: boolean) => Node[];
let renders = 0;

/** Shows the view of the URL, now and after each click on a link to this page. */
export async function start(header: typeof navigation, views: typeof routes): Promise<void> {
  navigation = header;
  routes = views;
  addEventListener('popstate', () => void render());
  // A message about an earlier form would contradict an error of this one.
  addEventListener('submit', () => part('notice').replaceChildren());
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
  const isOpen = new URL(path, location.href).href === location.href;
  history[isOpen ? 'replaceState' : 'pushState'](null, '', path);
  await render(notice);
  part('main').focus();
}

/** Opens the login in place of a view that only customers see. */
export async function requireLogin(notice = 'Your session has ended. Log in again.'): Promise<void> {
  history.replaceState(null, '', '/login');
  await go('/login', notice);
}

const part = (id: string): HTMLElement => document.getElementById(id) ?? document.body;

const notFound: Route = {
  view: () => [h('h1', {}, 'Not found'), h('p', {}, 'This page does not exist. ', link('/', 'Go to the start page'))],
};

/** Shows the view of the URL, unless another one is opened before it is loaded. */
async function render(notice = ''): Promise<void> {
  const number = ++renders;
  const main = part('main');
  main.ariaBusy = 'true';
  const url = new URL(location.href);
  const { view, account } = routes[url.pathname] ?? notFound;
  let isCustomer = false;
  let nodes: Node[];
  try {
    isCustomer = (await foyer.session()).kind === 'customer';
    if (account && !isCustomer) return await requireLogin('');
    nodes = await view(url);
  } catch (error) {
    if (!isFoyerError(error)) throw error;
    if (isSessionEnded(error) && number === renders) return await requireLogin();
    nodes = [h('h1', {}, 'Something went wrong'), h('p', {}, explain(error))];
  }
  if (number !== renders) return;
  main.replaceChildren(...nodes);
  main.ariaBusy = null;
  part('notice').textContent = notice;
  document.title = `${main.querySelector('h1')?.textContent ?? ''} – Foyer Storefront`;
  part('nav').replaceChildren(...navigation(isCustomer));
  for (const anchor of part('nav').querySelectorAll('a')) {
    if (anchor.pathname === url.pathname) anchor.ariaCurrent = 'page';
  }
}
