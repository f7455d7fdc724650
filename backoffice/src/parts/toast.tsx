import { useEffect, useState } from 'preact/hooks';

let show: ((message: string) => void) | undefined;

/** Shows a short message, which screen readers read. */
export function announce(message: string): void {
  show?.(message);
}

export function Toast(): preact.JSX.Element {
  const [message, setMessage] = useState('');
  useEffect(() => {
    show = setMessage;
    return () => (show = undefined);
  }, []);
  useEffect(() => {
    if (!message) return;
    const timer = setTimeout(() => setMessage(''), 6000);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <div class="toast" role="status" aria-live="polite">
      {message && <p>{message}</p>}
    </div>
  );
}
