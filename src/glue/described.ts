import { Type, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiProduces, ApiResponse, getSchemaPath } from '@nestjs/swagger';

const JSON_API = 'application/vnd.api+json';

/** Describes the resource in the body. */
export function Takes(type: string, attributes: Type, example: object): MethodDecorator {
  const data = {
    type: 'object',
    required: ['type', 'attributes'],
    properties: { type: { type: 'string', enum: [type] }, attributes: { $ref: getSchemaPath(attributes) } },
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

/** Describes the resource, or the list of resources, in the answer. */
export function Answers(status: number, type: string, attributes: Type, { list = false } = {}): MethodDecorator {
  const links = { type: 'object', properties: { self: { type: 'string' } } };
  const resource = {
    type: 'object',
    properties: {
      type: { type: 'string', enum: [type] },
      id: { type: 'string', nullable: true },
      attributes: { $ref: getSchemaPath(attributes) },
      links,
    },
  };
  const properties: Record<string, object> = list
    ? { data: { type: 'array', items: resource }, links }
    : { data: resource };
  return applyDecorators(
    ApiExtraModels(attributes),
    ApiProduces(JSON_API),
    ApiResponse({ status, content: { [JSON_API]: { schema: { type: 'object', properties } } } }),
  );
}

/** Describes the refusals that are a resource's own, each by status and what it means. */
export function Refuses(refusals: Record<number, string>): MethodDecorator & ClassDecorator {
  const error = {
    type: 'object',
    properties: { code: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' } },
  };
  const schema = { type: 'object', properties: { errors: { type: 'array', items: error } } };
  const all = Object.entries({ 422: 'An attribute is missing or not valid (901).', ...refusals });
  return applyDecorators(
    ...all.map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content: { [JSON_API]: { schema } } }),
    ),
  );
}
