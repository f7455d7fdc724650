import { useEffect, useRef, useState } from 'preact/hooks';

/**
 * Shows the HTML of a mail. The document of the frame has a policy of its own, because mails have inline styles. It is
 * sandboxed: it can neither access this page nor send requests, and runs no script of the mail.
 */
export function MailFrame({ html, title }: { html: string; title: string }): preact.JSX.Element {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    // The origin of a sandboxed document is opaque, so no other target is possible.
    if (isReady) frame.current?.contentWindow?.postMessage(html, '*');
  }, [html, isReady]);
  return (
    <iframe
      ref={frame}
      class="mail"
      title={title}
      sandbox="allow-scripts"
      src="/backoffice/assets/mail-frame"
      onLoad={() => setReady(true)}
    />
  );
}
