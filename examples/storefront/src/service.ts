import { Foyer, webStore } from 'foyer-client';

/** Replaced by `vite.config.ts`. */
declare const SERVICE: { url: string; tenant: string; clientId: string };

export const serviceUrl = SERVICE.url;

/** The tokens end with the tab. The policy of the page keeps scripts of others away from them. */
export const foyer = new Foyer({ ...SERVICE, store: webStore(sessionStorage) });
