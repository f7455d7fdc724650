import { ArgumentMetadata, ExecutionContext, Injectable, PipeTransform, createParamDecorator } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { ValidationError, validate } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Failure, Finding } from '../common/failure.js';
import { findInvalidText } from '../common/validation.js';
import { exemptionsOf } from './validators.js';

/** Validates the attributes of a resource. Reports every broken rule, with the vendor's messages. */
@Injectable()
export class AttributesPipe implements PipeTransform<Record<string, unknown>, Promise<object>> {
  /** @throws Failure `invalid_input` */
  async transform(value: Record<string, unknown>, { metatype }: ArgumentMetadata): Promise<object> {
    if (!metatype) throw new Error('Attributes need the class that they are of');
    const exempt = exemptionsOf(metatype.prototype as object);
    const stored = Object.fromEntries(Object.entries(value).filter(([name]) => !exempt.includes(name)));
    // Text that cannot be stored is rejected first: the validators cannot read all of it.
    refuse(findInvalidText(stored).map(toGlueFinding));
    const dto = plainToInstance(metatype, value) as object;
    const errors = await validate(dto, { whitelist: true });
    refuse(errors.flatMap(findingsOf));
    return dto;
  }
}

function refuse(findings: Finding[]): void {
  if (findings.length > 0) throw new Failure('invalid_input', { findings });
}

/** Removes the name of the field from the message: the Glue API puts it before the message. */
function toGlueFinding({ field, message }: Finding): Finding {
  return field ? { field, message: `${message.replace(`${field} `, 'This value ')}.` } : { field, message };
}

function findingsOf({ property: field, constraints = {} }: ValidationError): Finding[] {
  return Object.values(constraints).map((message) => ({ field, message }));
}

/** The validated attributes of the resource in the body: `@Attributes() customer: NewCustomerAttributes`. */
export function Attributes(): ParameterDecorator {
  return attributes(AttributesPipe);
}

const attributes = createParamDecorator((_data: undefined, context: ExecutionContext): unknown => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest<{ Body: { data: { attributes?: object } } }>>();
  return body.data.attributes ?? {};
});
