import {
  ArgumentMetadata,
  ExecutionContext,
  Injectable,
  PipeTransform,
  Type,
  createParamDecorator,
} from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { ValidationError, getMetadataStorage, validate } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Failure, Finding } from '../common/failure.js';
import { findInvalidText } from '../common/validation.js';
import type { CalledRequest } from '../sessions/access/access.js';
import { exemptionsOf } from './validators.js';

/** Validates the attributes of a resource. Reports every broken rule, with the vendor's messages. */
@Injectable()
export class AttributesPipe implements PipeTransform<Record<string, unknown>, Promise<object>> {
  /** @throws Failure `invalid_input` */
  async transform(value: Record<string, unknown>, { metatype }: ArgumentMetadata): Promise<object> {
    if (!metatype) throw new Error('Attributes need the class that they are of');
    const known = pick(value, namesOf(metatype));
    const exempt = exemptionsOf(metatype.prototype as object);
    const stored = Object.keys(known).filter((name) => !exempt.includes(name));
    // Text that cannot be stored is rejected first: the validators cannot read all of it.
    assertNone(findInvalidText(pick(known, stored)).map(toGlueFinding));
    const dto = plainToInstance(metatype, known) as object;
    const errors = await validate(dto);
    assertNone(errors.flatMap(findingsOf));
    return dto;
  }
}

/** The attributes for which a class has rules. All others are ignored, regardless of their content. */
function namesOf(metatype: Type): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false);
  return rules.map(({ propertyName }) => propertyName);
}

function pick(attributes: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

function assertNone(findings: Finding[]): void {
  if (findings.length > 0) throw new Failure('invalid_input', { findings });
}

/** Removes the name of the field from the message: the Glue API puts it before the message. */
function toGlueFinding({ field, message }: Finding): Finding {
  return field ? { field, message: `${message.replace(`${field} `, 'This value ')}.` } : { field, message };
}

function findingsOf({ property: field, constraints = {} }: ValidationError): Finding[] {
  return Object.values(constraints).map((message) => ({ field, message }));
}

/** Returns the stored attributes of a resource, which the projection of the route has loaded. */
type Present<Loaded> = (loaded: Loaded) => object | undefined;

type AttributesRequest = FastifyRequest<{ Body: { data: { attributes?: object } } }> & CalledRequest;

/**
 * The validated attributes of the resource in the body: `@Attributes() customer: NewCustomerAttributes`.
 *
 * @param present the current attributes, for a change of a resource. A text that equals the current one counts as
 * omitted. The Emporix API has different rules, so a stored text may break the rules of this API. It must not prevent a
 * change of another attribute.
 */
export function Attributes<Loaded = unknown>(present?: Present<Loaded>): ParameterDecorator {
  return attributes(present as Present<unknown> | undefined, AttributesPipe);
}

const attributes = createParamDecorator((present: Present<unknown> | undefined, context: ExecutionContext): unknown => {
  const { body, user } = context.switchToHttp().getRequest<AttributesRequest>();
  const sent = Object.entries(body.data.attributes ?? {});
  const before: Record<string, unknown> = { ...present?.(user?.loaded) };
  return Object.fromEntries(sent.filter(([name, value]) => typeof value !== 'string' || value !== before[name]));
});
