import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalid } from '../common/failure.js';

/** The names of this machine, in the form that URLs have. */
const LOCAL = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Rejects requests that a browser sends for a page of another machine. Such a page could read tokens and reset the data
 * of a test. Programs send neither `Origin` nor `Sec-Fetch-Site`. `Host` is checked too, because the DNS can map the
 * name of such a page to 127.0.0.1 (DNS rebinding).
 */
@Injectable()
export class LocalPagesGuard implements CanActivate {
  /** @throws Failure `invalid_input` */
  canActivate(context: ExecutionContext): boolean {
    const { host, origin, 'sec-fetch-site': site } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (!isLocal(`http://${host}`)) throw invalid('Host', 'Host must be 127.0.0.1 or localhost');
    // Browsers send no origin for images and links.
    if (origin === undefined ? site === 'cross-site' : !isLocal(origin)) {
      throw invalid('Origin', 'Origin must be that of a page on this machine');
    }
    return true;
  }
}

function isLocal(url: string): boolean {
  return LOCAL.test(URL.parse(url)?.hostname ?? '');
}
