import { DECORATORS, type OpenAPIObject } from '@nestjs/swagger';

/**
 * Describes the successful response of a handler. The Swagger plugin adds the status and the type from the code, which
 * it does not do for a handler with `@ApiOkResponse()` or the like.
 */
export function ApiReturns(description: string): MethodDecorator {
  return (_target, _name, { value: handler }) => {
    const responses = (Reflect.getMetadata(DECORATORS.API_RESPONSE, handler as object) ?? {}) as Responses;
    for (const [status, response] of Object.entries(responses)) {
      if (status.startsWith('2')) response.description = description;
    }
  };
}

type Responses = Record<string, { description: string }>;

/**
 * Describes path parameters by their name. A description at the handler takes precedence.
 *
 * @param descriptions by the name of the parameter
 */
export function describePathParameters({ paths }: OpenAPIObject, descriptions: Record<string, string>): void {
  for (const { get, post, put, patch, delete: remove } of Object.values(paths)) {
    for (const parameter of [get, post, put, patch, remove].flatMap((operation) => operation?.parameters ?? [])) {
      if ('in' in parameter && parameter.in === 'path') parameter.description ??= descriptions[parameter.name];
    }
  }
}
