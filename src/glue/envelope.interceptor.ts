import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Observable, map } from 'rxjs';
import { Config } from '../config/config.js';
import { type QueryParameters, pageLinks, pageOf } from './page.js';
import type { Resource, ResourcePage } from './resource.js';

/** The result of a controller; undefined for a response without a body. */
type Result = Resource | Resource[] | ResourcePage | undefined;

/**
 * Wraps the result of a controller in the JSON:API envelope: links, relationships, `include`, sparse `fields` and
 * pages.
 */
@Injectable()
export class Envelope implements NestInterceptor<Result> {
  constructor(private readonly config: Config) {}

  intercept(context: ExecutionContext, next: CallHandler<Result>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(map((result) => result && this.wrap(result, request)));
  }

  private wrap(result: Exclude<Result, undefined>, { url, query }: FastifyRequest): object {
    const { publicUrl } = this.config;
    const [path = '', queryText = ''] = url.split(/\?(.*)/s);
    const view = new View(query as QueryParameters, decoded(queryText), publicUrl);
    if ('attributes' in result) return { data: view.main(result), ...view.included([result]) };
    const { resources, page, total } = Array.isArray(result) ? selectPage(result, query as QueryParameters) : result;
    const type = resources[0]?.type ?? typeIn(path);
    return {
      data: resources.map((resource) => view.main(resource)),
      links: {
        self: view.withQuery(publicUrl + path),
        ...(page && pageLinks(`${publicUrl}/${type}`, queryText, page, total)),
      },
      ...view.included(resources),
    };
  }
}

function selectPage(
  list: Resource[],
  query: QueryParameters,
): Partial<ResourcePage> & { resources: Resource[]; total: number } {
  const page = pageOf(query);
  const resources = page ? list.slice(page.offset, page.offset + page.limit) : list;
  return { resources, page, total: list.length };
}

/**
 * The type of the resources in a list, for a page without any. The path ends in the type, which `mine` or a slash may
 * follow.
 */
function typeIn(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== 'mine');
  return names.at(-1) ?? '';
}

function decoded(queryText: string): string {
  try {
    return decodeURIComponent(queryText.replaceAll('+', ' '));
  } catch {
    return queryText;
  }
}

/** Represents resources with the fields and the related resources that the query of a request selects. */
class View {
  private readonly include: string[];

  /** @param queryText the decoded query, which is repeated in the links */
  constructor(
    private readonly query: QueryParameters,
    private readonly queryText: string,
    private readonly base: string,
  ) {
    this.include = names(query.include) ?? [];
  }

  /** A resource of the requested type. */
  main(resource: Resource): object {
    const related = this.related(resource);
    const relationships = Object.fromEntries(
      related.map(([name, others]) => [name, { data: others.map(({ type, id }) => ({ type, id })) }]),
    );
    return {
      ...this.object(resource, this.withQuery(this.urlOf(resource))),
      ...(related.length > 0 && { relationships }),
    };
  }

  /** The related resources, each of them once; no key if there is none. */
  included(resources: Resource[]): { included?: object[] } {
    const related = resources.flatMap((resource) => this.related(resource)).flatMap(([, others]) => others);
    const unique = new Map(related.map((resource) => [`${resource.type} ${resource.id}`, resource]));
    if (unique.size === 0) return {};
    return { included: [...unique.values()].map((resource) => this.object(resource, this.urlOf(resource))) };
  }

  withQuery(url: string): string {
    return this.queryText === '' ? url : `${url}?${this.queryText}`;
  }

  private urlOf({ path }: Resource): string {
    return `${this.base}/${path}`;
  }

  private object(resource: Resource, self: string): object {
    const { type, id } = resource;
    return { type, id, attributes: this.attributes(resource), links: { self } };
  }

  private related({ related = {} }: Resource): [name: string, resources: Resource[]][] {
    return Object.entries(related).filter(([name, others]) => this.include.includes(name) && others.length > 0);
  }

  private attributes({ type, attributes }: Resource): object {
    const fields = names(this.query[`fields[${type}]`]);
    return fields
      ? Object.fromEntries(Object.entries(attributes).filter(([name]) => fields.includes(name)))
      : attributes;
  }
}

/** The names in a parameter, separated by commas. */
function names(parameter: string | string[] | undefined): string[] | undefined {
  return typeof parameter === 'string' ? parameter.split(',').map((name) => name.trim()) : undefined;
}
