import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiFailure, toFailure } from './api/failure.ts';

export interface Loaded<T> {
  data: T | undefined;
  failure: ApiFailure | undefined;
  loading: boolean;
  /** Loads again; the previous data stays visible meanwhile. */
  reload: () => void;
}

/**
 * Loads data, and again when `key` changes. A response that arrives after the key changed is ignored.
 *
 * @param load returns undefined if there is nothing to load
 */
export function useLoaded<T>(key: string, load: () => Promise<T> | undefined): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T; failure?: ApiFailure; loading: boolean }>({
    key,
    loading: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let isCurrent = true;
    const loading = latest.current();
    if (!loading) return;
    setState((before) => (before.key === key ? { ...before, loading: true } : { key, loading: true }));
    loading.then(
      (data) => isCurrent && setState({ key, data, loading: false }),
      (error: unknown) => {
        if (isCurrent) setState((before) => ({ key, data: before.data, failure: toFailure(error), loading: false }));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [key, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  const isSame = state.key === key;
  return {
    data: isSame ? state.data : undefined,
    failure: isSame ? state.failure : undefined,
    loading: !isSame || state.loading,
    reload,
  };
}

/** A page of a list. */
export interface Page<Row, Position> {
  rows: Row[];
  /** The position of the next page; absent on the last page. */
  next?: Position;
}

export interface Pages<Row> {
  first: Loaded<unknown>;
  /** The rows of all pages that are loaded. */
  rows: Row[];
  /** Loads the next page; absent after the last page. */
  loadNext?: () => void;
  /** Why the next page could not be loaded. */
  failure?: ApiFailure;
}

/** Loads the first page of a list, again when `key` changes, and the next page on each call of `loadNext`. */
export function usePages<Row, Position>(
  key: string,
  load: (position?: Position) => Promise<Page<Row, Position>>,
): Pages<Row> {
  type Further = { first?: Page<Row, Position>; pages: Page<Row, Position>[]; failure?: ApiFailure };
  const first = useLoaded(key, () => load());
  const [state, setState] = useState<Further>({ pages: [] });
  // When the first page is loaded again, or for another key, the pages that followed the former one are dropped.
  const { pages, failure }: Further = state.first === first.data ? state : { pages: [] };
  const all = first.data ? [first.data, ...pages] : [];
  const next = all.at(-1)?.next;
  const loadNext = (): void =>
    void load(next).then(
      (page) => setState({ first: first.data, pages: [...pages, page] }),
      (error: unknown) => setState({ first: first.data, pages, failure: toFailure(error) }),
    );
  return { first, rows: all.flatMap(({ rows }) => rows), failure, ...(next !== undefined && { loadNext }) };
}

/** Calls `act` every `seconds` while the page is visible. */
export function useInterval(act: () => void, seconds: number): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}

/** The value, after it has not changed for `milliseconds`. */
export function useDebounced<T>(value: T, milliseconds: number): T {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return debounced;
}

/** Sets the title of the document. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Foyer`;
  }, [title]);
}
