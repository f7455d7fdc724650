import { ArgumentMetadata, ExecutionContext, Injectable, PipeTransform, createParamDecorator } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { ValidationError, validate } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Failure, Finding } from '../common/failure.js';
import { findInvalidText } from '../common/validation.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { BLANK, MISSING, NO_TEXT, newPasswordsOf, tooLong, tooShort } from './validators.js';

/** Validates the attributes of a resource. Reports all findings at once, with the vendor's messages. */
@Injectable()
export class AttributesPipe implements PipeTransform<Record<string, unknown>, Promise<object>> {
  constructor(private readonly tenants: TenantsService) {}

  /** @throws Failure `invalid_input` */
  async transform(value: Record<string, unknown>, { metatype }: ArgumentMetadata): Promise<object> {
    if (!metatype) throw new Error('Attributes need the class that they are of');
    // Text that cannot be stored is rejected first: the validators cannot read all of it.
    refuse(findInvalidText(value).map(toGlueFinding));
    const dto = plainToInstance(metatype, value) as object;
    const errors = await validate(dto, { whitelist: true });
    refuse([...errors.flatMap(textsOf), ...this.outOfPolicy(dto as typeof value)]);
    return dto;
  }

  private outOfPolicy(dto: Record<string, unknown>): Finding[] {
    const { shortest, longest } = this.tenants.settings.passwordPolicy;
    return newPasswordsOf(dto).flatMap((field) => {
      const password = dto[field];
      if (typeof password !== 'string' || password === '') return [];
      const { length } = [...password.normalize('NFC')];
      if (length < shortest) return [{ field, message: tooShort(shortest) }];
      return length > longest ? [{ field, message: tooLong(longest) }] : [];
    });
  }
}

function refuse(findings: Finding[]): void {
  if (findings.length > 0) throw new Failure('invalid_input', { findings });
}

/** Removes the name of the field from the message: the Glue API puts it before the message. */
function toGlueFinding({ field, message }: Finding): Finding {
  return field ? { field, message: `${message.replace(`${field} `, 'This value ')}.` } : { field, message };
}

/** A missing, blank or non-text value is reported for that rule only, any other value for each broken rule. */
function textsOf({ property: field, value, constraints = {} }: ValidationError): Finding[] {
  const texts = new Set(Object.values(constraints));
  const one = [value === undefined ? MISSING : BLANK, NO_TEXT].find((text) => texts.has(text));
  return (one ? [one] : [...texts]).map((message) => ({ field, message }));
}

/** The validated attributes of the resource in the body: `@Attributes() customer: NewCustomerAttributes`. */
export function Attributes(): ParameterDecorator {
  return attributes(AttributesPipe);
}

const attributes = createParamDecorator((_data: undefined, context: ExecutionContext): unknown => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest<{ Body: { data: { attributes?: object } } }>>();
  return body.data.attributes ?? {};
});
