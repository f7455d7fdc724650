import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A response body that never changes. All requests share one buffer. */
export class PreparedBody {
  private readonly bytes: Buffer;
  private readonly etag: string;

  /** @param cacheControl by default, caches must revalidate the body before each use */
  constructor(
    text: string,
    private readonly cacheControl = 'no-cache',
  ) {
    this.bytes = Buffer.from(text);
    this.etag = `"${createHash('sha256').update(this.bytes).digest('base64url').slice(0, 22)}"`;
  }

  /**
   * Sets the headers of the response.
   *
   * @returns the body to send; null, with status 304, if the client already has it (RFC 9110 13.1.2)
   */
  bodyFor({ headers }: FastifyRequest, reply: FastifyReply): Buffer | null {
    void reply.headers({ ETag: this.etag, 'Cache-Control': this.cacheControl });
    const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
    if (!known.includes(this.etag) && !known.includes('*')) return this.bytes;
    void reply.status(304);
    return null;
  }
}
