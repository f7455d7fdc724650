import { selectFields } from './select-fields.js';

const whole = {
  id: 'a',
  name: 'ABC',
  legalInfo: { legalName: 'ABC', registrationId: '1' },
  groups: [{ id: 'x', role: 'y' }, { id: 'z' }],
};

describe('selectFields', () => {
  it.each<[string | undefined, object]>([
    [undefined, whole],
    ['', whole],
    [' , ', whole],
    ['name', { name: 'ABC' }],
    [' name , id', { id: 'a', name: 'ABC' }],
    ['legalInfo', { legalInfo: whole.legalInfo }],
    ['legalInfo.legalName', { legalInfo: { legalName: 'ABC' } }],
    ['groups.id', { groups: [{ id: 'x' }, { id: 'z' }] }],
    ['name.first', { name: 'ABC' }],
    ['constructor,toString', {}],
  ])('returns the fields %j', (fields, expected) => {
    expect(selectFields(whole, fields)).toEqual(expected);
  });
});
