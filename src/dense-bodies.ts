import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ByteBudget, type Release } from './common/byte-budget.js';
import { MAX_JSON_VALUES, jsonLimitExceeded } from './common/json-bounds.js';
import { clientAddress, networkOf } from './common/network-address.js';

const MEBIBYTE = 1024 * 1024;

/** Bodies with fewer values take little memory. */
const MANY_VALUES = 500;
/** The memory of a parsed value at most, and how many times the size of the text the parsed form may take. */
const VALUE_BYTES = 150;
const MAX_FACTOR = 20;

/** Returns when a body in JSON may be parsed. @throws Failure `overloaded` */
export type AdmitJson = (request: FastifyRequest, json: string) => Promise<void>;

/**
 * Limits the memory of parsed bodies with many values, from the parser until the response: 64 MiB, and 16 MiB per
 * network. Without it, a burst of small bodies could take twenty times their size, because all of them are parsed before
 * the first is handled.
 */
export function limitDenseBodies(fastify: FastifyInstance): AdmitJson {
  const budget = new ByteBudget({
    total: 64 * MEBIBYTE,
    perHolder: 16 * MEBIBYTE,
    maxWaiting: 500,
    maxWait: 2000,
  });
  const replies = new WeakMap<FastifyRequest, FastifyReply>();
  const releases = new WeakMap<FastifyRequest, Release>();

  fastify.addHook('preParsing', (request, reply, _body, done) => {
    replies.set(request, reply);
    done();
  });
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    releases.get(request)?.();
    done();
  });

  return async (request, json) => {
    // The bodies of these routes have a budget of their own (`LargeBodies`).
    const { bodyLimit } = request.routeOptions.config as { bodyLimit?: number };
    if (bodyLimit || !jsonLimitExceeded(json, MANY_VALUES)) return;
    const bytes = Math.min(MAX_FACTOR * json.length, json.length + VALUE_BYTES * MAX_JSON_VALUES);
    const release = await budget.reserve(networkOf(clientAddress(request)), bytes);
    const outgoing = replies.get(request)?.raw;
    if (!outgoing || outgoing.closed) return release();
    releases.set(request, release);
    outgoing.once('close', release);
  };
}
