import { isUtf8 } from 'node:buffer';
import { NotFoundException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure, invalid } from './common/failure.js';
import { MAX_JSON_VALUES, TOO_MANY, jsonLimitExceeded } from './common/json-bounds.js';
import { limitDenseBodies } from './dense-bodies.js';
import { ruleOf } from './sessions/access/access.js';

export const MEGABYTE = 1024 * 1024;
/** The maximum number of fields of a form. */
const MAX_FORM_FIELDS = 100;
/** The length to which an error shortens the name of a field. */
const SHOWN_CHARACTERS = 100;

/**
 * Accepts JSON and JSON merge patches, which plain parsers would treat as an empty body. An absent body counts as an
 * empty body. Forms are accepted only where OAuth requires them: elsewhere a page of another origin could post one
 * without a preflight. A route may accept larger bodies: `@Access(…, { bodyLimit })`. A body that would be too large
 * after parsing is rejected before it is parsed.
 */
export function parseBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit }: { bodyLimit?: number } = route.config ?? {};
    route.bodyLimit = bodyLimit;
  });
  fastify.addHook('preParsing', (request, reply, _body, done) => {
    const { is404, headers } = request;
    // Without a route, the response does not depend on the body.
    if (is404) return done(new NotFoundException());
    // Compressed bodies are not accepted: a small one could be large in memory.
    if (!/^identity$/i.test(headers['content-encoding'] ?? 'identity')) {
      void reply.header('Accept-Encoding', 'identity');
      return done(new Failure('body_compressed'));
    }
    // Some clients send a form's content type with requests that have no body. On routes that accept forms, an empty form
    // is valid: its client may authenticate in a header.
    const hasType = headers['content-type'] !== undefined;
    if (hasType && hasNoBody(request) && !ruleOf(request)?.acceptsForm) delete headers['content-type'];
    done();
  });
  const admitJson = limitDenseBodies(fastify);
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json', 'application/vnd.api+json'],
    { parseAs: 'buffer' },
    (request, body: Buffer, done) => {
      if (body.length === 0) return done(null, undefined);
      // RFC 8259 8.1. Other bytes would be stored as U+FFFD.
      if (!isUtf8(body)) return done(invalid('', 'the body must be encoded in UTF-8'));
      const text = body.toString();
      const times = (request.routeOptions.bodyLimit ?? MEGABYTE) / MEGABYTE;
      const what = jsonLimitExceeded(text, MAX_JSON_VALUES * times);
      if (what) return done(invalid('', `the value ${what}`));
      admitJson(request, text).then(() => void parseJson(request, text, done), done);
    },
  );
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    if (!ruleOf(request)?.acceptsForm) return done(new UnsupportedMediaTypeException());
    const text = body.toString();
    if (text.split('&', MAX_FORM_FIELDS + 1).length > MAX_FORM_FIELDS)
      return done(invalid('', `the value ${TOO_MANY}`));
    const fields = [...new URLSearchParams(text)];
    const repeated = fields.map(([name]) => name).find((name, index, names) => names.indexOf(name) < index);
    if (repeated === undefined) return done(null, Object.fromEntries(fields));
    // RFC 6749 3.2
    const shown = repeated.slice(0, SHOWN_CHARACTERS);
    done(invalid(shown, `${shown} must not be sent more than once`));
  });
}

/** Whether a request has no body, according to its headers. */
function hasNoBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
}
