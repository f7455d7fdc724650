import { Type, applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ErrorsDto } from './errors.dto.js';

const JSON_API = 'application/vnd.api+json';

/** Documents the resource in the request body. */
export function ApiResourceBody(type: string, attributes: Type, example: object): MethodDecorator {
  const data = {
    type: 'object',
    description: 'The resource.',
    required: ['type', 'attributes'],
    properties: { type: typeOf(type), attributes: attributesOf(attributes) },
  };
  return applyDecorators(
    ApiExtraModels(attributes),
    ApiConsumes(JSON_API, 'application/json'),
    ApiBody({
      schema: { type: 'object', required: ['data'], properties: { data } },
      examples: { [type]: { value: { data: { type, attributes: example } } } },
    }),
  );
}

/** Documents the resource, or the list of resources, in the response. `@ApiReturns` describes a success. */
export function ApiResource(
  status: number,
  type: string,
  attributes: Type,
  { list = false, description = '' } = {},
): MethodDecorator {
  const resource = {
    type: 'object',
    description: 'The resource.',
    properties: {
      type: typeOf(type),
      id: { type: 'string', nullable: true, description: 'The id of the resource; null if it has none.' },
      attributes: attributesOf(attributes),
      relationships,
      links: linksOf({ self: 'resource' }),
    },
  };
  const pageLinks = { self: 'page', first: 'first page', last: 'last page', prev: 'previous page', next: 'next page' };
  const properties: Record<string, object> = list
    ? {
        data: { type: 'array', description: 'The resources of the page.', items: resource },
        included,
        links: linksOf(pageLinks),
      }
    : { data: resource, included };
  return applyDecorators(
    ApiExtraModels(attributes),
    ApiQuery({
      name: `fields[${type}]`,
      required: false,
      description: 'The attributes to return, separated by commas; all if omitted.',
      schema: { type: 'string' },
    }),
    ApiProduces(JSON_API),
    ApiResponse({ status, description, content: { [JSON_API]: { schema: { type: 'object', properties } } } }),
  );
}

const relationships = {
  type: 'object',
  description: 'The types and ids of related resources that `include` names. Absent if there are none.',
  additionalProperties: true,
  example: {},
};

const included = {
  type: 'array',
  description: 'The related resources that `include` names. Absent if there are none.',
  items: { type: 'object', additionalProperties: true },
  example: [],
};

/** @param targets by the name of the link. A link without a target is absent. */
function linksOf(targets: Record<string, string>): object {
  const properties = Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      { type: 'string', description: `The URL of the ${target}.` },
    ]),
  );
  return { type: 'object', description: 'The links. One that does not apply is absent.', properties };
}

/** Documents `include`. @param types the related resources that it can name */
export function ApiInclude(types: string[]): MethodDecorator {
  return ApiQuery({
    name: 'include',
    required: false,
    description: `The related resources to return in \`included\`, separated by commas: ${types.join(', ')}.`,
    schema: { type: 'string' },
  });
}

/** Documents the pagination of a list. @param items what the list contains */
export function ApiPage(items: string): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'page[limit]',
      required: false,
      description: `The number of ${items} per page, at most 1000. Ignored without \`page[offset]\`.`,
      schema: { type: 'integer' },
    }),
    ApiQuery({
      name: 'page[offset]',
      required: false,
      description: `The number of ${items} to skip. Requires \`page[limit]\`.`,
      schema: { type: 'integer' },
    }),
  );
}

function typeOf(type: string): object {
  return { type: 'string', description: 'The type of the resource.', enum: [type] };
}

function attributesOf(attributes: Type): object {
  return { description: 'The attributes of the resource.', allOf: [{ $ref: getSchemaPath(attributes) }] };
}

/** The description of 403 for the caller's own resources. */
export const notOwn = 'The reference is not that of the caller (411).';

/** The description of 403 for changes of the caller's own resources. */
export const notAllowed =
  'The reference is not that of the caller (411), or the customer has an active second factor, and the code is missing ' +
  '(5900) or wrong (5901).';

/** The description of 403 on routes that require the code of a second factor. */
export const codeRejected = 'The code of a second factor is missing (5900) or wrong (5901).';

/** The description of 422 for attributes with rules. */
export const attributesInvalid = 'An attribute is missing or not valid (901).';

/**
 * Documents errors: the status and the meaning of each. `GlueAccess` documents those that any request can cause.
 * Descriptions of the same status are joined.
 */
export function ApiErrors(meanings: Record<number, string>): MethodDecorator & ClassDecorator {
  const schema = { $ref: getSchemaPath(ErrorsDto) };
  return applyDecorators(
    ApiExtraModels(ErrorsDto),
    ...Object.entries(meanings).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content: { [JSON_API]: { schema } } }),
    ),
  );
}
