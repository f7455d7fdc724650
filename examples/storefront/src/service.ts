import { Foyer, webStore } from 'foyer-client';

/** Replaced by `vite.config.ts`. */
declare const SERVICE: { url: string; tenant: string; clientId: string };

export const serviceUrl = SERVICE.url;

/** The tokens are removed with the tab. The content security policy protects them from foreign scripts. */
export const foyer = new Foyer({ ...SERVICE, store: webStore(sessionStorage) });
