export { ConnectionError, EmporixError, isFoyerError } from './errors.ts';
export type { EmporixErrorType, FoyerError } from './errors.ts';
export type { RetryOptions } from './retry.ts';
export { Foyer } from './session.ts';
export type { FoyerOptions, Session } from './session.ts';
export { memoryStore, webStore } from './token-store.ts';
export type { StoredTokens, TokenPair, TokenStore } from './token-store.ts';
