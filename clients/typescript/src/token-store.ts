/** An access token with the refresh token that replaces it. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  /** The public id of the session. Carts refer to it. */
  sessionId: string;
}

/** Whether a value from a store or a response can be a pair of tokens. */
export function isTokenPair(value: unknown): value is TokenPair {
  const { accessToken, refreshToken, sessionId } = (value ?? {}) as Partial<TokenPair>;
  return [accessToken, refreshToken, sessionId].every((text) => typeof text === 'string') && accessToken !== '';
}

/** The tokens of a user of the storefront: always those of the visitor, and after the login also those of the customer. */
export interface StoredTokens {
  visitor?: TokenPair;
  customer?: TokenPair;
}

/** Keeps the tokens between calls. Implement it to keep them elsewhere, for example in a cookie of your server. */
export interface TokenStore {
  read(): StoredTokens | undefined | Promise<StoredTokens | undefined>;
  write(tokens: StoredTokens): void | Promise<void>;
}

/** Keeps the tokens until the page is closed or the process ends. */
export function memoryStore(): TokenStore {
  let stored: StoredTokens | undefined;
  return {
    read: () => stored,
    write: (tokens) => {
      stored = tokens;
    },
  };
}

/** The methods of `Storage` that the store uses. Projects for Node may lack that type. */
interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/**
 * Keeps the tokens in `sessionStorage` (of one tab) or `localStorage` (of all tabs). Any script on the page can read
 * them, so the page should have a content security policy.
 *
 * @param key separates the tokens of several tenants on one origin
 */
export function webStore(storage: WebStorage, key = 'foyer.tokens'): TokenStore {
  return {
    read: () => {
      try {
        return JSON.parse(storage.getItem(key) ?? 'null') as StoredTokens;
      } catch (error) {
        // Another script has changed the item.
        if (error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    write: (tokens) => storage.setItem(key, JSON.stringify(tokens)),
  };
}
