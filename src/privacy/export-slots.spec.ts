import { ExportSlots } from './export-slots.js';

describe('the slots of exports', () => {
  const overloaded = expect.objectContaining({ code: 'overloaded', facts: { seconds: '5' } }) as Error;

  it('are limited to one per customer', () => {
    const slots = new ExportSlots(3, 2);
    const free = slots.take('shop', 'ada');
    expect(() => slots.take('shop', 'ada')).toThrow(overloaded);
    free();
    slots.take('shop', 'ada');
  });

  it('are limited per tenant, and other tenants still get theirs', () => {
    const slots = new ExportSlots(3, 2);
    slots.take('shop', 'ada');
    slots.take('shop', 'eve');
    expect(() => slots.take('shop', 'joe')).toThrow(overloaded);
    slots.take('other', 'ada');
  });

  it('are limited in total', () => {
    const slots = new ExportSlots(2, 2);
    const free = slots.take('one', 'ada');
    slots.take('two', 'ada');
    expect(() => slots.take('three', 'ada')).toThrow(overloaded);
    free();
    slots.take('three', 'ada');
  });

  it('are freed once, however often a caller frees them', () => {
    const slots = new ExportSlots(1, 1);
    const free = slots.take('shop', 'ada');
    free();
    free();
    slots.take('shop', 'ada');
    expect(() => slots.take('other', 'ada')).toThrow(overloaded);
  });
});
