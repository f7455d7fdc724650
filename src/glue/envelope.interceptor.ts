import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Observable, map } from 'rxjs';
import { Config } from '../config/config.js';
import { type Query, pageOf } from './page.js';
import type { Resource } from './resource.js';

/**
 * Wraps the result of a controller in the JSON:API envelope: links, relationships, `include`, sparse `fields` and
 * pages.
 */
@Injectable()
export class Envelope implements NestInterceptor<Resource | Resource[] | undefined> {
  constructor(private readonly config: Config) {}

  intercept(context: ExecutionContext, next: CallHandler<Resource | Resource[] | undefined>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(map((answer) => answer && this.wrap(answer, request)));
  }

  private url(path: string): string {
    return `${this.config.publicUrl}/${path}`;
  }

  private wrap(answer: Resource | Resource[], { method, url, query }: FastifyRequest): object {
    const wanted = new Reading(query as Query, this.config.publicUrl);
    const links: Record<string, string | null> = { self: this.config.publicUrl + url };
    if (Array.isArray(answer)) {
      const page = wanted.page(answer);
      return { data: page.map((one) => wanted.shown(one)), links, ...wanted.included(page) };
    }
    const data = wanted.shown(answer);
    // The link of a created resource is its own URL. Every other response links to the requested URL.
    for (const [name, path] of Object.entries(answer.links ?? {})) links[name] = path && this.url(path);
    return { data: method === 'POST' ? data : { ...data, links }, ...wanted.included([answer]) };
  }
}

/** Selects the fields, the related resources and the page that the query of a request specifies. */
class Reading {
  private readonly include: string[];

  constructor(
    private readonly query: Query,
    private readonly base: string,
  ) {
    this.include = typeof query.include === 'string' ? query.include.split(',').map((name) => name.trim()) : [];
  }

  page(resources: Resource[]): Resource[] {
    const { offset, limit } = pageOf(this.query, resources.length);
    return resources.slice(offset, offset + limit);
  }

  shown(resource: Resource): object {
    const { type, id, path } = resource;
    const related = this.related(resource);
    const relationships = Object.fromEntries(
      related.map(([name, others]) => [name, { data: others.map((other) => ({ type: other.type, id: other.id })) }]),
    );
    return {
      type,
      id,
      attributes: this.attributes(resource),
      links: { self: `${this.base}/${path}` },
      ...(related.length > 0 && { relationships }),
    };
  }

  included(resources: Resource[]): { included?: object[] } {
    const related = resources.flatMap((resource) => this.related(resource));
    return related.length > 0
      ? { included: related.flatMap(([, others]) => others.map((one) => this.shown(one))) }
      : {};
  }

  private related({ related = {} }: Resource): [name: string, resources: Resource[]][] {
    return Object.entries(related).filter(([name]) => this.include.includes(name));
  }

  private attributes({ type, attributes }: Resource): object {
    const fields = this.query[`fields[${type}]`];
    if (typeof fields !== 'string') return attributes;
    const names = fields.split(',').map((name) => name.trim());
    return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
  }
}
