import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Loaded, Pages } from '../hooks.ts';
import { formatFailure } from '../format.ts';
import { t } from '../texts/index.ts';

/** Appears only if loading takes long enough to notice. */
export function Loading(): preact.JSX.Element {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="state" role="status">
      {isSlow ? t.loading : ''}
    </p>
  );
}

export function Empty({ children }: { children: ComponentChildren }): preact.JSX.Element {
  return <p class="state">{children}</p>;
}

/** An error message. Screen readers announce it when it appears. */
export function Alert({ children }: { children: string }): preact.JSX.Element {
  return (
    <p class="notice notice-bad" role="alert">
      {children}
    </p>
  );
}

/** Shows loaded data, or why there is none. With `missing`, a 404 is no error: the text says what does not exist. */
export function Show<T>({
  loaded,
  missing,
  children,
}: {
  loaded: Loaded<T>;
  missing?: string;
  children: (data: T) => ComponentChildren;
}): preact.JSX.Element {
  const { data, failure, reload } = loaded;
  const isMissing = missing !== undefined && failure?.status === 404;
  return (
    <>
      {failure && (
        <div class={isMissing ? 'notice' : 'notice notice-bad'} role={isMissing ? 'status' : 'alert'}>
          <p>{isMissing ? missing : formatFailure(failure)}</p>
          {!isMissing && (
            <button type="button" onClick={reload}>
              {t.tryAgain}
            </button>
          )}
        </div>
      )}
      {data === undefined ? !failure && <Loading /> : children(data)}
    </>
  );
}

/** A button that loads the next page of a list, if there is one, and why that failed. */
export function ShowMore({ pages, children }: { pages: Pages<unknown>; children: string }): preact.JSX.Element {
  const { loadNext, failure } = pages;
  return (
    <>
      {failure && <Alert>{formatFailure(failure)}</Alert>}
      {loadNext && (
        <button type="button" onClick={loadNext}>
          {children}
        </button>
      )}
    </>
  );
}
