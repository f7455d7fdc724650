/**
 * Names that could change the prototype of an object. NestJS and MikroORM drop such properties without an error, so
 * they are rejected instead.
 */
export const reservedNames = ['__proto__', 'constructor', 'prototype'];

/** What an error states after the name of the field. */
export const RESERVED = 'must have another name: __proto__, constructor and prototype are reserved';
